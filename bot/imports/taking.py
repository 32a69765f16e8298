"""Takes a file over: compares its records with the store, and writes what a person agreed to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from bot.imports import courses, officers, people, receipts, works
from bot.imports.columns import ColumnMap, Columns
from bot.imports.courses import CoursesFile
from bot.imports.officers import OfficersFile
from bot.imports.people import PeopleFile
from bot.imports.receipts import ReceiptsFile, Round
from bot.imports.sheets import Sheet
from bot.imports.works import WorksFile
from models.queries import compared, import_runs, importing, receipt_imports, reconciling, schools
from models.queries.compared import Mark
from models.queries.reconciling import Met
from models.rules.importing import courses as course_rules
from models.rules.importing import officers as officer_rules
from models.rules.importing import people as people_rules
from models.rules.importing import receipts as receipt_rules
from models.rules.importing import works as work_rules
from models.rules.importing.changes import Changes
from models.rules.importing.comparison import Alarm, Comparison, Mismatch
from models.rules.importing.problems import Problem
from models.rules.taipei import day_of
from models.store import Store
from models.tables import School
from scheduler import freshness
from scheduler.passed_by import tell_opened


class Subject(StrEnum):
    """What a file is about."""

    PEOPLE = "people"
    COURSES = "courses"
    WORKS = "works"
    OFFICERS = "officers"
    RECEIPTS = "receipts"


class Ending(StrEnum):
    """How an import ended."""

    WRITTEN = "written"
    NOTHING_NEW = "nothing_new"
    WOULD_WRITE = "would_write"
    BAD_ROWS = "bad_rows"
    NEEDS_CONSENT = "needs_consent"
    MOVED = "moved"


_WRITES = (Ending.WRITTEN, Ending.NOTHING_NEW)
Counts = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person agreed to: leaving bad rows out, and the number that an alarm asks for.

    `data_at` is when what the file says was true; None is now. `seen` are the counts of the changes
    that were shown: others are not written. `by` is the account of the console that agreed.
    """

    skip_bad: bool = False
    consent: int | None = None
    dry_run: bool = False
    data_at: datetime | None = None
    seen: Counts | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a file came to: every bad row, every danger, every difference, and what it changes.

    `things` is how many people, courses, works … the file speaks of, changed or not. What was
    written is not held any longer.
    """

    subject: Subject
    ending: Ending
    rows: int
    problems: Sequence[Problem]
    alarms: Sequence[Alarm]
    mismatches: Sequence[Mismatch]
    told: Mapping[str, int]
    counts: Counts
    called: Mapping[tuple[str, str], str] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    things: int = 0

    @property
    def at_stake(self) -> int:
        """Return the number that a person types to say that the alarms are meant."""
        return _at_stake(self.alarms)

    @property
    def faulty_rows(self) -> int:
        """Return how many rows have a problem."""
        return len({problem.place for problem in self.problems})


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file that was read, and what it is about; receipt statements belong to a `round`."""

    subject: Subject
    sheets: Sequence[Sheet]
    columns: ColumnMap
    round: Round | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a file came to when it was compared, and the mark of what it was compared with."""

    outcome: Comparison
    ending: Ending
    mark: Mark


Step = Callable[[str], None]
Found = PeopleFile | WorksFile | OfficersFile | ReceiptsFile | CoursesFile


async def take(
    store: Store,
    school: School,
    parcel: Parcel,
    terms: Terms,
    *,
    now: datetime,
    step: Step = lambda _name: None,
) -> Report:
    """Take a file over in one transaction, or say why nothing was written.

    It is compared before that: on SQLite nobody else writes until a transaction ends. Where
    something moved meanwhile it is compared again inside.

    `step` is called with "check", "compare" and "write" as the work goes on. Raises MissingColumns,
    and NoReceiptWindow for statements of a round that the timetable does not have.
    """
    step("check")
    found = _understood(parcel, school, now)
    found.called = {**_usual(parcel), **found.called}
    return await take_found(store, school, parcel.subject, found, terms, now=now, step=step)


async def take_found(
    store: Store,
    school: School,
    subject: Subject,
    found: Found,
    terms: Terms,
    *,
    now: datetime,
    step: Step = lambda _name: None,
) -> Report:
    """Take over what was understood, wherever it came from; the second half of `take`."""
    step("compare")
    async with store.reading() as session:
        look = await _looked(session, school, found, terms, now)
    if terms.dry_run or look.ending not in _WRITES:
        return _report(subject, found, look.outcome, look.ending)
    step("write")
    async with store.writing() as session:
        await importing.lock(session, school.id)
        if not await _is_as_seen(session, school.id, found, look):
            look = await _looked(session, school, found, terms, now)
        if look.ending in _WRITES:
            data_at = terms.data_at or now
            run_id = await import_runs.write(
                session,
                look.outcome.changes,
                school_id=school.id,
                subject=subject,
                rows=found.rows,
                now=now,
                data_at=data_at,
                by=terms.by,
            )
            if isinstance(found, WorksFile):
                met = Met(run_id, found.rows, look.outcome, now, data_at)
                await reconciling.keep(session, school.id, met)
                await freshness.release(session, school, now)
            await _tell(session, school, found, now)
    if look.ending is Ending.WRITTEN:
        await store.study(look.outcome.changes.inserts)
    return _report(subject, found, look.outcome, look.ending)


async def _looked(
    session: AsyncSession, school: School, found: Found, terms: Terms, now: datetime
) -> _Look:
    mark = await compared.mark(session, school.id)
    outcome = await _compared(session, school, found, now, terms.data_at or now)
    return _Look(outcome, _ending(found, outcome, terms), mark)


async def _is_as_seen(session: AsyncSession, school_id: int, found: Found, look: _Look) -> bool:
    """Tell whether nothing moved since a look, and let nothing move from now on.

    Works are held first: whoever was about to change one has done so before the mark is read.
    What receipts are compared with has no mark, and is looked at again.
    """
    if isinstance(found, ReceiptsFile):
        return False
    await compared.hold(session, look.outcome.changes)
    if await compared.mark(session, school_id) == look.mark:
        return True
    await compared.hold_all(session, school_id)
    return False


def _understood(parcel: Parcel, school: School, now: datetime) -> Found:
    today = day_of(now)
    if parcel.round is not None:
        return receipts.read(parcel.sheets, parcel.columns, parcel.round)
    if parcel.subject is Subject.COURSES:
        return courses.read(parcel.sheets, parcel.columns, today=today)
    if parcel.subject is Subject.WORKS:
        return works.read(parcel.sheets, parcel.columns, today=today)
    if parcel.subject is Subject.OFFICERS:
        return officers.read(parcel.sheets, parcel.columns, today=today)
    divisions = {one.key: one.label for one in schools.rulebook_of(school).divisions}
    return people.read(parcel.sheets, parcel.columns, divisions=divisions, today=today)


async def _tell(session: AsyncSession, school: School, found: Found, now: datetime) -> None:
    """Have those told whose receipt window is open already; planning tells of the others."""
    if isinstance(found, ReceiptsFile):
        concerned = await receipt_imports.of_round(
            session, school.id, found.of.term, found.of.number
        )
        await tell_opened(session, school, concerned, now)


async def _compared(
    session: AsyncSession, school: School, found: Found, now: datetime, data_at: datetime
) -> Comparison:
    if isinstance(found, PeopleFile):
        return people_rules.compare(
            found.records,
            await importing.people(session, school.id),
            unreadable=found.unreadable,
            mentioned=found.mentioned,
        )
    if isinstance(found, WorksFile):
        known = await importing.works(session, school)
        return work_rules.compare(
            found.records, found.performances, known, now=now, data_at=data_at
        )
    if isinstance(found, OfficersFile):
        return officer_rules.compare(found.records, await importing.officers(session, school.id))
    if isinstance(found, ReceiptsFile):
        stored = await receipt_imports.known(session, school.id, found.of.term, found.of.number)
        return receipt_rules.compare(found.records, stored, incomplete=found.incomplete, now=now)
    return course_rules.compare(found.records, await importing.courses(session, school.id))


def _ending(found: Found, outcome: Comparison, terms: Terms) -> Ending:
    """Tell what happens next: bad rows come before alarms, and both before anything is written."""
    if (found.problems or outcome.problems) and not terms.skip_bad:
        return Ending.BAD_ROWS
    if outcome.alarms and _at_stake(outcome.alarms) != terms.consent:
        return Ending.NEEDS_CONSENT
    if terms.seen is not None and terms.seen != outcome.changes.counts():
        return Ending.MOVED
    if not outcome.changes:
        return Ending.NOTHING_NEW
    return Ending.WOULD_WRITE if terms.dry_run else Ending.WRITTEN


def _at_stake(alarms: Sequence[Alarm]) -> int:
    """Return the largest number among the alarms: whoever typed it has read them."""
    return max((alarm.count for alarm in alarms), default=0)


def _report(subject: Subject, found: Found, outcome: Comparison, ending: Ending) -> Report:
    problems = [*found.problems, *outcome.problems]
    return Report(
        subject,
        ending,
        found.rows,
        sorted(problems, key=lambda problem: (problem.place.sheet, problem.place.row)),
        outcome.alarms,
        outcome.mismatches,
        outcome.told,
        outcome.changes.counts(),
        found.called,
        Changes() if ending in _WRITES else outcome.changes,
        found.things,
    )


def _usual(parcel: Parcel) -> dict[tuple[str, str], str]:
    """Return what our fields are usually called, for cells whose column the file lacks."""
    return {
        ("", name): said
        for columns in columns_of(parcel.subject, parcel.columns)
        for name, said in columns.called.items()
    }


def columns_of(subject: Subject, known: ColumnMap) -> tuple[Columns, ...]:
    """Return the columns that a file about a subject may have; works are of two kinds."""
    found: Mapping[Subject, tuple[Columns, ...]] = {
        Subject.PEOPLE: (known.people,),
        Subject.COURSES: (known.courses,),
        Subject.WORKS: (known.performances, known.outcomes),
        Subject.OFFICERS: (known.officers,),
        Subject.RECEIPTS: (known.receipts,),
    }
    return found[subject]
