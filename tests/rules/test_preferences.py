"""Snooze, quiet hours, extensions and questions as pure rules: never past a deadline."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.errors import (
    ExtensionTooShort,
    SnoozedTooFar,
    StaysRequired,
    TooManyQuestions,
    WindowClosed,
)
from models.rulebooks import load, shipped
from models.rules.extensions import extend, latest
from models.rules.preferences import (
    HOURS,
    OFFERED,
    TOPICS,
    require_claimable,
    snoozed_until,
    topics_for,
)
from models.rules.questions import A_DAY, day_began, looks_like_question, require_room
from models.rules.quiet import is_quiet, quiet_until
from models.rules.taipei import day_of
from models.vocabulary import Duty, NoticeKind, QuietChoice, Stage
from tests.support.cast import taipei

RULEBOOK = load(shipped()["caotun"].read_text("utf-8"), name="caotun")
INSTANTS = st.integers(0, 365 * 24 * 60).map(
    lambda minutes: taipei(2024, 8, 1) + timedelta(minutes=minutes)
)


@dataclass(frozen=True, slots=True)
class Window:
    """A window by itself."""

    stage: Stage
    opens_at: datetime
    closes_at: datetime


@given(INSTANTS, st.integers(1, 24 * 40))
def test_a_snooze_comes_after_today_and_before_the_deadline(now: datetime, hours: int) -> None:
    """Tomorrow morning or after a holiday, never at night and never past the deadline."""
    closes_at = now + timedelta(hours=hours)
    window = Window(Stage.UPLOAD, now - timedelta(days=1), closes_at)
    try:
        until = snoozed_until(window, RULEBOOK, now)
    except SnoozedTooFar:
        assert closes_at - now <= timedelta(hours=48)
        return

    assert now < until < closes_at
    assert day_of(until) > day_of(now)
    assert not is_quiet(until, RULEBOOK.reminders.quiet)


def test_a_snooze_on_the_last_day_is_refused() -> None:
    """There is no tomorrow for it; after the end it is simply closed."""
    window = Window(Stage.UPLOAD, taipei(2025, 1, 1), taipei(2025, 2, 4))

    with pytest.raises(SnoozedTooFar):
        snoozed_until(window, RULEBOOK, taipei(2025, 2, 3, 8))
    with pytest.raises(WindowClosed):
        snoozed_until(window, RULEBOOK, taipei(2025, 2, 4))


@given(INSTANTS)
def test_own_quiet_hours_end_within_a_day_and_cover_only_themselves(now: datetime) -> None:
    """Each choice that covers an instant ends within a day, and does not cover its end."""
    for hours in HOURS.values():
        if is_quiet(now, hours):
            ends_at = quiet_until(now, hours)
            assert now < ends_at <= now + timedelta(days=1)
            assert not is_quiet(ends_at, hours)


def test_every_choice_of_quiet_hours_is_spelt_with_its_hours() -> None:
    """The word that is stored says what it means."""
    spelt = {f"{hours.starts:%H}-{hours.ends:%H}" for hours in HOURS.values()}

    assert spelt == {choice.value for choice in QuietChoice} - {QuietChoice.SCHOOL.value}


def test_nothing_required_can_be_muted() -> None:
    """No topic holds a receipt, a verdict, or what another person asked for."""
    mutable = {kind for kinds in TOPICS.values() for kind in kinds}

    assert mutable == {
        NoticeKind.UPLOAD_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.CERTIFICATION_REQUESTED,
        NoticeKind.CLASS_DIGEST,
    }
    assert set(OFFERED) == set(Duty)
    assert topics_for({Duty.PUPIL}) == (NoticeKind.UPLOAD_DUE, NoticeKind.SELECTION_DUE)
    assert set(topics_for(set(Duty))) == set(TOPICS)


@pytest.mark.parametrize("stage", [Stage.RECEIPT, Stage.SUBMISSION])
def test_a_receipt_cannot_be_said_done(stage: Stage) -> None:
    """Its reminders are required: they end with an answer and nothing else."""
    with pytest.raises(StaysRequired):
        require_claimable(Window(stage, taipei(2025, 1, 1), taipei(2025, 2, 4)), taipei(2025, 1, 9))


@given(INSTANTS, INSTANTS, INSTANTS)
def test_an_extension_gives_more_time_or_is_refused(
    now: datetime, closes_at: datetime, until: datetime
) -> None:
    """It ends after everybody's deadline and after now, and the later of both holds."""
    assume(closes_at > datetime(2024, 8, 1, tzinfo=UTC))
    window = Window(Stage.UPLOAD, datetime(2024, 7, 1, tzinfo=UTC), closes_at)
    if until <= closes_at or until <= now:
        with pytest.raises(ExtensionTooShort):
            extend(window, until, now)
    else:
        extend(window, until, now)
        assert latest(closes_at, until) == until
    assert latest(closes_at, until) >= closes_at
    assert latest(closes_at, None) == closes_at


def test_a_person_leaves_a_few_questions_a_day() -> None:
    """The refusal says from when on there is room again: tomorrow in Taipei."""
    now = taipei(2025, 1, 9, 23, 30)
    require_room(A_DAY - 1, now)

    with pytest.raises(TooManyQuestions) as refused:
        require_room(A_DAY, now)

    assert refused.value.again_at == taipei(2025, 1, 10)
    assert day_began(now) == taipei(2025, 1, 9)


@pytest.mark.parametrize("text", ["", "？", "嗎", "什麼?", "幾", "好", "收到了"])
def test_a_lone_word_or_sign_is_no_question(text: str) -> None:
    """The office is not sent a question mark."""
    assert not looks_like_question(text)
