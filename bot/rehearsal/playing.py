"""Plays a rehearsal: the clock goes from instant to instant, the product ticks, people react."""

import heapq
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from bot.i18n import words
from bot.rehearsal import deeds, gathering, office
from bot.rehearsal.cast import Cast, Member, settle
from bot.rehearsal.deeds import Doer
from bot.rehearsal.gathering import Heard
from bot.rehearsal.habits import REACTS_WITHIN, Habit
from bot.rehearsal.record import Rehearsal, settings_of, shown
from bot.rehearsal.recording import CHANNEL, RecordingChannel
from models.queries import windows
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook, load
from models.rules import timetable
from models.rules.calendar import SchoolCalendar
from models.rules.lawcheck import Finding
from models.rules.reminders import Fate, all_occasions, digests
from models.rules.roc import Term
from models.rules.taipei import clock_of, day_of, instant, last_day
from models.store import Store
from models.tables import Notice, School
from models.vocabulary import Duty, NoticeKind, NoticeState, Stage
from scheduler.dispatch import Dispatcher
from scheduler.planning import plan, plans_of, reminded_of
from scheduler.taking_over import TimetableRefused, take_over

_BEFORE = timedelta(hours=6)
_AFTER = timedelta(days=3)
_NOON, _AFTERNOON, _EVENING = time(12, 20), time(16, 30), time(20, 15)
_PATIENCE = timedelta(days=10)
_SOON = timedelta(days=4)
_OF_ONESELF = {Habit.EARLY, Habit.NOTHING, Habit.RETURNED, Habit.QUERIES}
"""Who decides without being reminded, some days after a window has opened."""
_DAYS_UNTIL_EARLY = {Stage.UPLOAD: (14, 28), Stage.SELECTION: (2, 6), Stage.RECEIPT: (0, 1)}

Deed = Callable[[AsyncSession, datetime], Awaitable[None]]


class NothingPlanned(Exception):
    """The rulebook has no dated window for the term."""


@dataclass(eq=False)
class AgainstTheLaw(Exception):
    """The timetable breaks the law of the day `on`; no school could take it over."""

    findings: tuple[Finding, ...]
    on: date


@dataclass(frozen=True, slots=True, order=True)
class _Planned:
    at: datetime
    number: int
    deed: Deed = field(compare=False)


async def rehearse(
    text: str,
    name: str,
    term: Term,
    seed: int,
    *,
    advance: Callable[[int, int], None] = lambda _days, _of: None,
) -> Rehearsal:
    """Live through a term of a rulebook (`name` is how its errors call it), and what is beside it.

    `advance` is called as time goes by with the days that are over, of how many. Raises
    RulebookError, AgainstTheLaw, and NothingPlanned for a term without dates.
    """
    rulebook = load(text, name=name)
    own = timetable.derive(rulebook, term)
    if not own:
        raise NothingPlanned
    began = min(window.opens_at for window in own) - _BEFORE
    ended = max(window.closes_at for window in own) + _AFTER
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        store = Store(f"sqlite+aiosqlite:///{Path(folder) / 'school.sqlite3'}", threads=False)
        sa.event.listen(store.engine.sync_engine, "connect", _hurry)
        try:
            async with store.engine.connect() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            play = await _opened(store, text, rulebook, (began, ended), seed)
            await play.run(advance)
            async with store.reading() as session:
                messages = gathering.messages(play.heard, play.channel, play.cast)
                return Rehearsal(
                    school_code=rulebook.code,
                    school_name=rulebook.name,
                    term=str(term),
                    seed=seed,
                    began=began,
                    ended=ended,
                    settings=settings_of(text),
                    divisions={each.key: each.label for each in rulebook.divisions},
                    windows=tuple(shown(each) for each in play.found),
                    messages=messages,
                    unsaid=await gathering.unsaid(session, play.cast),
                )
        finally:
            await store.close()


def _hurry(connection: DBAPIConnection, _record: object) -> None:
    """Let the disk take its time: nothing of a rehearsal has to survive a power cut."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


async def _opened(
    store: Store, text: str, rulebook: Rulebook, span: tuple[datetime, datetime], seed: int
) -> "_Play":
    """Set the school up in an empty store, with the windows that touch the span."""
    began, ended = span
    async with store.writing() as session:
        school = School(code=rulebook.code, name=rulebook.name, rulebook="", planned_until=began)
        session.add(school)
        await session.flush()
        try:
            await take_over(session, school, text, began)
        except TimetableRefused as refusal:
            raise AgainstTheLaw(refusal.findings, day_of(began)) from None
        found = [
            each
            for each in await windows.of_school(session, school.id)
            if each.opens_at < ended and each.closes_at > began
        ]
        cast = await settle(session, school, rulebook, found, began=began, seed=seed)
    dice = Random(seed)  # noqa: S311 - repeatable on purpose
    return _Play(store, cast, rulebook, found, began, ended, dice)


@dataclass(slots=True)
class _Play:
    """One rehearsal under way: `now` is its clock."""

    store: Store
    cast: Cast
    rulebook: Rulebook
    found: list[TermWindow]
    now: datetime
    ended: datetime
    dice: Random
    channel: RecordingChannel = field(default_factory=RecordingChannel)
    heard: list[Heard] = field(default_factory=list)
    agenda: list[_Planned] = field(default_factory=list)
    promised: set[tuple[int, object]] = field(default_factory=set)
    counted: int = 0

    async def run(self, advance: Callable[[int, int], None]) -> None:
        """Live until the end, saying now and then how many days are over."""
        began = self.now
        dispatcher = Dispatcher(self.store, {CHANNEL: self.channel}, words, lambda: self.now)
        self._plan_of_themselves()
        instants = sorted(set(self._instants()))
        while True:
            at = await self._next(instants)
            if at >= self.ended:
                advance(1, 1)
                return
            self.now = at
            advance((at - began).days, (self.ended - began).days)
            await self._act()
            await plan(self.store, at)
            await dispatcher.tick()
            await dispatcher.idle()
            await self._react()

    def _instants(self) -> Iterator[datetime]:
        """Yield when something falls due by itself: occasions, and digests of what ends soon."""
        calendar = SchoolCalendar(self.rulebook.school_days)
        for window in self.found:
            for _, hours in plans_of(window, self.rulebook):
                for each in all_occasions(reminded_of(window), hours, calendar):
                    if each.fate is Fate.DUE and self.now < each.due_at < self.ended:
                        yield each.due_at
        for _, hours in self.rulebook.plans():
            soon = timedelta(days=hours.digest.within_days)
            for morning in digests(hours, calendar, self.now, self.ended):
                at = morning.due_at
                if any(each.is_open(at) and each.closes_at <= at + soon for each in self.found):
                    yield at

    async def _next(self, instants: list[datetime]) -> datetime:
        waiting = sa.select(sa.func.min(col(Notice.due_at))).where(
            col(Notice.state) == NoticeState.WAITING, col(Notice.due_at) > self.now
        )
        async with self.store.reading() as session:
            put_off = await session.scalar(waiting)
        coming = [each for each in instants if each > self.now][:1]
        coming += [each.at for each in self.agenda[:1]]
        coming += [put_off] if put_off else []
        return min(coming, default=self.ended)

    async def _act(self) -> None:
        """Do what people and the office have set themselves for now."""
        async with self.store.writing() as session:
            while self.agenda and self.agenda[0].at <= self.now:
                await heapq.heappop(self.agenda).deed(session, self.now)

    async def _react(self) -> None:
        """Let people think about what they were just told."""
        async with self.store.reading() as session:
            fresh = await gathering.heard(session, self.channel, self.now, after=self.heard)
        self.heard += fresh
        for each in fresh:
            self._think(each)

    def _think(self, told: Heard) -> None:
        member = self.cast.members[told.person_id]
        match member.role:
            case Duty.PUPIL:
                self._pupil_thinks(member, told)
            case Duty.SUBJECT_TEACHER:
                self._teacher_thinks(member, told)
            case Duty.HOMEROOM_TEACHER:
                self._homeroom_teacher_thinks(member)
            case Duty.REGISTRAR:
                pass

    def _pupil_thinks(self, member: Member, told: Heard) -> None:
        if NoticeKind.ITEM_RETURNED in told.kinds:
            self._promise(member, "again", self._today(_EVENING), Doer.send_again)
        patience = REACTS_WITHIN.get(member.habit)
        if patience is None:
            return
        for window in self.found:
            if window.id in told.window_ids and self._is_near(window.closes_at, patience):
                self._promise_to_decide(member, window, self._today(_EVENING))

    def _teacher_thinks(self, member: Member, told: Heard) -> None:
        patience = REACTS_WITHIN.get(member.habit)
        nearest = min(told.deadlines, default=None)
        if patience is None or (nearest and self._is_near(nearest, patience)):
            at = self._today(_AFTERNOON)
            self._promise(member, at, at, Doer.certify)

    def _homeroom_teacher_thinks(self, member: Member) -> None:
        """A digest about a window that ends soon makes a teacher remind the class, once."""
        for window in self.found:
            if window.is_open(self.now) and self._is_near(window.closes_at, _SOON):
                self._promise(member, window.id, self._today(_NOON), deeds.nudging(window))

    def _is_near(self, closes_at: datetime, within: timedelta) -> bool:
        return self.now < closes_at <= self.now + within

    def _today(self, clock: time) -> datetime:
        """Return a time of day from now on: today, or tomorrow where it is over."""
        day = day_of(self.now)
        return instant(day if clock_of(self.now) < clock else day + timedelta(days=1), clock)

    def _plan_of_themselves(self) -> None:
        for window in self.found:
            if window.stage is Stage.RECEIPT:
                eve = instant(day_of(window.opens_at) - timedelta(days=1), time(15))
                self._set(max(eve, self.now), _taking_in(self.cast, window))
            if window.stage not in _DAYS_UNTIL_EARLY:
                continue
            for member in self.cast.with_role(Duty.PUPIL):
                if member.habit in _OF_ONESELF:
                    self._promise_to_decide(member, window, self._early_in(window))

    def _early_in(self, window: TermWindow) -> datetime:
        days = timedelta(days=self.dice.randint(*_DAYS_UNTIL_EARLY[window.stage]))
        day = min(day_of(window.opens_at) + days, last_day(window.closes_at))
        return instant(day, self.dice.choice((_NOON, _EVENING)))

    def _promise_to_decide(self, member: Member, window: TermWindow, at: datetime) -> None:
        at = at if at < window.closes_at else self.now
        self._promise(member, window.id, at, deeds.deciding(window))
        if member.habit is Habit.EARLY and window.stage is Stage.UPLOAD:
            self._promise(member, "nudge", at + _PATIENCE, Doer.nudge_teachers)

    def _promise(
        self, member: Member, what: object, at: datetime, deed: Callable[[Doer], Awaitable[None]]
    ) -> None:
        """Let a person do something at an instant, once."""
        if (member.id, what) in self.promised:
            return
        self.promised.add((member.id, what))

        async def act(session: AsyncSession, now: datetime) -> None:
            await deed(Doer(session, self.cast, member, now, words()))

        self._set(at, act)

    def _set(self, at: datetime, deed: Deed) -> None:
        self.counted += 1
        heapq.heappush(self.agenda, _Planned(at, self.counted, deed))


def _taking_in(cast: Cast, window: TermWindow) -> Deed:
    async def take_in(session: AsyncSession, now: datetime) -> None:
        await office.take_in_statements(session, cast, window, now)

    return take_in
