"""Plays a rehearsal: the clock goes from instant to instant, the product ticks, people react."""

import heapq
import tomllib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from bot.i18n import words
from bot.rehearsal import deeds, gathering, office
from bot.rehearsal.cast import Cast, Member, settle
from bot.rehearsal.deeds import Doer
from bot.rehearsal.gathering import Heard
from bot.rehearsal.habits import REACTS_WITHIN, Habit
from bot.rehearsal.record import Rehearsal, Shown
from bot.rehearsal.recording import CHANNEL, RecordingChannel
from models.queries import windows
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook, load
from models.rules import timetable
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import Fate, all_occasions, digests
from models.rules.roc import Term
from models.rules.taipei import clock_of, day_of, instant, last_day
from models.store import Store
from models.tables import Notice, School
from models.vocabulary import Duty, NoticeKind, NoticeState, Stage
from scheduler import jobs
from scheduler.dispatch import Dispatcher
from scheduler.planning import reminded_of
from scheduler.taking_over import take_over

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


@dataclass(frozen=True, slots=True, order=True)
class _Planned:
    at: datetime
    number: int
    deed: Deed = field(compare=False)


async def rehearse(text: str, name: str, term: Term, seed: int) -> Rehearsal:
    """Live through a term of a rulebook (`name` is how its errors call it), and what is beside it.

    Raises RulebookError, TimetableRefused, and NothingPlanned for a term without dates.
    """
    rulebook = load(text, name=name)
    own = timetable.derive(rulebook, term)
    if not own:
        raise NothingPlanned
    began = min(window.opens_at for window in own) - _BEFORE
    ended = max(window.closes_at for window in own) + _AFTER
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        store = Store(f"sqlite+aiosqlite:///{Path(folder) / 'school.sqlite3'}")
        try:
            async with store.engine.connect() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            play = await _opened(store, text, rulebook, (began, ended), seed)
            await play.run()
            async with store.reading() as session:
                messages = gathering.messages(play.heard, play.channel, play.cast)
                return Rehearsal(
                    school_code=rulebook.code,
                    school_name=rulebook.name,
                    term=str(term),
                    seed=seed,
                    began=began,
                    ended=ended,
                    settings=_settings(text),
                    windows=tuple(_shown(each) for each in play.found),
                    messages=messages,
                    unsaid=await gathering.unsaid(session, play.cast),
                )
        finally:
            await store.close()


async def _opened(
    store: Store, text: str, rulebook: Rulebook, span: tuple[datetime, datetime], seed: int
) -> "_Play":
    """Set the school up in an empty store, with the windows that touch the span."""
    began, ended = span
    async with store.writing() as session:
        school = School(code=rulebook.code, name=rulebook.name, rulebook="", planned_until=began)
        session.add(school)
        await session.flush()
        await take_over(session, school, text, began)
        found = [
            each
            for each in await windows.of_school(session, school.id)
            if each.opens_at < ended and each.closes_at > began
        ]
        cast = await settle(session, school, rulebook, found, began=began, seed=seed)
    return _Play(store, cast, rulebook, found, span, Random(seed))  # noqa: S311 - repeatable


class _Play:
    """One rehearsal under way."""

    def __init__(
        self,
        store: Store,
        cast: Cast,
        rulebook: Rulebook,
        found: list[TermWindow],
        span: tuple[datetime, datetime],
        dice: Random,
    ) -> None:
        self.cast = cast
        self.found = found
        self.channel = RecordingChannel()
        self.heard: list[Heard] = []
        self._store = store
        self._rulebook = rulebook
        self._now, self._ended = span
        self._dice = dice
        self._agenda: list[_Planned] = []
        self._promised: set[tuple[object, ...]] = set()
        self._counted = 0
        self._dispatcher = Dispatcher(store, {CHANNEL: self.channel}, words, lambda: self._now)

    async def run(self) -> None:
        """Live until the end."""
        self._plan_of_themselves()
        instants = sorted(set(self._instants()))
        while True:
            at = await self._next(instants)
            if at >= self._ended:
                return
            self._now = at
            await self._act()
            await jobs.tick(self._store, self._dispatcher, at)
            await self._react()

    def _instants(self) -> Iterator[datetime]:
        """Yield when something falls due by itself: occasions, and digest mornings."""
        plan = self._rulebook.reminders
        calendar = SchoolCalendar(self._rulebook.school_days)
        for window in self.found:
            for each in all_occasions(reminded_of(window), plan, calendar):
                if each.fate is Fate.DUE and self._now < each.due_at < self._ended:
                    yield each.due_at
        for morning in digests(plan, calendar, self._now, self._ended):
            yield morning.due_at

    async def _next(self, instants: list[datetime]) -> datetime:
        waiting = sa.select(sa.func.min(col(Notice.due_at))).where(
            col(Notice.state) == NoticeState.WAITING, col(Notice.due_at) > self._now
        )
        async with self._store.reading() as session:
            put_off = await session.scalar(waiting)
        coming = [each for each in instants if each > self._now][:1]
        coming += [each.at for each in self._agenda[:1]]
        coming += [put_off] if put_off else []
        return min(coming, default=self._ended)

    async def _act(self) -> None:
        """Do what people and the office have set themselves for now."""
        async with self._store.writing() as session:
            while self._agenda and self._agenda[0].at <= self._now:
                await heapq.heappop(self._agenda).deed(session, self._now)

    async def _react(self) -> None:
        """Let people think about what they were just told."""
        async with self._store.reading() as session:
            fresh = await gathering.heard(session, self.channel, self._now, after=self.heard)
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
            self._promise(member, "again", self._today(_EVENING), _again)
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
            self._promise(member, at, at, _certify)

    def _homeroom_teacher_thinks(self, member: Member) -> None:
        """A digest about a window that ends soon makes a homeroom teacher remind the class, once."""
        for window in self.found:
            if window.is_open(self._now) and self._is_near(window.closes_at, _SOON):
                self._promise(member, window.id, self._today(_NOON), _nudging(window))

    def _is_near(self, closes_at: datetime, within: timedelta) -> bool:
        return self._now < closes_at <= self._now + within

    def _today(self, clock: time) -> datetime:
        """Return a time of day from now on: today, or tomorrow where it is over."""
        day = day_of(self._now)
        return instant(day if clock_of(self._now) < clock else day + timedelta(days=1), clock)

    def _plan_of_themselves(self) -> None:
        for window in self.found:
            if window.stage is Stage.RECEIPT:
                eve = instant(day_of(window.opens_at) - timedelta(days=1), time(15))
                self._set(max(eve, self._now), _taking_in(self.cast, window))
            if window.stage not in _DAYS_UNTIL_EARLY:
                continue
            for member in self.cast.with_role(Duty.PUPIL):
                if member.habit in _OF_ONESELF:
                    self._promise_to_decide(member, window, self._early_in(window))

    def _early_in(self, window: TermWindow) -> datetime:
        days = timedelta(days=self._dice.randint(*_DAYS_UNTIL_EARLY[window.stage]))
        day = min(day_of(window.opens_at) + days, last_day(window.closes_at))
        return instant(day, self._dice.choice((_NOON, _EVENING)))

    def _promise_to_decide(self, member: Member, window: TermWindow, at: datetime) -> None:
        at = at if at < window.closes_at else self._now
        self._promise(member, window.id, at, _deciding(window))
        if member.habit is Habit.EARLY and window.stage is Stage.UPLOAD:
            self._promise(member, "nudge", at + _PATIENCE, _nudge_teachers)

    def _promise(
        self, member: Member, what: object, at: datetime, deed: Callable[[Doer], Awaitable[None]]
    ) -> None:
        """Let a person do something at an instant, once."""
        if (member.id, what) in self._promised:
            return
        self._promised.add((member.id, what))

        async def act(session: AsyncSession, now: datetime) -> None:
            await deed(Doer(session, self.cast, member, now, words()))

        self._set(at, act)

    def _set(self, at: datetime, deed: Deed) -> None:
        self._counted += 1
        heapq.heappush(self._agenda, _Planned(at, self._counted, deed))


def _deciding(window: TermWindow) -> Callable[[Doer], Awaitable[None]]:
    async def decide(doer: Doer) -> None:
        if doer.member.id in await deeds.undecided(doer.session, window):
            await doer.decide(window)

    return decide


def _nudging(window: TermWindow) -> Callable[[Doer], Awaitable[None]]:
    async def nudge(doer: Doer) -> None:
        await doer.nudge_class(window)

    return nudge


async def _again(doer: Doer) -> None:
    await doer.send_again()


async def _certify(doer: Doer) -> None:
    await doer.certify()


async def _nudge_teachers(doer: Doer) -> None:
    await doer.nudge_teachers()


def _taking_in(cast: Cast, window: TermWindow) -> Deed:
    async def take_in(session: AsyncSession, now: datetime) -> None:
        await office.take_in_statements(session, cast, window, now)

    return take_in


def _shown(found: TermWindow) -> Shown:
    window = found.window
    return Shown(
        term=found.term_name,
        stage=found.stage.value,
        round=window.round,
        division=window.division,
        grades=window.grades,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        source=window.source,
    )


def _settings(text: str) -> dict[str, str]:
    """Return every setting of a rulebook by its path, as text."""
    return dict(_flat("", tomllib.loads(text)))


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(f"{path}.{key}" if path else key, inner)
        case [dict(), *_]:
            for number, inner in enumerate(value, start=1):
                yield from _flat(f"{path}[{number}]", inner)
        case _:
            yield path, str(value)
