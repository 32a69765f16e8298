"""Who is to be told of a receipt statement on paper, and the letters: printed, posted, answered.

A letter that a person says was posted or handed over is in the ledger like any message: a notice
that was told, by a delivery on the channel "paper" (decision 0030).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import standing
from models.queries.classes import current_year
from models.queries.extensions import still_open
from models.queries.rationing import is_untold
from models.queries.reachability import is_reachable
from models.queries.windows import TermWindow
from models.rules.letters import Traces, Why, listed_from, why_on_paper
from models.tables import (
    ChatAccount,
    Delivery,
    Extension,
    Letter,
    Notice,
    Person,
    Placement,
    ReceiptStatement,
    SchoolClass,
    Submission,
)
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence

PAPER = "paper"
"""The channel of what people carry."""

_NEVER_CAME = (Silence.REFUSED, Silence.EXPIRED)
_person: sa.Table = Person.__table__  # type: ignore[attr-defined]
_letter: sa.Table = Letter.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Addressee:
    """A pupil who has not answered a statement; `why` is None who need not be told on paper.

    Class and seat are this year's, or those of the window's year for who has none any more.
    """

    person_id: int
    number: str
    name: str
    class_name: str
    seat: int
    statement_id: int
    version: int
    window: TermWindow
    why: Why | None
    told: bool

    @property
    def key(self) -> tuple[int, int, datetime]:
        """Return what a letter is about: the statement, its version, and the deadline."""
        return self.statement_id, self.version, self.window.closes_at


async def waiting(
    session: AsyncSession, window: TermWindow, now: datetime, class_id: int | None = None
) -> list[Addressee]:
    """Return who is to be told on paper by a receipt window's end, by class and seat.

    Those for whom a letter was posted are told; a class is one of this year.
    """
    return [
        each
        for each in await unanswered(session, window, now, class_id)
        if each.why is not None and not each.told
    ]


async def unanswered(
    session: AsyncSession, window: TermWindow, now: datetime, class_id: int | None = None
) -> list[Addressee]:
    """Return everybody with a statement and time to answer it, also who has left, by class."""
    asked = _unanswered(window)
    if class_id is not None:
        asked = asked.where(_present_placement.c.class_id == class_id)
    rows: Any = await session.execute(asked)
    found = []
    for person_id, number, name, room, seat, statement_id, version, end, told, *traces in rows:
        own = window.until(end)
        if now >= own.closes_at:
            continue
        why = why_on_paper(Traces(*traces), listed_from(own.opens_at, own.closes_at), now)
        found.append(
            Addressee(person_id, number, name, room, seat, statement_id, version, own, why, told)
        )
    return found


async def count_waiting(session: AsyncSession, window: TermWindow, now: datetime) -> int:
    """Return how many are to be told on paper; a window that is over for all asks nothing."""
    if now >= (await still_open(session, window, now)).closes_at:
        return 0
    return len(await waiting(session, window, now))


async def count_at_school(
    session: AsyncSession, window: TermWindow, now: datetime, class_id: int
) -> int:
    """Return how many of a class are to be told on paper, without those who have left."""
    found = await waiting(session, window, now, class_id)
    return sum(each.why is not Why.DEPARTED for each in found)


async def known(
    session: AsyncSession, addressees: Iterable[Addressee]
) -> dict[tuple[int, int, datetime], Letter]:
    """Return the letters that were printed already, by what they are about."""
    ids = [each.statement_id for each in addressees]
    rows = await session.scalars(sa.select(Letter).where(col(Letter.statement_id).in_(ids)))
    return {(each.statement_id, each.version, each.deadline_at): each for each in rows}


async def own_of_school(
    session: AsyncSession, school_id: int, codes: Collection[str]
) -> dict[str, Letter]:
    """Return the letters with these codes, locked; a code that is no letter's is left out."""
    found = (
        sa.select(Letter)
        .where(col(Letter.school_id) == school_id, col(Letter.code).in_(codes))
        .order_by(col(Letter.id))
        .with_for_update()
    )
    return {each.code: each for each in await session.scalars(found)}


async def of_windows(
    session: AsyncSession, school_id: int, window_ids: Collection[int]
) -> Sequence[tuple[Letter, Delivery | None, Person]]:
    """Return every letter about these windows with its delivery and its pupil, oldest first."""
    found = (
        sa.select(Letter, Delivery, Person)
        .join(Person, col(Person.id) == col(Letter.person_id))
        .outerjoin(Delivery, col(Delivery.id) == col(Letter.delivery_id))
        .where(col(Letter.school_id) == school_id, col(Letter.window_id).in_(window_ids))
        .order_by(col(Letter.id))
    )
    return [(letter, delivery, person) for letter, delivery, person in await session.execute(found)]


def replaced(listed: Iterable[tuple[Letter, Delivery | None, Person]]) -> frozenset[int]:
    """Return the ids of letters that never left and have a later one about the same statement.

    That one was printed when the statement or its deadline had changed: theirs is void.
    """
    rows = list(listed)
    latest = {letter.statement_id: letter.id for letter, _, _ in rows}  # the oldest come first
    return frozenset(
        letter.id
        for letter, delivery, _ in rows
        if delivery is None and latest[letter.statement_id] != letter.id
    )


def were_written(statement_ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """Build the condition that a letter was printed about one of these statements."""
    written = sa.select(sa.literal(1)).select_from(Letter)
    return written.where(col(Letter.statement_id).in_(statement_ids)).exists()


async def post(session: AsyncSession, letter: Letter, *, how: str, at: datetime) -> bool:
    """Write into the ledger that a letter left, `how` in a word; False where that is known.

    Nobody counts it among messages, and no worker ever tries to send it.
    """
    if letter.delivery_id is not None:
        return False
    delivery = Delivery(
        school_id=letter.school_id,
        person_id=letter.person_id,
        channel=PAPER,
        retry_key=f"letter/{letter.id}",
        state=DeliveryState.ACCEPTED,
        created_at=letter.printed_at,
        try_at=at,
        first_tried_at=at,
        settled_at=at,
        reason=how,
        free=True,
    )
    session.add(delivery)
    await session.flush()
    letter.delivery_id = delivery.id
    session.add(
        Notice(
            school_id=letter.school_id,
            person_id=letter.person_id,
            kind=NoticeKind.RECEIPT_OPENED,
            occasion=f"letter/{letter.id}",
            window_id=letter.window_id,
            facts={"statement_id": letter.statement_id, "letter_id": letter.id},
            required=True,
            due_at=at,
            deadline_at=letter.deadline_at,
            created_at=at,
            state=NoticeState.TOLD,
            delivery_id=delivery.id,
        )
    )
    await session.flush()
    return True


async def leads(session: AsyncSession, teacher_id: int, pupil_id: int) -> bool:
    """Say whether somebody is, or was, the homeroom teacher of a class of this pupil."""
    led = (
        sa.select(sa.literal(1))
        .select_from(Placement)
        .join(SchoolClass, col(SchoolClass.id) == col(Placement.class_id))
        .where(
            col(Placement.person_id) == pupil_id,
            col(SchoolClass.homeroom_teacher_id) == teacher_id,
        )
        .limit(1)
    )
    return (await session.execute(led)).first() is not None


_present_placement: sa.Table = Placement.__table__.alias("present_placement")  # type: ignore[attr-defined]
_present: sa.Table = SchoolClass.__table__.alias("present")  # type: ignore[attr-defined]
_former_placement: sa.Table = Placement.__table__.alias("former_placement")  # type: ignore[attr-defined]
_former: sa.Table = SchoolClass.__table__.alias("former")  # type: ignore[attr-defined]


def _unanswered(window: TermWindow) -> sa.Select[*tuple[Any, ...]]:
    """Select who has not answered the statement of a window, with all that decides about a letter.

    The columns are those of Addressee, the own end, whether a letter told, then those of Traces.
    """
    school_id = window.window.school_id
    person, statement = col(Person.id), col(ReceiptStatement.id)
    own_end = col(Extension.closes_at)
    present = sa.join(
        _present_placement,
        _present,
        sa.and_(
            _present.c.id == _present_placement.c.class_id,
            _present.c.year == current_year(school_id),
        ),
    )
    former = sa.join(
        _former_placement,
        _former,
        sa.and_(_former.c.id == _former_placement.c.class_id, _former.c.year == window.term.year),
    )
    class_name = sa.func.coalesce(_present.c.name, _former.c.name, "")
    seat = sa.func.coalesce(_present_placement.c.seat, _former_placement.c.seat, 0)
    return (
        sa.select(
            person,
            col(Person.number),
            col(Person.name),
            class_name,
            seat,
            statement,
            col(ReceiptStatement.version),
            own_end.label("own_closes_at"),
            _told_by_letter(window).label("told"),
            col(Person.departed),
            _has_account(),
            is_reachable(person),
            is_untold(_person.c.id, window.id, _NEVER_CAME),
            is_untold(_person.c.id, window.id),
            _reacted(window),
        )
        .join(ReceiptStatement, col(ReceiptStatement.person_id) == person)
        .join(Submission, col(Submission.id) == col(ReceiptStatement.submission_id))
        .outerjoin(present, _present_placement.c.person_id == person)
        .outerjoin(former, _former_placement.c.person_id == person)
        .outerjoin(
            Extension,
            (col(Extension.person_id) == person) & (col(Extension.window_id) == window.id),
        )
        .where(
            col(Person.school_id) == school_id,
            col(Submission.term_id) == window.term_id,
            col(Submission.round) == window.window.round,
            standing.is_placed(window.window, window.term, person),
            standing.has_left(window.window, window.term, person),
        )
        .order_by(class_name, seat, col(Person.number))
    )


def _has_account() -> sa.ColumnElement[bool]:
    account = sa.select(sa.literal(1)).select_from(ChatAccount)
    return account.where(col(ChatAccount.person_id) == col(Person.id)).exists()


def _told_by_letter(window: TermWindow) -> sa.ColumnElement[bool]:
    """Build the condition that a letter about this version left, with no later day than the end."""
    of_all = sa.literal(window.window.closes_at, _letter.c.deadline_at.type)
    own = col(Extension.closes_at)
    closes_at = sa.case((own > of_all, own), else_=of_all)
    return (
        sa.select(sa.literal(1))
        .select_from(Letter)
        .where(
            col(Letter.statement_id) == col(ReceiptStatement.id),
            col(Letter.version) == col(ReceiptStatement.version),
            col(Letter.delivery_id).is_not(None),
            col(Letter.deadline_at) <= closes_at,
        )
        .exists()
    )


def _reacted(window: TermWindow) -> sa.ColumnElement[bool]:
    """Build the condition that somebody tapped since a message about the window was accepted."""
    accepted_at = (
        sa.select(sa.func.min(col(Delivery.settled_at)))
        .select_from(Notice)
        .join(Delivery, col(Delivery.id) == col(Notice.delivery_id))
        .where(
            col(Notice.person_id) == col(Person.id),
            col(Notice.window_id) == window.id,
            col(Notice.state) == NoticeState.TOLD,
            col(Delivery.channel) != PAPER,
        )
        .correlate(Person)
        .scalar_subquery()
    )
    return (
        sa.select(sa.literal(1))
        .select_from(ChatAccount)
        .where(
            col(ChatAccount.person_id) == col(Person.id),
            col(ChatAccount.seen_at) >= accepted_at,
        )
        .correlate(Person)
        .exists()
    )
