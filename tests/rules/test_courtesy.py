"""When one person may be told: a table of cases, and what holds for everybody at all times."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rulebooks import DigestMornings, QuietHours, ReminderPlan, SchoolDays, StaffHours, load
from models.rules.calendar import SchoolCalendar
from models.rules.courtesy import (
    Manners,
    everybody_may_be_told,
    message_told,
    next_told,
)
from models.rules.preferences import HOURS
from models.rules.quiet import is_quiet, next_on_duty
from models.rules.taipei import clock_of
from models.vocabulary import NoticeKind, QuietChoice
from tests.rules.rulebook_texts import SMALL, taipei

CALENDAR = SchoolCalendar()
SCHOOL = load(SMALL, name="small.toml")
HOUR = timedelta(hours=1)
DAY = ReminderPlan(
    at=time(7, 30),
    days_before={},
    quiet=QuietHours(time(21), time(7)),
    digest=DigestMornings((0, 3), time(7, 40)),
)
EVENING = ReminderPlan(
    at=time(16, 30),
    days_before={},
    quiet=QuietHours(time(22, 30), time(9)),
    digest=DigestMornings((0, 3), time(14)),
    staff=StaffHours(time(13, 30), time(21, 30)),
)
PUPIL = Manners(DAY, CALENDAR)
TEACHER = Manners(DAY, CALENDAR, is_staff=True)
EARLY_BIRD = Manners(DAY, CALENDAR, quiet=QuietChoice.AFTER_SCHOOL)
EVENING_PUPIL = Manners(EVENING, CALENDAR)
EVENING_TEACHER = Manners(EVENING, CALENDAR, is_staff=True)
CLOSED = SchoolCalendar(SchoolDays({date(2025, 2, 7): "校慶補假"}))


@dataclass(frozen=True, slots=True)
class Word:
    """A notice as far as it can wait."""

    required: bool = False
    deadline_at: datetime | None = None
    kind: NoticeKind = NoticeKind.UPLOAD_DUE


ANY, CALL = Word(), Word(required=True)
DIGEST = Word(kind=NoticeKind.CLASS_DIGEST)
ANSWER = Word(kind=NoticeKind.ACCOUNT_LINKED)


def until(instant: str, *, required: bool = True) -> Word:
    """Return a notice that is over at an instant."""
    return Word(required, taipei(instant))


@pytest.mark.parametrize(
    ("manners", "word", "at", "told_at"),
    [
        (PUPIL, ANY, "2025-02-04 12:00", "2025-02-04 12:00"),
        (PUPIL, ANY, "2025-02-04 22:00", "2025-02-05 07:00"),
        (PUPIL, until("2025-02-05 00:00"), "2025-02-04 22:00", "2025-02-05 07:00"),
        (PUPIL, ANY, "2025-02-09 12:00", "2025-02-09 12:00"),
        (PUPIL, ANY, "2025-01-29 12:00", "2025-02-01 07:30"),
        (PUPIL, CALL, "2025-01-29 12:00", "2025-01-29 12:00"),
        (EVENING_PUPIL, ANY, "2025-02-04 22:00", "2025-02-04 22:00"),
        (EVENING_PUPIL, ANY, "2025-02-04 07:30", "2025-02-04 09:00"),
        (EARLY_BIRD, ANY, "2025-02-04 18:00", "2025-02-05 07:00"),
        (EARLY_BIRD, until("2025-02-05 00:00"), "2025-02-04 18:00", "2025-02-04 18:00"),
        (EARLY_BIRD, until("2025-02-05 08:00"), "2025-02-04 18:00", "2025-02-05 07:00"),
        (TEACHER, ANY, "2025-02-04 17:29", "2025-02-04 17:29"),
        (TEACHER, ANY, "2025-02-04 17:30", "2025-02-05 07:30"),
        (TEACHER, ANY, "2025-02-04 07:00", "2025-02-04 07:30"),
        (TEACHER, ANY, "2025-02-14 18:00", "2025-02-17 07:30"),
        (TEACHER, CALL, "2025-02-14 18:00", "2025-02-17 07:30"),
        (TEACHER, until("2025-02-15 00:00"), "2025-02-14 18:00", "2025-02-14 18:00"),
        (TEACHER, until("2025-02-15 00:00"), "2025-02-14 21:00", "2025-02-15 07:00"),
        (TEACHER, until("2025-02-18 00:00"), "2025-02-14 18:00", "2025-02-17 07:30"),
        (
            *(TEACHER, until("2025-02-15 00:00", required=False)),
            *("2025-02-14 18:00", "2025-02-17 07:30"),
        ),
        (TEACHER, ANY, "2025-02-07 18:00", "2025-02-08 07:30"),
        (TEACHER, DIGEST, "2025-02-03 07:30", "2025-02-03 07:40"),
        (TEACHER, DIGEST, "2025-02-04 07:30", "2025-02-04 07:30"),
        (TEACHER, ANSWER, "2025-02-15 12:00", "2025-02-15 12:00"),
        (TEACHER, ANSWER, "2025-02-15 22:00", "2025-02-16 07:00"),
        (EVENING_TEACHER, ANY, "2025-02-04 21:00", "2025-02-04 21:00"),
        (EVENING_TEACHER, ANY, "2025-02-04 21:30", "2025-02-05 13:30"),
        (
            *(Manners(EVENING, CALENDAR, True, QuietChoice.AFTER_SCHOOL), ANY),
            *("2025-02-04 19:00", "2025-02-05 13:30"),
        ),
        (Manners(DAY, CLOSED, is_staff=True), ANY, "2025-02-06 18:00", "2025-02-08 07:30"),
    ],
)
def test_a_person_is_told_at_the_first_instant_that_suits(
    manners: Manners, word: Word, at: str, told_at: str
) -> None:
    """Nights, holidays, own and staff hours, a worked Saturday (2025-02-08), a day off."""
    assert next_told(word, manners, taipei(at)) == taipei(told_at)


def test_a_wish_that_leaves_no_hour_of_the_day_is_not_kept() -> None:
    """Staff who work in the evening only and want no evening would never hear anything."""
    late = ReminderPlan(
        time(18), {}, EVENING.quiet, DAY.digest, staff=StaffHours(time(18), time(22))
    )
    manners = Manners(late, CALENDAR, is_staff=True, quiet=QuietChoice.AFTER_SCHOOL)
    assert next_told(ANY, manners, taipei("2025-02-04 12:00")) == taipei("2025-02-04 18:00")


def test_what_may_be_said_now_takes_the_rest_of_a_message_along() -> None:
    """A late answer to a tap is never held up, and an urgent notice brings the others."""
    night, evening = taipei("2025-02-14 23:00"), taipei("2025-02-14 18:00")
    kept = Word(kind=NoticeKind.ANSWER_KEPT)
    assert message_told([kept, ANY], TEACHER, night) == night
    assert message_told([ANY, until("2025-02-15 00:00")], TEACHER, evening) == evening
    assert message_told([ANY, CALL], TEACHER, evening) == taipei("2025-02-17 07:30")


words = st.builds(
    Word,
    st.booleans(),
    st.none() | st.integers(1, 400).map(lambda hours: taipei("2025-01-20") + hours * HOUR),
    st.sampled_from([*NoticeKind]),
)
people = st.builds(
    Manners,
    st.sampled_from([DAY, EVENING]),
    st.sampled_from([CALENDAR, CLOSED]),
    st.booleans(),
    st.sampled_from([*QuietChoice]),
)
instants = st.integers(0, 60 * 24 * 21).map(
    lambda minutes: taipei("2025-01-20") + timedelta(minutes=minutes)
)


@settings(max_examples=150)
@given(words, people, instants)
def test_nobody_is_ever_disturbed_in_vain(word: Word, person: Manners, at: datetime) -> None:
    """Never at night; outside of staff or own hours only what would be over when they end."""
    told_at = next_told(word, person, at)
    plan, deadline = person.plan, word.deadline_at

    assert told_at >= at
    assert not is_quiet(told_at, plan.quiet)
    assert next_told(word, person, told_at) == told_at
    on_duty_at = next_on_duty(told_at, plan.staff, person.calendar)
    answers = word.kind in {NoticeKind.ANSWER_KEPT, NoticeKind.ACCOUNT_LINKED}
    if person.is_staff and told_at < on_duty_at and not answers:
        assert word.required
        assert deadline is not None
        assert deadline <= on_duty_at
    own = HOURS.get(person.quiet)
    if own and own.cover(clock_of(told_at)):
        assert deadline is not None


@settings(max_examples=50)
@given(words, people, instants)
def test_when_everybody_may_be_told_nobody_waits_but_for_a_digest(
    word: Word, person: Manners, at: datetime
) -> None:
    """Then it need not be asked who somebody is."""
    rulebook = replace(SCHOOL, reminders=DAY, own_reminders={"continuing": EVENING})
    if everybody_may_be_told(rulebook, person.calendar, at):
        assert message_told([Word(kind=NoticeKind.ITEM_CERTIFIED)], person, at) == at
        assert next_told(word, person, at) - at <= HOUR


@settings(max_examples=100)
@given(words, people, instants, st.integers(0, 60 * 48))
def test_who_is_asked_later_is_not_told_earlier(
    word: Word, person: Manners, at: datetime, minutes: int
) -> None:
    """Waiting gains nothing, but that what is nearly over may pass."""
    lasting = Word(word.required, None, word.kind)
    later = at + timedelta(minutes=minutes)
    assert next_told(lasting, person, at) <= next_told(lasting, person, later)
