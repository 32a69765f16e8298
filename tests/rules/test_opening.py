"""Windows are open from their first instant until just before their end, whatever the zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import WindowClosed, WindowNotOpen
from models.rules.opening import is_open, meant, require_open
from models.vocabulary import Stage

START = datetime(2024, 9, 1, tzinfo=UTC)
ZONES = ("UTC", "Asia/Taipei", "America/Los_Angeles")


@dataclass(frozen=True)
class Days:
    """A window counted in days from START."""

    first: int
    last: int
    stage: Stage = Stage.SELECTION

    @property
    def opens_at(self) -> datetime:
        """Return the first instant inside."""
        return START + timedelta(days=self.first)

    @property
    def closes_at(self) -> datetime:
        """Return the first instant outside."""
        return START + timedelta(days=self.last)


spans = st.builds(
    lambda first, length: Days(first, first + length), st.integers(0, 50), st.integers(1, 30)
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("micros", "inside"), [(-1_000, True), (-1, True), (0, False), (1, False), (1_000, False)]
)
def test_the_end_is_an_exclusive_instant_in_every_zone(
    zone: str, micros: int, inside: bool
) -> None:
    """An instant is the same instant, wherever the host's clock is (C3)."""
    span = Days(0, 10)
    now = (span.closes_at + timedelta(microseconds=micros)).astimezone(ZoneInfo(zone))
    assert is_open(span, now) is inside


def test_a_refusal_says_when_the_window_opens_or_ended() -> None:
    """The sentence needs the stage and the instant."""
    span = Days(5, 10)
    with pytest.raises(WindowNotOpen) as early:
        require_open(span, START)
    assert (early.value.stage, early.value.opens_at) == (Stage.SELECTION, span.opens_at)
    with pytest.raises(WindowClosed) as late:
        require_open(span, span.closes_at)
    assert late.value.closed_at == span.closes_at
    require_open(span, span.opens_at)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(0, (3, 9)), (4, (3, 9)), (7, (6, 8)), (8, (3, 9)), (10, (20, 30)), (40, (20, 30))],
)
def test_who_names_no_window_means_the_open_one_the_next_or_the_last(
    day: int, expected: tuple[int, int]
) -> None:
    """Of two open ones the one that ends first."""
    known = [Days(3, 9), Days(6, 8), Days(20, 30)]
    found = meant(known, START + timedelta(days=day))
    assert found is not None
    assert (found.first, found.last) == expected


@given(st.lists(spans), st.integers(0, 100))
def test_an_open_window_is_always_preferred(known: list[Days], day: int) -> None:
    """None comes out only where nothing went in."""
    now = START + timedelta(days=day)
    found = meant(known, now)
    assert (found is None) is (not known)
    if found is not None and any(is_open(span, now) for span in known):
        assert is_open(found, now)
