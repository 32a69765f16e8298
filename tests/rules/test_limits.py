"""How many messages one person gets: room, one urgent message more, and a reason for the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rulebooks import MessageLimits
from models.rules.bundling import Due
from models.rules.courtesy import Manners
from models.rules.limits import SoFar, admit, week_began
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind
from tests.rules.rulebook_texts import taipei
from tests.rules.test_courtesy import CALENDAR, DAY

LIMITS = MessageLimits(per_day=2, per_week=5)
PUPIL = Manners(replace(DAY, messages=LIMITS), CALENDAR)
TEACHER = replace(PUPIL, is_staff=True)
TUESDAY, FRIDAY = taipei("2025-02-18 12:00"), taipei("2025-02-21 12:00")


def due(
    id_: int = 1,
    *,
    required: bool = False,
    until: str | None = None,
    kind: NoticeKind = NoticeKind.UPLOAD_DUE,
) -> Due:
    """Return a notice that is due."""
    deadline = taipei(until) if until else None
    return Due(id_, 1, kind, f"occasion/{id_}", None, TUESDAY, deadline, required)


VERDICT, CALL = due(1), due(2, required=True, until="2025-02-19 00:00")
RECEIPT = due(3, required=True, until="2025-02-25 00:00")
ENDING = due(4, until="2025-02-19 00:00")
ANSWER = due(5, kind=NoticeKind.ACCOUNT_LINKED)


@pytest.mark.parametrize(
    ("so_far", "dues", "told", "later", "unsaid"),
    [
        (SoFar(1, 4), [VERDICT], [1], {}, []),
        (SoFar(2, 2), [VERDICT], [], {1: "2025-02-19 07:30"}, []),
        (SoFar(0, 5), [VERDICT], [], {1: "2025-02-24 07:30"}, []),
        (SoFar(2, 2), [VERDICT, CALL], [1, 2], {}, []),
        (SoFar(2, 2), [VERDICT, RECEIPT], [1, 3], {}, []),
        (SoFar(2, 2), [ENDING], [4], {}, []),
        (SoFar(0, 5), [CALL], [2], {}, []),
        (SoFar(1, 6), [CALL, RECEIPT], [], {3: "2025-02-24 07:30"}, [2]),
        (SoFar(3, 3), [VERDICT, CALL], [], {1: "2025-02-19 07:30"}, [2]),
        (SoFar(3, 3), [ANSWER, VERDICT], [5], {1: "2025-02-19 07:30"}, []),
        (SoFar(9, 9), [ANSWER], [5], {}, []),
    ],
)
def test_what_finds_no_room_waits_unless_it_is_urgent(
    so_far: SoFar,
    dues: Sequence[Due],
    told: Sequence[int],
    later: dict[int, str],
    unsaid: Sequence[int],
) -> None:
    """One urgent message a day passes a full day or week, and takes along what else is due."""
    admitted = admit(dues, so_far, PUPIL, TUESDAY)

    assert [each.id for each in admitted.told] == told
    assert admitted.later == {id_: taipei(at) for id_, at in later.items()}
    assert [each.id for each in admitted.unsaid] == unsaid
    assert admitted.counts is any(each is not ANSWER for each in admitted.told)


def test_what_finds_no_room_on_a_friday_waits_for_the_staff_s_next_school_day() -> None:
    """The next day with room is a Saturday, when nobody of the staff is told."""
    admitted = admit([VERDICT], SoFar(2, 2), TEACHER, FRIDAY)
    assert admitted.later == {1: taipei("2025-02-24 07:30")}


dues_of_a_day = st.lists(
    st.tuples(
        st.integers(0, 23 * 60),
        st.booleans(),
        st.none() | st.integers(1, 24 * 9),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(st.lists(dues_of_a_day, min_size=1, max_size=9))
def test_nobody_gets_more_than_one_message_over_the_limit_and_nothing_is_lost(
    days: list[list[tuple[int, bool, int | None]]],
) -> None:
    """Days of notices: at most one more than there is room; a reason only past a deadline."""
    coming = [
        _due(100 * number + place, number, *each)
        for number, today in enumerate(days)
        for place, each in enumerate(today)
    ]
    waiting = {each.id: (each.due_at, each) for each in coming}
    sent: list[datetime] = []
    reasons: set[int] = set()
    while waiting:
        now = min(at for at, _ in waiting.values())
        together = [each for at, each in waiting.values() if at == now]
        so_far = _so_far(sent, now)
        admitted = admit(together, so_far, PUPIL, now)
        if admitted.counts:
            assert so_far.over(LIMITS) < 0 or (so_far.over(LIMITS) == 0 and _urgent(together))
            sent.append(now)
        for id_, at in admitted.later.items():
            deadline = waiting[id_][1].deadline_at
            assert at > now
            assert deadline is None or at < deadline
            waiting[id_] = (at, waiting[id_][1])
        for each in (*admitted.told, *admitted.unsaid):
            del waiting[each.id]
        reasons |= {each.id for each in admitted.unsaid}
    by_day = [sum(day_of(at) == day for at in sent) for day in {day_of(at) for at in sent}]
    assert all(count <= LIMITS.per_day + 1 for count in by_day)
    assert all(each.deadline_at is not None for each in coming if each.id in reasons)


def _due(id_: int, day: int, minute: int, required: bool, hours: int | None) -> Due:
    at = taipei("2025-02-17 00:00") + timedelta(days=day, minutes=minute)
    deadline = None if hours is None else at + timedelta(hours=hours)
    return Due(id_, 1, NoticeKind.UPLOAD_DUE, str(id_), None, at, deadline, required)


def _urgent(together: Sequence[Due]) -> bool:
    return any(each.required or each.deadline_at for each in together)


def _so_far(sent: Sequence[datetime], now: datetime) -> SoFar:
    monday = week_began(now)
    return SoFar(
        sum(day_of(at) == day_of(now) for at in sent),
        sum(monday <= day_of(at) <= day_of(now) for at in sent),
    )
