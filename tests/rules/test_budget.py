"""What a month's counted messages are spent on where they do not suffice for everything."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.budget import (
    Importance,
    Meter,
    Need,
    importance,
    meter,
    reserve,
    sent_by_others,
    triage,
)
from models.vocabulary import NoticeKind
from tests.support.cast import taipei

NOW = taipei(2024, 9, 1, 8)
DAY = timedelta(days=1)
KINDS = (NoticeKind.UPLOAD_DUE, NoticeKind.QUERY_SETTLED, NoticeKind.CLASS_DIGEST)


def need(
    days: int,
    cost: int,
    *,
    kind: NoticeKind = NoticeKind.UPLOAD_DUE,
    required: bool = False,
    spare: int = 0,
    ends: int | None = 10,
) -> Need:
    """Return what is needed in so many days, for something that ends in so many."""
    deadline_at = None if ends is None else NOW + ends * DAY
    return Need(NOW + days * DAY, kind, required, cost, spare, deadline_at)


@pytest.mark.parametrize(
    ("kind", "required", "matters"),
    [
        (NoticeKind.CLASS_DIGEST, True, Importance.REQUIRED),
        (NoticeKind.ITEM_RETURNED, False, Importance.PERSONAL),
        (NoticeKind.UPLOAD_DUE, False, Importance.DEADLINE),
        (NoticeKind.CLASS_DIGEST, False, Importance.NEWS),
    ],
)
def test_what_is_required_matters_most(
    kind: NoticeKind, required: bool, matters: Importance
) -> None:
    """Then what answers somebody, then deadlines, then news."""
    assert importance(kind, required=required) is matters


def shares(needs: list[Need], left: int | None) -> list[tuple[int, int, int]]:
    """Return what each need gets: granted, elsewhere, cut."""
    return [(each.granted, each.elsewhere, each.cut) for each in triage(needs, left)]


@pytest.mark.parametrize(
    ("needs", "left", "expected"),
    [
        ([need(1, 5), need(9, 5, required=True)], None, [(5, 0, 0), (5, 0, 0)]),
        ([need(1, 5), need(9, 5, required=True)], 10, [(5, 0, 0), (5, 0, 0)]),
        # the last day is kept for, though it comes later
        ([need(1, 5), need(9, 5, required=True)], 7, [(2, 0, 3), (5, 0, 0)]),
        # farthest from the deadline first
        ([need(3, 5), need(7, 5), need(9, 5)], 7, [(0, 0, 5), (2, 0, 3), (5, 0, 0)]),
        # least important first, however near
        ([need(3, 5), need(9, 5, kind=NoticeKind.CLASS_DIGEST)], 5, [(5, 0, 0), (0, 0, 5)]),
        # who has another chat gives way first, and loses nothing
        ([need(3, 5, spare=3), need(4, 2, required=True, spare=1)], 3, [(2, 3, 0), (1, 1, 0)]),
        # what is required leaves in its order
        ([need(1, 5, required=True), need(9, 5, required=True)], 6, [(5, 0, 0), (1, 0, 4)]),
        # what has no deadline can wait longest
        ([need(1, 2, ends=None), need(2, 2)], 2, [(0, 0, 2), (2, 0, 0)]),
    ],
)
def test_a_month_that_is_short_is_shared_out(
    needs: list[Need], left: int | None, expected: list[tuple[int, int, int]]
) -> None:
    """Each need is told how many leave, how many go to another chat, and how many are cut."""
    assert shares(needs, left) == expected


@st.composite
def some_need(draw: st.DrawFn) -> Need:
    """Draw a need."""
    cost = draw(st.integers(0, 30))
    return need(
        draw(st.integers(0, 20)),
        cost,
        kind=draw(st.sampled_from(KINDS)),
        required=draw(st.booleans()),
        spare=draw(st.integers(0, cost)),
        ends=draw(st.none() | st.integers(0, 30)),
    )


@settings(max_examples=40)
@given(st.lists(some_need(), max_size=8), st.integers(0, 120))
def test_nothing_is_spent_that_is_not_there_and_nothing_is_kept_for_nobody(
    needs: list[Need], left: int
) -> None:
    """Of required messages as many leave as can; more room never takes a message from anybody."""
    found = triage(needs, left)

    granted = sum(each.granted for each in found)
    assert granted == min(left, sum(each.cost for each in needs))
    assert all(min(each.granted, each.elsewhere, each.cut) >= 0 for each in found)
    firm = [each for each in found if each.need.required]
    alone = sum(each.need.cost - each.need.spare for each in firm)
    assert sum(each.granted for each in firm) >= min(left, alone)
    if any(each.cut for each in firm):
        assert not any(each.granted for each in found if not each.need.required)
    assert reserve(needs) == sum(each.need.cost for each in firm)
    roomier = triage(needs, left + 1)
    assert all(more.cut <= each.cut for more, each in zip(roomier, found, strict=True))


def test_what_others_sent_counts_as_well() -> None:
    """The larger of what is known is used: our own count runs on, LINE's comes late."""
    assert meter(200, used=150, counted_then=30, counted=40) == Meter(200, 160)
    assert meter(200, used=20, counted_then=30, counted=40) == Meter(200, 40)
    assert (Meter(200, 260).left, Meter(None, 9_000).left) == (0, None)


@pytest.mark.parametrize(
    ("used", "counted", "others"), [(130, 10, 120), (20, 10, 0), (5, 10, 0), (2_030, 2_000, 0)]
)
def test_a_channels_count_is_an_approximate_one(used: int, counted: int, others: int) -> None:
    """Few more are no news, and fewer are none at all."""
    assert sent_by_others(used, counted) == others


@pytest.mark.parametrize(
    ("limit", "used", "has_room"), [(200, 195, False), (200, 200, False), (3_000, 200, True)]
)
def test_a_month_that_ran_out_has_room_again_when_it_was_given_more(
    limit: int, used: int, has_room: bool
) -> None:
    """A few messages left are the channel's uncertainty."""
    assert Meter(limit, used).has_room_again is has_room
    assert Meter(None, used).has_room_again
