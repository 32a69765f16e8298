"""How old the platform's data may be before nobody is told any more that they have not done it.

Whoever uploaded an hour ago and is told "you have not" believes no reminder again. What is required
(the last day, the receipt) is told in any case: missing it cannot be mended.
"""

from datetime import datetime, timedelta

from models.vocabulary import NoticeKind

WITHHELD = frozenset({NoticeKind.UPLOAD_DUE, NoticeKind.SELECTION_DUE})
"""The reminders that rest on the platform's data: they say that somebody has not done something."""


def is_stale(data_at: datetime | None, fresh_days: int | None, now: datetime) -> bool:
    """Say whether data is older than the school's limit.

    A school without a limit, or whose works never came from a file, has no old data.
    """
    if data_at is None or fresh_days is None:
        return False
    return now - data_at > timedelta(days=fresh_days)
