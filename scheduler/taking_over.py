"""Takes over a rulebook: its terms and windows become rows, unless the law refuses them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.errors import DomainError
from models.queries import audit
from models.queries.console.timetable import TAKEN_OVER
from models.rulebooks import Anchor, Rulebook, load
from models.rules import lawcheck, timetable
from models.rules.lawcheck import Finding
from models.rules.roc import Term as RocTerm
from models.rules.taipei import day_of
from models.rules.timetable import PlannedWindow
from models.tables import Finding as FindingRow
from models.tables import School, Term, Window
from scheduler.moving import Order, move_deadline, retire_window


@dataclass(eq=False)
class TimetableRefused(DomainError):
    """The timetable breaks the law as it stands today; `findings` cite the clauses."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Takeover:
    """What taking over changed: windows that are new, whose dates moved, and that are gone."""

    findings: tuple[Finding, ...]
    new: int
    moved: int
    retired: int = 0


BY_COMMAND = Order()


async def take_over(
    session: AsyncSession,
    school: School,
    text: str,
    now: datetime,
    *,
    order: Order = BY_COMMAND,
) -> Takeover:
    """Make a rulebook (the text of its TOML file) the school's own, with its terms and windows.

    New windows are added; where dates changed, those it touches are told; what the rulebook has no
    more is retired, unless it is over: then it stays as what it was. Raises RulebookError for
    a text that cannot be read and TimetableRefused where the law has something against it; warnings
    are recorded. Planning begins now: nothing of the past is made up for.
    """
    rulebook = load(text, name=school.code)
    terms = [RocTerm(code) for code in rulebook.terms]
    planned = [window for term in terms for window in timetable.derive(rulebook, term)]
    findings = lawcheck.check(rulebook, planned, on=day_of(now))
    if lawcheck.refuses(findings):
        raise TimetableRefused(findings)
    school.rulebook = text
    school.planned_until = school.planned_until or now
    rows = {str(term): await _term(session, school, rulebook, term) for term in terms}
    new = moved = 0
    kept: set[int] = set()
    for window in planned:
        id_, changed = await _window(session, rows[str(window.term)], window, now, order)
        kept.add(id_)
        new += changed is None
        moved += changed is True
    retired = await _retire_dropped(session, school, kept, now, order)
    await _record(session, school, findings, now)
    await audit.record(
        session,
        school_id=school.id,
        at=now,
        actor_id=order.actor_id,
        deed=TAKEN_OVER,
        thing=f"school:{school.id}",
        via=order.via,
        new=new,
        moved=moved,
        retired=retired,
        **order.noted,
    )
    return Takeover(findings, new, moved, retired)


async def _term(session: AsyncSession, school: School, rulebook: Rulebook, of: RocTerm) -> Term:
    """Write a term with its anchors; what the rulebook does not know stays as it is."""
    row = (
        await session.execute(
            select(Term).where(
                col(Term.school_id) == school.id,
                col(Term.year) == of.year,
                col(Term.semester) == of.semester,
            )
        )
    ).scalar_one_or_none()
    if row is None:
        row = Term(school_id=school.id, year=of.year, semester=of.semester)
        session.add(row)
    anchors = rulebook.terms[str(of)].anchors
    row.starts_on = anchors.get(Anchor.TERM_START, row.starts_on)
    row.closing_on = anchors.get(Anchor.CLOSING_CEREMONY, row.closing_on)
    row.exams_end_on = anchors.get(Anchor.FINAL_EXAMS_END, row.exams_end_on)
    row.submission_on = anchors.get(Anchor.SUBMISSION, row.submission_on)
    await session.flush()
    return row


async def _window(
    session: AsyncSession, term: Term, planned: PlannedWindow, now: datetime, order: Order
) -> tuple[int, bool | None]:
    """Write one window; return its id, and None where it is new, else whether its end moved."""
    grades = ",".join(map(str, planned.grades))
    row = (
        await session.execute(
            select(Window).where(
                col(Window.term_id) == term.id,
                col(Window.stage) == planned.stage,
                col(Window.round) == planned.round,
                col(Window.grades) == grades,
                col(Window.division).is_(None)
                if planned.division is None
                else col(Window.division) == planned.division,
            )
        )
    ).scalar_one_or_none()
    if row is None:
        row = Window(
            school_id=term.school_id,
            term_id=term.id,
            stage=planned.stage,
            division=planned.division,
            grades=grades,
            round=planned.round,
            opens_at=planned.opens_at,
            closes_at=planned.closes_at,
            source=planned.source,
            because=str(planned.because),
            changed_at=now,
        )
        session.add(row)
        await session.flush()
        return row.id, None
    came_back, row.retired_at = row.retired_at is not None, None
    row.source, row.because = planned.source, str(planned.because)
    if came_back or row.closes_at == planned.closes_at:
        if came_back or row.opens_at != planned.opens_at:
            row.version, row.changed_at = row.version + 1, now
        row.opens_at, row.closes_at = planned.opens_at, planned.closes_at
        return row.id, None if came_back else False
    with session.no_autoflush:
        row.opens_at = min(planned.opens_at, row.opens_at)
    await move_deadline(session, row, planned.closes_at, now=now, order=order)
    row.opens_at = planned.opens_at
    return row.id, True


async def _retire_dropped(
    session: AsyncSession, school: School, kept: set[int], now: datetime, order: Order
) -> int:
    """Retire the windows that are not over and that the rulebook has no more; return how many."""
    dropped = select(Window).where(
        col(Window.school_id) == school.id,
        col(Window.retired_at).is_(None),
        col(Window.closes_at) > now,
        col(Window.id).not_in(kept),
    )
    rows = (await session.execute(dropped.order_by(col(Window.id)))).scalars().all()
    for row in rows:
        await retire_window(session, row, now=now, order=order)
    return len(rows)


async def _record(
    session: AsyncSession, school: School, findings: Sequence[Finding], now: datetime
) -> None:
    """Keep what the checker warned of; an earlier timetable's warnings are over."""
    await session.execute(sa.delete(FindingRow).where(col(FindingRow.school_id) == school.id))
    session.add_all(
        FindingRow(
            school_id=school.id,
            found_at=now,
            severity=finding.severity.value,
            code=finding.fault.value,
            message=_told(finding),
            clauses="、".join(map(str, finding.clauses)),
        )
        for finding in findings
    )


def _told(finding: Finding) -> str:
    """Return which window a finding is about, and its figures, as plain text."""
    where = "" if finding.stage is None else f"{finding.stage.value} {finding.round}"
    term = "" if finding.window is None else f"{finding.window.term} "
    values = ", ".join(f"{key} {value}" for key, value in finding.values.items())
    return f"{term}{where}: {values}"
