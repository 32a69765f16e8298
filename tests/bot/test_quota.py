"""`bot quota`: the meter, what is to come by day, and what will be cut, for people and scripts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.commands.quota import as_data, lines
from bot.i18n import words
from models.queries.budgets import Month
from models.rules.budget import Meter, Need
from models.tables import QuotaReading
from models.vocabulary import NoticeKind
from scheduler.outlook import Outlook
from tests.support.cast import taipei

READ_AT = taipei(2024, 10, 1, 9)
DAYS = timedelta(days=1)
SHORT = Outlook(
    school_code="060402",
    channel="line",
    month=Month(
        month="2024-10",
        meter=Meter(200, 150),
        counted=30,
        reading=QuotaReading(
            school_id=1,
            channel="line",
            month="2024-10",
            limit=200,
            used=150,
            counted=30,
            read_at=READ_AT,
            foretold_at=READ_AT,
        ),
        needs=(
            Need(READ_AT + 8 * DAYS, NoticeKind.UPLOAD_DUE, False, 60, 20),
            Need(READ_AT + 13 * DAYS, NoticeKind.RECEIPT_DUE, True, 20),
        ),
        ends_at=taipei(2024, 10, 31, 23),
    ),
    stopped_until=None,
    held_back=3,
    not_told=1,
)


def test_a_short_month_says_what_leaves_what_is_cut_and_what_happens_instead() -> None:
    """LINE's count stands beside ours."""
    said = "\n".join(lines([SHORT], words("zh_Hant_TW")))
    assert "150（LINE 在 113/10/1（二）09:00 說是 150；我們自己的紀錄是 30）" in said
    assert "60    30    20                10" in said
    assert "bot paper notice --class" in said
    assert "3 則等本人點選，1 則到截止都沒有通知到" in said


def test_a_month_that_was_never_read_says_so() -> None:
    """Nothing is cut where no limit is known."""
    reading = QuotaReading(school_id=1, channel="line", month="2024-10", foretold_at=READ_AT)
    month = replace(SHORT.month, meter=Meter(None, 30), reading=reading)
    unread = replace(SHORT, month=month)
    said = "\n".join(lines([unread], words("zh_Hant_TW")))
    assert "還不知道" in said
    assert not unread.is_short
    assert "bot paper notice" not in said


def test_scripts_read_the_same_as_data() -> None:
    """With instants and plain words."""
    data: dict[str, Any] = as_data(SHORT)
    assert (data["left"], data["reserve"], data["used_as_counted"]) == (50, 20, 30)
    first, _ = data["ahead"]
    assert (first["sent"], first["elsewhere"], first["cut"]) == (30, 20, 10)
