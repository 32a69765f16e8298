"""What people say of letters: that they were posted or handed over, and what came back on a slip.

Who says so is a registrar, or a homeroom teacher of the pupil. A slip answers the receipt in the
pupil's place, by the same rules as a tap, and the pupil is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from handlers.confirming import CLAUSE
from handlers.queueing import tell_office_of
from models.errors import DomainError, NotYours, Outdated
from models.queries import audit, extensions, letters, notices, people, receipts, schools, windows
from models.queries.receipts import Receipt
from models.rules import receipt
from models.rules.letters import counted_at, read_code
from models.rules.opening import require_open
from models.tables import Letter, Person, School
from models.vocabulary import Duty, NoticeKind, PersonKind, QueryReason, Stage

VIA = "paper"


class How(StrEnum):
    """How a letter reached its pupil, as a person says."""

    POSTED = "posted"
    HANDED = "handed"
    RETURNED = "slip"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a slip doubts: a line by its number, or with 0 a work that is missing, and why."""

    line: int
    reason: QueryReason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one code that was typed: `refused` is why nothing was entered, None for done.

    `was_known` is a letter that had been marked before.
    """

    typed: str
    refused: DomainError | None = None
    was_known: bool = False


class NoSuchLetter(DomainError):
    """No letter of this school has the code that was typed."""


class NotTheirs(DomainError):
    """Somebody is neither a registrar nor a homeroom teacher of the pupil."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who enters what people say: at which school, when, and on which day it was.

    `account` is a registrar's of the console; who is not among the school's people is no Person.
    """

    session: AsyncSession
    school: School
    by: Person | None
    now: datetime
    on: date
    account: int | None = None

    async def require(self, letter: Letter) -> None:
        """Raise NotTheirs unless this is a registrar, or a homeroom teacher of the pupil."""
        if self.account is not None:
            return
        if self.by is None:
            raise NotTheirs
        if Duty.REGISTRAR in await people.duties_of(self.session, self.by):
            return
        if not await letters.leads(self.session, self.by.id, letter.person_id):
            raise NotTheirs


async def staff(session: AsyncSession, school_id: int, number: str) -> Person | None:
    """Return who works at a school under a number; nobody who has left."""
    found = select(Person).where(
        col(Person.school_id) == school_id,
        col(Person.number) == number,
        col(Person.kind) == PersonKind.STAFF,
        col(Person.departed).is_(False),
    )
    return (await session.execute(found)).scalar_one_or_none()


async def mark_posted(clerk: Clerk, typed: Iterable[str], how: How) -> list[Outcome]:
    """Mark letters as posted or handed over; each code by itself."""
    done = []
    for each in typed:
        try:
            letter = await _letter(clerk, each)
            done.append(Outcome(each, was_known=not await _post(clerk, letter, how)))
        except DomainError as refused:
            done.append(Outcome(each, refused))
    return done


async def enter_slips(
    clerk: Clerk, typed: Iterable[str], doubts: Sequence[Doubt] = ()
) -> list[Outcome]:
    """Enter what came back: all correct, or these doubts; each slip whole or not at all."""
    done = []
    for each in typed:
        try:
            async with clerk.session.begin_nested():
                await _enter(clerk, await _letter(clerk, each), doubts)
            done.append(Outcome(each))
        except DomainError as refused:
            done.append(Outcome(each, refused))
    return done


async def _letter(clerk: Clerk, typed: str) -> Letter:
    code = read_code(typed)
    found = await letters.own_of_school(clerk.session, clerk.school.id, [code] if code else [])
    if code not in found:
        raise NoSuchLetter
    await clerk.require(found[code])
    return found[code]


async def _post(clerk: Clerk, letter: Letter, how: How) -> bool:
    at = counted_at(clerk.on, letter.printed_at, clerk.now)
    if not await letters.post(clerk.session, letter, how=how.value, at=at):
        return False
    await _record(clerk, letter, f"letter {how.value}", f"letter:{letter.id}", "111函 五(三)")
    return True


async def _enter(clerk: Clerk, letter: Letter, doubts: Sequence[Doubt]) -> None:
    session, now = clerk.session, clerk.now
    found = await _statement(clerk, letter)
    window = found.required_window()
    require_open(window, counted_at(clerk.on, window.opens_at, now))
    if letter.version != found.statement.version:
        raise Outdated
    if doubts:
        for doubt in doubts:
            await _doubt(clerk, letter, found, doubt)
        await tell_office_of(session, clerk.school.id, schools.rulebook_of(clerk.school), now)
    else:
        receipt.confirm(found.statement, found.confirmation, found.queries, seen=letter.version)
        await receipts.confirm(session, found, now)
        thing = f"receipt_statement:{found.id}"
        await _record(clerk, letter, "confirmed receipt", thing, CLAUSE)
    letter.answered_at = now
    await _post(clerk, letter, How.RETURNED)
    await notices.tell(
        session,
        school_id=clerk.school.id,
        person_id=letter.person_id,
        kind=NoticeKind.SLIP_ENTERED,
        occasion=f"slip-entered/{letter.id}/{len(found.queries) + len(doubts)}",
        window_id=letter.window_id,
        now=now,
        facts={"queries": len(doubts)},
    )


async def _statement(clerk: Clerk, letter: Letter) -> Receipt:
    """Return the statement with the pupil's own end of the window, locked for an answer."""
    session, school_id = clerk.session, clerk.school.id
    window = await windows.by_id(session, school_id, letter.window_id)
    if window is None or window.stage is not Stage.RECEIPT:
        raise Outdated
    granted = await extensions.of_school(session, school_id, [letter.person_id])
    own = window.until(granted.get((letter.person_id, window.id)))
    found = await receipts.with_windows(session, {letter.statement_id: own}, lock=True)
    if not found:
        raise NotYours
    return found[0]


async def _doubt(clerk: Clerk, letter: Letter, found: Receipt, doubt: Doubt) -> None:
    line = next((line for line in found.lines if line.number == doubt.line), None)
    if doubt.line and line is None:
        raise NotYours
    line_id = receipt.line_in_doubt(line.id if line else None, doubt.reason)
    known = await receipts.with_windows(clerk.session, {found.id: found.required_window()})
    receipt.query(
        known[0].queries, line_id, doubt.reason, part=line.part if line else None, clause=CLAUSE
    )
    raised = await receipts.raise_query(clerk.session, found, line_id, doubt.reason, clerk.now)
    await _record(
        clerk, letter, "raised query", f"query:{raised.id}", CLAUSE, reason=doubt.reason.value
    )


async def _record(
    clerk: Clerk, letter: Letter, deed: str, thing: str, clause: str, **facts: str
) -> None:
    """Audit who entered it and for whom; `on` is the day on which it was, as they say."""
    await audit.record(
        clerk.session,
        school_id=clerk.school.id,
        at=clerk.now,
        actor_id=clerk.by.id if clerk.by else None,
        person_id=letter.person_id,
        deed=deed,
        thing=thing,
        via=VIA,
        clause=clause,
        letter=letter.id,
        on=clerk.on.isoformat(),
        **({} if clerk.account is None else {"console_user": clerk.account}),
        **facts,
    )
