"""What a calendar shows of a window: cases, and what holds for every window."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.calendars import Dated, Edge, Event, events_of, is_shown
from models.rules.taipei import TAIPEI, day_of, last_day
from tests.rules.rulebook_texts import taipei

CHANGED = taipei("2024-08-01 10:00")


def _dated(opens: str, closes: str, *, cancelled: bool = False) -> Dated:
    return Dated(7, taipei(opens), taipei(closes), 3, CHANGED, cancelled)


def _closing(window: Dated) -> Event:
    return next(each for each in events_of(window) if each.edge is Edge.CLOSES)


def _rings(event: Event) -> list[str]:
    return [f"{at.astimezone(TAIPEI):%m-%d %H:%M}" for at in event.alarms]


@pytest.mark.parametrize(
    ("opens", "closes", "starts", "ends", "rings"),
    [
        (  # until 2/3 24:00: the phone shows 2/3 and not 2/4
            *("2024-08-30 00:00", "2025-02-04 00:00"),
            *(date(2025, 2, 3), date(2025, 2, 4)),
            ["02-02 18:00", "02-03 08:00"],
        ),
        (  # until 17:00: the hour before it
            *("2024-08-30 00:00", "2025-02-03 17:00"),
            *(taipei("2025-02-03 16:00"), taipei("2025-02-03 17:00")),
            ["02-02 18:00", "02-03 08:00"],
        ),
        (  # until 08:00: the morning would ring when it is over
            *("2024-08-30 00:00", "2025-02-03 08:00"),
            *(taipei("2025-02-03 07:00"), taipei("2025-02-03 08:00")),
            ["02-02 18:00"],
        ),
        (  # open for half an hour: it begins when it opens
            *("2025-02-03 09:00", "2025-02-03 09:30"),
            *(taipei("2025-02-03 09:00"), taipei("2025-02-03 09:30")),
            [],
        ),
        (  # one whole day, such as a submission
            *("2025-02-03 00:00", "2025-02-04 00:00"),
            *(date(2025, 2, 3), date(2025, 2, 4)),
            ["02-03 08:00"],
        ),
        (  # the last minute of a day is that day
            *("2024-08-30 00:00", "2025-02-03 23:59"),
            *(taipei("2025-02-03 22:59"), taipei("2025-02-03 23:59")),
            ["02-02 18:00", "02-03 08:00"],
        ),
    ],
)
def test_a_deadline_is_shown_where_it_is(
    opens: str, closes: str, starts: date, ends: date, rings: list[str]
) -> None:
    """An exclusive instant becomes a last day or an hour, with alarms by day."""
    closing = _closing(_dated(opens, closes))

    assert (closing.starts, closing.ends) == (starts, ends)
    assert _rings(closing) == rings


def test_an_opening_is_a_day_of_its_own() -> None:
    """It rings never; a window of one day has none."""
    long, short = (
        list(events_of(_dated("2024-08-30 00:00", closes)))
        for closes in ("2025-02-04 00:00", "2024-08-31 00:00")
    )

    assert [(each.uid, each.starts) for each in long] == [
        ("7-opens", date(2024, 8, 30)),
        ("7-closes", date(2025, 2, 3)),
    ]
    assert long[0].alarms == ()
    assert [each.uid for each in short] == ["7-closes"]


def test_what_was_taken_back_rings_no_more() -> None:
    """It stays in the calendar as cancelled, so that a phone removes it."""
    closing = _closing(_dated("2024-08-30 00:00", "2025-02-04 00:00", cancelled=True))

    assert closing.cancelled
    assert closing.alarms == ()


def test_a_window_of_long_ago_is_shown_no_more() -> None:
    """Two hundred days after its end it has left the calendar."""
    closes_at = taipei("2025-02-04 00:00")

    assert is_shown(closes_at, closes_at + timedelta(days=199))
    assert not is_shown(closes_at, closes_at + timedelta(days=200))


instants = st.datetimes(
    datetime.fromisoformat("2024-01-01"),
    datetime.fromisoformat("2027-01-01"),
    timezones=st.just(TAIPEI),
)


@settings(max_examples=60)
@given(instants, st.timedeltas(timedelta(minutes=1), timedelta(days=200)), st.integers(1, 9))
def test_every_deadline_ends_on_its_last_day(
    opens_at: datetime, lasts: timedelta, version: int
) -> None:
    """A phone never shows the day after; alarms ring while the window is open, and by day."""
    opens_at = opens_at.replace(second=0, microsecond=0)
    closes_at = opens_at + timedelta(minutes=lasts // timedelta(minutes=1))
    found = list(events_of(Dated(7, opens_at, closes_at, version, CHANGED)))
    closing = found[-1]

    shown = closing.starts if closing.is_whole_day else day_of(closing.starts_at)
    assert closing.edge is Edge.CLOSES
    assert closing.is_whole_day or closing.ends == closes_at
    assert shown <= last_day(closes_at)
    assert shown == last_day(closes_at) or not closing.is_whole_day
    assert all(opens_at <= at < closes_at for at in closing.alarms)
    assert all(at.astimezone(TAIPEI).hour in {8, 18} for at in closing.alarms)
    assert len({each.uid for each in found}) == len(found)
    assert {each.sequence for each in found} == {version}
