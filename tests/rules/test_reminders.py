"""When people are told about a window, and what becomes of an occasion that cannot be kept."""

from datetime import date, datetime, time, timedelta
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebooks import DigestMornings, QuietHours, ReminderPlan
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import is_quiet
from models.rules.reminders import (
    Fate,
    Moment,
    Occasion,
    all_occasions,
    digests,
    is_over,
    next_occasion,
    occasions,
)
from models.rules.roc import Term
from models.rules.taipei import day_of
from models.rules.timetable import PlannedWindow, derive
from models.vocabulary import Stage
from tests.rules.rulebook_texts import TAIPEI, shipped_rulebook, taipei, window

CALENDAR = SchoolCalendar()
PLAN = ReminderPlan(
    at=time(7, 30),
    days_before=MappingProxyType(dict.fromkeys(Stage, (14, 7, 3, 1, 0))),
    quiet=QuietHours(time(21), time(7)),
    digest=DigestMornings((0, 3), time(7, 40)),
)
EVER = (taipei("2000-01-01 00:00"), taipei("2100-01-01 00:00"))

instants = st.datetimes(
    datetime.fromisoformat("2024-08-01"),
    datetime.fromisoformat("2026-08-01"),
    timezones=st.just(TAIPEI),
)
windows = st.builds(
    lambda stage, opens_on, days, hour: window(
        stage,
        f"{opens_on} 00:00",
        f"{date.fromordinal(opens_on.toordinal() + days)} {hour:02}:00",
    ),
    st.sampled_from(Stage),
    st.dates(date(2024, 8, 1), date(2026, 6, 1)),
    st.integers(1, 60),
    st.integers(0, 23),
)


def told(of: PlannedWindow) -> list[tuple[str, str, str]]:
    """Return a window's occasions as name, due time in Taipei, and fate."""
    return [
        (
            each.key.rpartition("/")[2],
            each.due_at.astimezone(TAIPEI).strftime("%m-%d %H:%M"),
            each.fate.value,
        )
        for each in all_occasions(of, PLAN, CALENDAR)
    ]


def test_a_window_is_told_of_as_it_opens_and_before_it_ends() -> None:
    """The Moon Festival (9/17) holds D-3 back; the weekend does not hold back anything."""
    selection = window(Stage.SELECTION, "2024-08-30 00:00", "2024-09-21 00:00")
    assert told(selection) == [
        ("opened", "08-30 07:30", "due"),
        ("D-14", "09-06 07:30", "due"),
        ("D-7", "09-13 07:30", "due"),
        ("D-3", "09-18 07:30", "due"),
        ("D-1", "09-19 07:30", "due"),
        ("D-0", "09-20 07:30", "due"),
    ]


def test_a_receipt_round_is_told_whatever_the_calendar_says() -> None:
    """草屯's first round: opened, National Day or not, the last call, and what silence meant."""
    receipt = window(Stage.RECEIPT, "2024-10-09 00:00", "2024-10-12 00:00", term="112-2")
    assert told(receipt) == [
        ("opened", "10-09 07:30", "due"),
        ("D-1", "10-10 07:30", "due"),
        ("D-0", "10-11 07:30", "due"),
        ("closed", "10-12 07:30", "due"),
    ]
    assert all(each.required for each in all_occasions(receipt, PLAN, CALENDAR))


def test_a_reminder_that_coincides_with_the_announcement_is_not_said_twice() -> None:
    """The day a receipt opens, the announcement says it all; the ledger hears why D-3 is not."""
    receipt = window(Stage.RECEIPT, "2024-10-14 00:00", "2024-10-18 00:00")
    (superseded,) = [
        each for each in all_occasions(receipt, PLAN, CALENDAR) if each.fate is not Fate.DUE
    ]
    assert superseded.offset_days == 3
    assert superseded.superseded_by == "113-1/receipt/all/1/2024-10-17/opened"


def test_reminders_held_back_by_a_long_holiday_become_one() -> None:
    """Over the New Year holiday (1/27 to 1/31) three mornings come down to the last of them."""
    upload = window(Stage.UPLOAD, "2024-12-01 00:00", "2025-02-02 00:00")
    assert told(upload) == [
        ("opened", "12-01 07:30", "due"),
        ("D-14", "01-18 07:30", "due"),
        ("D-7", "01-25 07:30", "due"),
        ("D-3", "02-01 07:30", "superseded"),
        ("D-1", "02-01 07:30", "superseded"),
        ("D-0", "02-01 07:30", "due"),
    ]


def test_the_last_day_is_told_even_on_a_holiday() -> None:
    """D-1 would come after the deadline; the last call is not held back."""
    upload = window(Stage.UPLOAD, "2024-12-01 00:00", "2025-01-31 00:00")
    assert told(upload)[-2:] == [
        ("D-1", "02-01 07:30", "superseded"),
        ("D-0", "01-30 07:30", "due"),
    ]


def test_teachers_are_reminded_on_school_days_and_on_a_last_day_that_is_none() -> None:
    """On a weekend only the last call comes, since it could not wait; the others join the Monday's.

    Saturday 2025-02-08 is worked instead of a day of the New Year holiday.
    """
    sunday = window(Stage.CERTIFICATION, "2025-01-04 00:00", "2025-01-20 00:00")
    assert told(sunday) == [
        ("opened", "01-06 07:30", "due"),
        ("D-14", "01-06 07:30", "due"),
        ("D-7", "01-13 07:30", "due"),
        ("D-3", "01-16 07:30", "due"),
        ("D-1", "01-20 07:30", "superseded"),
        ("D-0", "01-19 07:30", "due"),
    ]
    worked = window(Stage.CERTIFICATION, "2025-01-20 00:00", "2025-02-11 00:00")
    assert told(worked)[-3:] == [
        ("D-3", "02-07 07:30", "due"),
        ("D-1", "02-10 07:30", "superseded"),
        ("D-0", "02-10 07:30", "due"),
    ]
    assert told(window(Stage.CERTIFICATION, "2025-01-20 00:00", "2025-02-10 00:00"))[-2] == (
        *("D-1", "02-08 07:30"),
        "due",
    )


def test_a_last_day_that_ends_before_the_morning_s_reminder_cannot_be_told() -> None:
    """It is too late for D-0, and the ledger can say so."""
    upload = window(Stage.UPLOAD, "2025-02-01 00:00", "2025-03-05 07:00")
    assert told(upload)[-2:] == [("D-1", "03-04 07:30", "due"), ("D-0", "03-05 07:30", "too_late")]


def test_nothing_is_reminded_of_before_it_opens() -> None:
    """A short window has only the offsets that lie inside it."""
    short = window(Stage.SELECTION, "2025-03-03 08:00", "2025-03-06 00:00")
    assert [name for name, *_ in told(short)] == ["opened", "D-1", "D-0"]


def test_a_deadline_that_moves_makes_new_occasions() -> None:
    """The closing date is part of the key, so that the new date is told as well."""
    before = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-04 00:00", division="day")
    after = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-08 00:00", division="day")
    old = {each.key for each in all_occasions(before, PLAN, CALENDAR)}
    new = {each.key for each in all_occasions(after, PLAN, CALENDAR)}
    assert "113-1/upload/day/1/2025-02-03/D-3" in old
    assert not old & new


def test_only_receipt_and_last_day_are_required() -> None:
    """All else can be muted."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-04 00:00")
    required = [each.offset_days for each in all_occasions(upload, PLAN, CALENDAR) if each.required]
    assert required == [0]


def test_an_interval_has_its_end_but_not_its_beginning() -> None:
    """(after, until]: an occasion exactly at `after` was told by the run before."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-04 00:00")
    last = taipei("2025-02-03 07:30")
    millisecond = timedelta(milliseconds=1)
    day = timedelta(hours=12)

    def found(after: datetime, until: datetime) -> int:
        return len(occasions(upload, PLAN, CALENDAR, after, until))

    assert found(last - day, last - millisecond) == 0
    assert found(last - day, last) == 1
    assert found(last - millisecond, last + day) == 1
    assert found(last, last + day) == 0


@pytest.mark.parametrize(
    ("closes", "at", "name"),
    [
        ("2024-09-21 00:00", "2024-09-17 07:30", None),
        ("2024-09-21 00:00", "2024-09-18 07:30", "D-3"),
        ("2025-02-02 00:00", "2025-01-29 07:30", "D-3"),
    ],
)
def test_what_is_due_is_met_when_deferred_and_what_is_dropped_when_it_would_have_been(
    closes: str, at: str, name: str | None
) -> None:
    """The ledger hears of a dropped reminder on the morning on which it stays away."""
    selection = window(Stage.SELECTION, "2024-08-30 00:00", closes)
    second = timedelta(seconds=1)
    found = occasions(selection, PLAN, CALENDAR, taipei(at) - second, taipei(at))
    assert [each.key.rpartition("/")[2] for each in found] == ([name] if name else [])


@given(windows, instants, instants, instants)
def test_intervals_that_follow_one_another_tell_everything_once(
    of: PlannedWindow, one: datetime, two: datetime, three: datetime
) -> None:
    """(a, b] and (b, c] together are (a, c]."""
    a, b, c = sorted((one, two, three))
    together = occasions(of, PLAN, CALENDAR, a, b) + occasions(of, PLAN, CALENDAR, b, c)
    assert together == occasions(of, PLAN, CALENDAR, a, c)


@given(windows)
def test_what_falls_due_is_never_at_night_and_never_after_the_deadline(of: PlannedWindow) -> None:
    """Only what tells of the deadline itself comes after it; holidays bind what can be muted."""
    for each in occasions(of, PLAN, CALENDAR, *EVER):
        if each.fate is not Fate.DUE:
            continue
        assert not is_quiet(each.due_at, PLAN.quiet)
        assert each.due_at >= each.nominal_at >= of.opens_at
        assert (each.due_at >= of.closes_at) is (each.moment is Moment.CLOSED)
        assert each.required or not CALENDAR.is_holiday(day_of(each.due_at))


@given(windows)
def test_every_dropped_occasion_has_its_reason(of: PlannedWindow) -> None:
    """A superseded one names another that is told by then, or was dropped for one that is."""
    found = {each.key: each for each in occasions(of, PLAN, CALENDAR, *EVER)}
    for each in found.values():
        assert (each.superseded_by is not None) is (each.fate is Fate.SUPERSEDED)
        said: Occasion = each
        while said.superseded_by:
            said = found[said.superseded_by]
            assert said.due_at <= each.due_at
        assert said.fate is Fate.DUE or each.fate is Fate.TOO_LATE


@given(windows)
def test_no_two_reminders_of_a_window_fall_on_the_same_instant(of: PlannedWindow) -> None:
    """Nobody reads the same thing twice in one morning."""
    due = [
        each.due_at
        for each in occasions(of, PLAN, CALENDAR, *EVER)
        if each.fate is Fate.DUE and each.moment is Moment.REMINDER
    ]
    assert len(due) == len(set(due))


def test_the_next_occasion_is_the_first_of_any_window() -> None:
    """The demonstration's clock leaps from one to the next, and past the last there is none."""
    rulebook = shipped_rulebook()
    timetable = [each for code in rulebook.terms for each in derive(rulebook, Term(code))]
    at, names = taipei("2024-10-12 12:00"), []
    while each := next_occasion(timetable, rulebook.reminders, CALENDAR, at):
        names.append(each.key)
        at = each.due_at
    assert names[:6] == [
        "112-2/receipt/all/1/2024-10-14/D-1",
        "112-2/receipt/all/1/2024-10-14/D-0",
        "112-2/receipt/all/1/2024-10-14/closed",
        "112-2/receipt/all/2/2024-10-17/opened",
        "112-2/receipt/all/2/2024-10-17/D-0",
        "112-2/receipt/all/2/2024-10-17/closed",
    ]
    assert names[-1] == "113-1/certification/all/1/2025-02-10/D-0"


@pytest.mark.parametrize(
    ("first", "last", "mornings"),
    [
        ("2025-03-03", "2025-03-09", ["2025-03-03", "2025-03-06"]),
        ("2024-10-07", "2024-10-13", ["2024-10-07", "2024-10-11"]),
        ("2025-01-26", "2025-02-06", ["2025-02-03", "2025-02-06"]),
    ],
)
def test_digests_come_on_school_mornings(first: str, last: str, mornings: list[str]) -> None:
    """Mondays and Thursdays; one that falls on a day off moves to the next school day."""
    found = digests(PLAN, CALENDAR, taipei(f"{first} 00:00"), taipei(f"{last} 23:59"))
    assert [each.due_at for each in found] == [taipei(f"{day} 07:40") for day in mornings]
    assert [each.key for each in found] == [f"digest/{day}" for day in mornings]


@given(instants, st.integers(0, 60), st.integers(0, 60))
def test_digests_of_intervals_that_follow_one_another_come_once(
    a: datetime, days: int, more: int
) -> None:
    """(a, b] and (b, c] together are (a, c], for digests too."""
    b = a + timedelta(days=days)
    c = b + timedelta(days=more)
    together = digests(PLAN, CALENDAR, a, b) + digests(PLAN, CALENDAR, b, c)
    assert together == digests(PLAN, CALENDAR, a, c)
    assert all(CALENDAR.is_school_day(day_of(each.due_at)) for each in together)


@pytest.mark.parametrize(
    ("key", "over"),
    [
        ("113-1/upload/all/1/2025-02-03/D-3", False),
        ("113-1/upload/all/1/2025-02-02/D-0", True),
        ("113-1/receipt/all/1/2025-02-02/closed", False),
        ("item-certified/7", False),
        ("x", False),
    ],
)
def test_an_occasion_is_over_with_its_day(key: str, *, over: bool) -> None:
    """On the last day it may still be told; what follows the end is told after it."""
    assert is_over(key, taipei("2025-02-03 23:00")) is over
