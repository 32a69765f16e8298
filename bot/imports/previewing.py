"""What somebody at the console is shown of a file before they take it over, as plain data.

The sentences are those of the commands; a few say what is done in the console instead.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.imports import faulty, gathering, listing, sentences
from bot.imports.cells import MissingColumns
from bot.imports.columns import load
from bot.imports.faulty import FaultyRow
from bot.imports.listing import Line
from bot.imports.packages import sentences as package_sentences
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.packages.taking import PackageReport
from bot.imports.sheets import Refused, Sheet
from bot.imports.taking import Ending, Report, Subject, columns_of
from bot.imports.things import Change
from handlers import refusals
from handlers.words import N_, Words
from models.errors import DomainError
from models.queries import schools
from models.queries.import_runs import BuiltUpon
from models.queries.receipt_imports import NoReceiptWindow
from models.rules.importing.changes import Changes
from models.rules.importing.problems import Reason
from models.store import Store
from models.tables import School

MOVED = N_(
    "Nothing was taken over: the school's data has changed since you looked. Below is what would "
    "change now."
)
MOST_DIFFERENCES = 100
_RENAME = N_(
    "{sheet}no row has the column headings {columns}. Call the headings in the file as in the "
    "sample, and upload it again."
)
_NO_WINDOW = N_(
    "The timetable has no receipt window of {term}, round {round}. "
    "Put one into the timetable first."
)
_HERE: dict[str, str] = {
    sentences.REASONS[Reason.RECEIPT_OVER]: N_(
        "cannot answer any more: the receipt window is over. Give it a later end in the timetable "
        "first, or import this as the next round"
    ),
    sentences.REASONS[Reason.ROUND_BEGUN]: N_(
        "has a statement in this round already, and pupils have answered: it stays as they saw it. "
        "Import what was corrected as round {hint}"
    ),
    sentences.TOLD["on_paper"]: N_("have left the school: theirs is printed as a letter"),
    package_sentences.STRANGERS[Reason.NOT_MAPPED]: N_(
        "{file}, entries {places}: their identity number is in no row of the file of identity "
        "numbers. Add rows with their 學號"
    ),
    package_sentences.STRANGERS[Reason.OTHER_BIRTH_DATE]: N_(
        "{file}, entries {places}: the file of identity numbers has another birth date. "
        "Look at both"
    ),
    package_sentences.FLAWS[Flaw.NO_PERSON][1]: N_("Tell whoever looks after this program."),
    package_sentences.FLAWS[Flaw.NO_PART][1]: N_("Tell whoever looks after this program."),
    package_sentences.FLAWS[Flaw.OTHER_SCHOOL][1]: N_("Give this school's package."),
    package_sentences.FLAWS[Flaw.OTHER_YEAR][0]: N_(
        "The package is of academic year {file}, and the round you chose is of {where}."
    ),
    package_sentences.FLAWS[Flaw.OTHER_YEAR][1]: N_("Choose the round that was submitted."),
    "  … and {n} more (--format json shows all)": N_("… and {n} more"),
}
"""What the commands say of themselves, and what the console says in its place."""
_PRIMARY = {
    Subject.PEOPLE: ("person",),
    Subject.WORKS: ("course_outcome", "performance"),
    Subject.OFFICERS: ("officer_record",),
    Subject.RECEIPTS: ("receipt_statement",),
}
"""The tables of what a file's things are."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file came to, its sheets, and what else is told of a package."""

    report: Report
    sheets: Sequence[Sheet]
    package: PackageReport | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A preview: the summary, a row of data for each change, and one for each faulty row."""

    summary: dict[str, Any]
    lines: Iterator[Sequence[Any]]
    faults: Iterator[dict[str, Any]]


async def shown(store: Store, school: School, told: Told, plain: Words) -> Shown:
    """Return what is shown of a file."""
    words = here(plain)
    report = told.report
    divisions = {one.key: one.label for one in schools.rulebook_of(school).divisions}
    async with store.reading() as session:
        lines = await listing.lines(session, school.id, report.changes, words, divisions)
    maps = columns_of(report.subject, load())
    faults = list(faulty.faulty_rows(report.problems, told.sheets, maps))
    return Shown(
        _summary(told, lines, len(faults), words),
        ([one.change, one.what, one.which, [*one.details]] for one in lines),
        (_faulty(one, report, words) for one in faults),
    )


def here(words: Words) -> Words:
    """Return words in which sentences about commands are about the console."""
    return replace(words, gettext=lambda msgid: words.gettext(_HERE.get(msgid, msgid)))


def refusal(refused: Refused, words: Words) -> str:
    """Return why a file is not read."""
    return sentences.refusal_sentence(refused.why, words)


def package_refusal(refused: PackageRefused, words: Words) -> str:
    """Return why a package is not read."""
    return package_sentences.refusal_sentence(refused, here(words))


def missing(found: MissingColumns, words: Words) -> str:
    """Return which headings a file lacks."""
    sheet = words.say("Sheet {name}: ", name=found.sheet) if found.sheet else ""
    return words.say(_RENAME, sheet=sheet, columns="、".join(found.columns))


def no_window(error: DomainError, words: Words) -> str:
    """Return why the timetable has no place for what a file holds."""
    if isinstance(error, NoReceiptWindow):
        return words.say(_NO_WINDOW, term=error.term, round=error.round)
    return refusals.sentence(error, words)


def built_upon(refusal: BuiltUpon, words: Words) -> str:
    """Return why an import is not undone: what was made of it since."""
    what = words.say(sentences.COUNTED.get(refusal.table, refusal.table))
    return words.say(
        "Not taken back: since then, {what} of this import were changed or used.", what=what
    )


def _summary(told: Told, lines: Sequence[Line], faulty_rows: int, words: Words) -> dict[str, Any]:
    report = told.report
    groups = gathering.gathered(report.problems)
    return {
        "ending": report.ending,
        "rows": report.rows,
        "counts": report.counts,
        "lines": {each.value: sum(one.change is each for one in lines) for each in Change},
        "same": max(0, report.things - _touched(report.subject, report.changes, lines)),
        "at_stake": report.at_stake,
        "typed": _typed(told),
        "alarms": [sentences.alarm_sentence(each, words) for each in report.alarms],
        "remarks": [*_remarks(told, words)],
        "faulty": faulty_rows,
        "groups": [
            gathering.group_sentence(each, report.called, words)
            for each in groups[: gathering.MOST_GROUPS]
        ],
        "more_groups": max(0, len(groups) - gathering.MOST_GROUPS),
        "differences": [
            sentences.mismatch_sentence(each, words)
            for each in report.mismatches[:MOST_DIFFERENCES]
        ],
        "all_differences": len(report.mismatches),
    }


def _remarks(told: Told, words: Words) -> Iterator[str]:
    """Give what a file means for people, and how a package differs from what was submitted."""
    if told.package is not None:
        yield from package_sentences.differing(told.package, words)
    for what, count in told.report.told.items():
        yield words.say("{n} people {what}", n=count, what=words.say(sentences.TOLD[what]))


def _typed(told: Told) -> int:
    """Return the number that is typed to agree: what is at stake, or how many are asked; or 0."""
    report = told.report
    if report.ending is Ending.NEEDS_CONSENT:
        return report.at_stake
    if told.package is None or report.ending is not Ending.WOULD_WRITE:
        return 0
    statements = report.counts.get("receipt_statement", {})
    return statements.get("new", 0) + statements.get("changed", 0)


def _touched(subject: Subject, changes: Changes, lines: Sequence[Line]) -> int:
    """Return how many of the file's things are new or change; what it lacks is none of them."""
    if subject is Subject.COURSES:
        moved = (*changes.inserts.get("enrolment", ()), *changes.deletes.get("enrolment", ()))
        courses = {row["course_id"] for row in moved}
        courses |= {row["id"] for row in changes.inserts.get("course", ())}
        return len(courses | {one.id for one in changes.updates.get("course", ())})
    ours = _PRIMARY[subject]
    return sum(one.table in ours and one.change is not Change.GONE for one in lines)


def _faulty(row: FaultyRow, report: Report, words: Words) -> dict[str, Any]:
    called: Mapping[tuple[str, str], str] = report.called
    return {
        "sheet": row.place.sheet,
        "row": row.place.row,
        "headings": row.headings,
        "cells": row.cells,
        "marks": row.marks,
        "problems": [
            [
                sentences.column_name(each, called),
                each.value,
                sentences.reason_sentence(each.reason, each.hint, words),
            ]
            for each in row.problems
        ],
    }
