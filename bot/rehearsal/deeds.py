"""What people of a rehearsed school do: every deed is an action, answered by the product's router.

What only the school platform knows (a draft that gets its file) is a changed row, as an import
would make it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.rehearsal.cast import Cast, Member
from bot.rehearsal.habits import Habit
from bot.rehearsal.recording import CHANNEL
from handlers import router
from handlers.actions import (
    Action,
    CertifyItem,
    ConfirmReceipt,
    DecideUpload,
    FinishSelection,
    NudgeClass,
    NudgeTeacher,
    QueryLine,
    RequestCertification,
    ReturnItem,
    SelectItem,
)
from handlers.context import Context
from handlers.words import Words
from models.queries import certifying, classes, items, receipts, selections, standing
from models.queries.schools import rulebook_of
from models.queries.windows import TermWindow
from models.tables import Certification, CourseOutcome, Person
from models.vocabulary import ItemKind, OutcomeState, QueryReason, ReturnReason, Stage

_PEPPER = b"rehearsal"
_SENDABLE = (OutcomeState.UPLOADED, OutcomeState.RETURNED)


@dataclass(frozen=True, slots=True)
class Doer:
    """One person acting at one instant, inside the caller's transaction."""

    session: AsyncSession
    cast: Cast
    member: Member
    now: datetime
    words: Words

    async def decide(self, window: TermWindow) -> None:
        """Do what is left to do in a window, as this person is used to."""
        match window.stage:
            case Stage.UPLOAD:
                await self._upload(window)
            case Stage.SELECTION:
                await self._select(window)
            case Stage.RECEIPT:
                await self._check_receipt(window)
            case Stage.CERTIFICATION | Stage.SUBMISSION:
                pass

    async def certify(self) -> None:
        """Certify everything that waits; the first work of a pupil whose file is broken returns."""
        for work in await certifying.waiting(self.session, self.cast.school.id, self.member.id):
            outcome = work.outcome
            author = self.cast.members[outcome.person_id]
            if author.habit is Habit.RETURNED and not await self._was_judged(outcome.id):
                reason = ReturnReason.UNREADABLE_OR_WRONG_FILE
                await self._ask(ReturnItem(outcome.id, outcome.version, reason))
            else:
                await self._ask(CertifyItem(outcome.id, outcome.version))

    async def send_again(self) -> None:
        """Send returned works to the teacher once more."""
        await self._send(await self._works())

    async def nudge_teachers(self) -> None:
        """Remind the teachers of works that still wait."""
        for work in await self._works():
            if work.state is OutcomeState.AWAITING:
                await self._ask(NudgeTeacher(work.id))

    async def nudge_class(self, window: TermWindow) -> None:
        """Remind those of one's class who have not decided, if there are any."""
        for led in await classes.led_by(self.session, self.cast.school.id, self.member.id):
            if await classes.undecided(self.session, window, led.id, self.now):
                await self._ask(NudgeClass(led.id, window.id))

    async def _upload(self, window: TermWindow) -> None:
        if self.member.habit is Habit.NOTHING:
            await self._ask(DecideUpload(window.term.id, 1))
            return
        await self._finish_drafts(window.term.id)
        of_term = [work for work in await self._works() if work.term_id == window.term.id]
        await self._send(of_term)
        await self._ask(DecideUpload(window.term.id, 0))

    async def _select(self, window: TermWindow) -> None:
        pupil = await self._person()
        if self.member.habit is Habit.NOTHING:
            await self._ask(FinishSelection(window.id, 1))
            return
        year = window.term.year
        outcomes = [
            own.outcome.id
            for own in await items.outcomes_of(self.session, pupil)
            if own.term.year == year and own.state is OutcomeState.CERTIFIED
        ]
        performances = [
            each.id
            for each in await items.performances_of(self.session, pupil)
            if each.year == year
        ]
        for kind, ids in (
            (ItemKind.OUTCOME, outcomes),
            (ItemKind.PERFORMANCE, performances),
        ):
            for item_id in ids[:1]:
                await self._ask(SelectItem(window.id, kind, item_id))
        chosen = await selections.chosen(self.session, pupil, year)
        await self._ask(FinishSelection(window.id, int(not chosen)))

    async def _check_receipt(self, window: TermWindow) -> None:
        found = await receipts.of_window(self.session, await self._person(), window.id, self.now)
        if found is None:
            return
        if self.member.habit is Habit.QUERIES and window.window.round == 1:
            await self._ask(QueryLine(found.id, 0, QueryReason.MISSING_ITEM))
        else:
            await self._ask(ConfirmReceipt(found.id, found.statement.version))

    async def _send(self, works: Sequence[CourseOutcome]) -> None:
        for work in works:
            if work.state in _SENDABLE:
                await self._ask(RequestCertification(work.id, work.version))

    async def _finish_drafts(self, term_id: int) -> None:
        await self.session.execute(
            sa.update(CourseOutcome)
            .where(
                col(CourseOutcome.person_id) == self.member.id,
                col(CourseOutcome.term_id) == term_id,
                col(CourseOutcome.state) == OutcomeState.DRAFT,
            )
            .values(state=OutcomeState.UPLOADED, uploaded_at=self.now)
        )
        self.session.expire_all()

    async def _works(self) -> list[CourseOutcome]:
        found = select(CourseOutcome).where(col(CourseOutcome.person_id) == self.member.id)
        ordered = found.order_by(col(CourseOutcome.id))
        return list((await self.session.execute(ordered)).scalars())

    async def _was_judged(self, outcome_id: int) -> bool:
        judged = sa.select(col(Certification.id)).where(col(Certification.outcome_id) == outcome_id)
        return (await self.session.execute(judged.limit(1))).first() is not None

    async def _person(self) -> Person:
        return await self.session.get_one(Person, self.member.id)

    async def _ask(self, action: Action) -> None:
        person = await self._person()
        await router.answer(
            action,
            Context(
                session=self.session,
                now=self.now,
                words=self.words,
                words_in=lambda _locale: self.words,
                school=self.cast.school,
                rulebook=rulebook_of(self.cast.school),
                account=None,
                actor=person,
                duties=frozenset({self.member.role}),
                via=CHANNEL,
                pepper=_PEPPER,
            ),
        )


async def undecided(session: AsyncSession, window: TermWindow) -> set[int]:
    """Return the ids of the people who have something left to do in a window."""
    found = await session.execute(standing.undecided(window.window, window.term))
    return set(found.scalars())


def deciding(window: TermWindow) -> Callable[[Doer], Awaitable[None]]:
    """Return the deed of doing what is left in a window, if anything is."""

    async def decide(doer: Doer) -> None:
        if doer.member.id in await undecided(doer.session, window):
            await doer.decide(window)

    return decide


def nudging(window: TermWindow) -> Callable[[Doer], Awaitable[None]]:
    """Return the deed of reminding one's class of a window."""

    async def nudge(doer: Doer) -> None:
        await doer.nudge_class(window)

    return nudge
