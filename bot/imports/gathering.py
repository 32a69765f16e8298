"""Gathers problems of the same kind into one line: sixty rows with one slip are one to mend."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.imports.sentences import column_name, problem_sentence, reason_sentence
from handlers.words import Words
from models.rules.importing.problems import Problem

MOST_GROUPS = 20
"""So many kinds of problems are shown as text; --format json has every cell."""
_MOST_RANGES = 6
_MOST_VALUES = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one sheet and column that have the same reason, by row."""

    problems: Sequence[Problem]

    @property
    def rows(self) -> list[int]:
        """Return the rows, each once."""
        return sorted({problem.place.row for problem in self.problems})


def gathered(problems: Iterable[Problem]) -> list[Group]:
    """Return the problems in groups, the group whose first row comes first at the head."""
    groups: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        key = (problem.place.sheet, problem.column, problem.reason)
        groups.setdefault(key, []).append(problem)
    return [Group(each) for each in groups.values()]


def group_sentence(group: Group, called: Mapping[tuple[str, str], str], words: Words) -> str:
    """Return which rows, what they hold, why that cannot be taken, and how many they are."""
    first = group.problems[0]
    if len(group.problems) == 1:
        return problem_sentence(first, called, words)
    return words.count(
        "{place}, {column} “{value}”: {reason} ({n} row)",
        "{place}, {column} “{value}”: {reason} ({n} rows)",
        len(group.rows),
        place=_places(first.place.sheet, group.rows, words),
        column=column_name(first, called),
        value=_some(problem.value for problem in group.problems),
        reason=reason_sentence(first.reason, _some(each.hint for each in group.problems), words),
    )


def _places(sheet: str, rows: Sequence[int], words: Words) -> str:
    if not sheet:
        return words.say("Rows {rows}", rows=ranges(rows))
    return words.say("Sheet {sheet}, rows {rows}", sheet=sheet, rows=ranges(rows))


def ranges(rows: Sequence[int]) -> str:
    """Return ascending rows as 5–64、70; of many stretches only the first ones."""
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][1] + 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    said = [str(a) if a == b else f"{a}–{b}" for a, b in stretches[:_MOST_RANGES]]
    return "、".join(said) + ("…" if len(stretches) > _MOST_RANGES else "")


def _some(values: Iterable[str]) -> str:
    """Return the different values in the order they come; of many only the first ones."""
    different = list(dict.fromkeys(values))
    shown = "、".join(different[:_MOST_VALUES])
    return shown + ("…" if len(different) > _MOST_VALUES else "")
