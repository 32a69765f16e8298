"""Foresees what taking a rulebook over would change: it is taken over, looked at, and undone.

So what is foreseen is what the takeover does: dates, reminders to come, notices that are taken back
and those that tell of a new date. Nothing of it is kept.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.queries import planning, preferences, reachability, windows
from models.queries.console import timetable as rows
from models.queries.console.timetable import Ledger, Written
from models.queries.planning import Announcement
from models.queries.schools import read_rulebook
from models.queries.windows import TermWindow
from models.rulebooks import Divisions, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.lawcheck import Finding
from models.rules.reminders import Fate, Moment, Occasion, all_occasions
from models.tables import School
from models.vocabulary import NoticeKind, Stage
from scheduler.planning import kind_of, plans_of, reminded_of
from scheduler.taking_over import take_over


@dataclass(frozen=True, slots=True)
class Turn:
    """One reminder to come, as it would be now and then: None where there is none.

    `whom` is a division's label, empty for everybody; so many people would be told as things stand.
    """

    kind: NoticeKind
    days_before: int | None
    whom: str
    before: datetime | None
    after: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class WindowTurn:
    """One window as it is and as it would be: None where there is none.

    `taken_back` are notices that wait and would not leave, `told` are messages about it that have
    left and stay as they are. So many people hear of the new date, for so many counted messages.
    """

    before: TermWindow | None
    after: TermWindow | None
    reminders: Sequence[Turn]
    taken_back: int
    told: int
    hear: int
    cost: int

    @property
    def window(self) -> TermWindow:
        """Return the window, as it would be where it stays."""
        found = self.after or self.before
        if found is None:
            raise LookupError("a turn is about a window")
        return found

    @property
    def is_dated_anew(self) -> bool:
        """Say whether the window's own dates change."""
        return (
            self.before is None or self.after is None or _dates(self.before) != _dates(self.after)
        )


@dataclass(frozen=True, slots=True)
class Effects:
    """What a takeover would change; `cost` counts who hears of several new dates once."""

    findings: tuple[Finding, ...]
    windows: Sequence[WindowTurn]
    unchanged: int
    hear: int
    cost: int


@dataclass(frozen=True, slots=True)
class _State:
    """A timetable as it stands: its windows by id, its rules, and who would be told when."""

    rulebook: Rulebook | None
    windows: Mapping[int, TermWindow]


_Key = tuple[Divisions, Moment, int | None]


async def foresee(
    session: AsyncSession, school: School, text: str, now: datetime, counted: Collection[str]
) -> Effects:
    """Return what `take_over` would change, which raises what it raises; nothing is changed.

    `counted` are the channels whose messages cost.
    """
    old = await _state(session, school)
    newest = await rows.newest_notice(session, school.id)
    known = await rows.ledger(session, old.windows, until=newest)
    attempt = await session.begin_nested()
    try:
        taken = await take_over(session, school, text, now)
        await session.flush()
        new = await _state(session, school)
        left = await rows.ledger(session, old.windows, until=newest)
        written = await rows.written_after(session, school.id, newest)
        people = await _people(session, school, new, _differing(old, new, now), now)
    finally:
        await attempt.rollback()
        await session.refresh(school)
    gone = [id_ for id_ in old.windows if id_ not in new.windows]
    people |= await _people(session, school, old, gone, now)
    hear = {each.person_id for each in written if each.is_said}
    charged = await reachability.charged(session, hear, counted)
    turns = [
        _turn(id_, old, new, now, _Figures(people, known, left, written, charged))
        for id_ in _in_order(old, new)
    ]
    changed = [each for each in turns if each.is_dated_anew or each.reminders]
    return Effects(taken.findings, changed, len(turns) - len(changed), len(hear), len(charged))


@dataclass(frozen=True, slots=True)
class _Figures:
    """What was counted: people by window and division, notices before and after, who hears."""

    people: Mapping[tuple[int, Divisions], int]
    known: Ledger
    left: Ledger
    written: Sequence[Written]
    charged: Mapping[int, bool]


def _turn(id_: int, old: _State, new: _State, now: datetime, figures: _Figures) -> WindowTurn:
    hear = [each.person_id for each in figures.written if each.window_id == id_ and each.is_said]
    return WindowTurn(
        old.windows.get(id_),
        new.windows.get(id_),
        sorted(_reminder_turns(id_, old, new, now, figures.people), key=_moment),
        figures.known.waiting[id_] - figures.left.waiting[id_],
        figures.known.told[id_],
        len(hear),
        len(figures.charged.keys() & set(hear)),
    )


def _reminder_turns(
    id_: int,
    old: _State,
    new: _State,
    now: datetime,
    people: Mapping[tuple[int, Divisions], int],
) -> Iterable[Turn]:
    """Yield the reminders to come that would be at another time, more, or no more."""
    before, after = _coming(old, id_, now), _coming(new, id_, now)
    rulebook = new.rulebook or old.rulebook
    stage = (new.windows.get(id_) or old.windows[id_]).stage
    both: dict[_Key, None] = dict.fromkeys([*before, *after])
    for key in both:
        among, moment, days = key
        was, will = before.get(key), after.get(key)
        n = people.get((id_, among), 0)
        if was != will and (n or not among.only):
            label = rulebook.label_of(among.only) if rulebook else ""
            yield Turn(kind_of(stage, moment), days, label, was, will, n)


def _moment(turn: Turn) -> tuple[str, str]:
    at = turn.after or turn.before
    return turn.whom, at.isoformat() if at else ""


def _coming(state: _State, id_: int, now: datetime) -> dict[_Key, datetime]:
    """Return when a window's reminders leave that are still to come."""
    window = state.windows.get(id_)
    if window is None:
        return {}
    return {
        (among, each.moment, each.offset_days): each.due_at
        for among, each in _occasions(state, window)
        if each.fate is Fate.DUE and each.due_at > now
    }


def _occasions(state: _State, window: TermWindow) -> Iterable[tuple[Divisions, Occasion]]:
    if state.rulebook is None or window.stage is Stage.SUBMISSION:
        return  # a task of the office: no pupil or teacher is told
    calendar = SchoolCalendar(state.rulebook.school_days)
    for among, plan in plans_of(window, state.rulebook):
        for each in all_occasions(reminded_of(window), plan, calendar):
            yield among, each


async def _people(
    session: AsyncSession, school: School, state: _State, ids: Iterable[int], now: datetime
) -> dict[tuple[int, Divisions], int]:
    """Return how many would be told today of some windows, by the divisions told together."""
    since = await preferences.imported_at(session, school.id)
    found = {}
    for id_ in ids:
        window = state.windows[id_]
        for among in {among: None for among, _ in _occasions(state, window)}:
            saying = Announcement(
                kind=kind_of(window.stage, Moment.REMINDER),
                occasion="",
                due_at=now,
                deadline_at=window.closes_at,
                imported_at=since,
                among=among,
            )
            foreseen = await planning.foreseen(session, window, saying)
            found[id_, among] = sum(silence is None for silence in foreseen.values())
    return found


async def _state(session: AsyncSession, school: School) -> _State:
    found = await windows.of_school(session, school.id)
    rulebook = read_rulebook(school.rulebook, school.code) if school.rulebook else None
    return _State(rulebook, {each.id: each.apart() for each in found})


def _differing(old: _State, new: _State, now: datetime) -> list[int]:
    """Return the windows that stay or are new and whose reminders change."""
    return [id_ for id_ in new.windows if _coming(old, id_, now) != _coming(new, id_, now)]


def _in_order(old: _State, new: _State) -> list[int]:
    every = {**old.windows, **new.windows}
    return sorted(every, key=lambda id_: (every[id_].closes_at, id_))


def _dates(window: TermWindow) -> tuple[datetime, datetime]:
    return window.opens_at, window.closes_at
