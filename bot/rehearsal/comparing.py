"""What differs between two rehearsals: settings, windows, messages, and the cost of every month."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.rehearsal import costing
from bot.rehearsal.costing import Month, Row
from bot.rehearsal.record import Rehearsal, Shown

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """One thing before and after; None where it is not there."""

    before: T | None
    after: T | None

    @property
    def either(self) -> T:
        """Return the thing itself, as it was before if it was."""
        found = self.after if self.before is None else self.before
        if found is None:
            raise ValueError("a pair has at least one side")
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rehearsals, and all that is not the same in both."""

    before: Rehearsal
    after: Rehearsal
    pupils: int
    settings: Mapping[str, Pair[str]]
    windows: tuple[Pair[Shown], ...]
    rows: tuple[Pair[Row], ...]
    months: tuple[Pair[Month], ...]

    @property
    def totals(self) -> tuple[int, int]:
        """Return how many counted messages each of them takes in all."""
        return (
            costing.estimate(self.before.messages, self.pupils),
            costing.estimate(self.after.messages, self.pupils),
        )

    @property
    def is_empty(self) -> bool:
        """Say whether nothing differs."""
        return not (self.settings or self.windows or self.rows)


def compare(before: Rehearsal, after: Rehearsal, pupils: int) -> Comparison:
    """Return what differs, costs being for a school of so many pupils."""
    return Comparison(
        before,
        after,
        pupils,
        {
            path: Pair(before.settings.get(path), after.settings.get(path))
            for path in sorted(before.settings.keys() | after.settings.keys())
            if before.settings.get(path) != after.settings.get(path)
        },
        tuple(
            _changed(
                {each.key: each for each in before.windows},
                {each.key: each for each in after.windows},
            )
        ),
        tuple(
            _changed(
                {each.key: each for each in costing.rows(before, pupils)},
                {each.key: each for each in costing.rows(after, pupils)},
            )
        ),
        tuple(
            _all(
                {each.month: each for each in costing.months(before, pupils)},
                {each.month: each for each in costing.months(after, pupils)},
            )
        ),
    )


def _all(before: Mapping[K, T], after: Mapping[K, T]) -> Iterator[Pair[T]]:
    for key in dict.fromkeys([*before, *after]):
        yield Pair(before.get(key), after.get(key))


def _changed(before: Mapping[K, T], after: Mapping[K, T]) -> Iterator[Pair[T]]:
    return (pair for pair in _all(before, after) if pair.before != pair.after)
