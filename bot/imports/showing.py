"""Shows a report: as lines for a person, as plain data for a script."""

from collections.abc import Iterator

from bot.imports import gathering, sentences
from bot.imports.taking import Ending, Report
from handlers.words import Words

MOST_DIFFERENCES = 20
"""So many differences are shown as text; --format json has them all."""


def lines(report: Report, words: Words) -> Iterator[str]:
    """Give the report line by line: bad rows, dangers, differences and changes; then the end."""
    yield words.count("{n} row read", "{n} rows read", report.rows)
    yield from _problems(report, words)
    if report.problems:
        yield words.count(
            "{n} row cannot be taken over", "{n} rows cannot be taken over", report.faulty_rows
        )
    for alarm in report.alarms:
        yield f"⚠ {sentences.alarm_sentence(alarm, words)}"
    yield from _differences(report, words)
    yield from sentences.count_sentences(report, words)


def ending(report: Report, words: Words) -> str:
    """Return how it ended, and what to do next."""
    return words.say(sentences.ENDINGS[report.ending], n=report.at_stake)


def as_data(report: Report, words: Words) -> dict[str, object]:
    """Return the report as plain data; reasons are words of closed sets and sentences as well."""
    return {
        "subject": report.subject,
        "ending": report.ending,
        "rows": report.rows,
        "problems": [
            {
                "sheet": problem.place.sheet,
                "row": problem.place.row,
                "column": sentences.column_name(problem, report.called),
                "value": problem.value,
                "reason": problem.reason,
                "sentence": sentences.problem_sentence(problem, report.called, words),
            }
            for problem in report.problems
        ],
        "alarms": [
            {"danger": alarm.danger, "count": alarm.count, "of": alarm.of, **alarm.facts}
            for alarm in report.alarms
        ],
        "at_stake": report.at_stake,
        "differences": [
            {
                "difference": one.difference,
                "pupil": one.pupil,
                "title": one.title,
                "ours": one.ours,
                "theirs": one.theirs,
            }
            for one in report.mismatches
        ],
        "changes": report.counts,
        "told": report.told,
    }


def exit_code(report: Report) -> int:
    """Return 0 where what was asked for is done, 1 where a person has to decide first."""
    return int(report.ending in (Ending.BAD_ROWS, Ending.NEEDS_CONSENT))


def _problems(report: Report, words: Words) -> Iterator[str]:
    groups = gathering.gathered(report.problems)
    for group in groups[: gathering.MOST_GROUPS]:
        yield f"✗ {gathering.group_sentence(group, report.called, words)}"
    more = sum(len(group.problems) for group in groups[gathering.MOST_GROUPS :])
    if more:
        yield words.say("  … and {n} more (--format json shows all)", n=more)


def _differences(report: Report, words: Words) -> Iterator[str]:
    if not report.mismatches:
        return
    yield words.count(
        "{n} work differs; what was done here stays:",
        "{n} works differ; what was done here stays:",
        len(report.mismatches),
    )
    for mismatch in report.mismatches[:MOST_DIFFERENCES]:
        yield f"  {sentences.mismatch_sentence(mismatch, words)}"
    more = len(report.mismatches) - MOST_DIFFERENCES
    if more > 0:
        yield words.say("  … and {n} more (--format json shows all)", n=more)
