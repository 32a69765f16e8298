"""Which typed texts are questions for the office, and how many a person may leave in a day."""

from datetime import datetime, timedelta

from models.errors import TooManyQuestions
from models.rules.taipei import day_of, instant

A_DAY = 3
"""Questions that one person may leave for the office in a day; more would bury the others'."""
LONGEST = 500
"""Signs of a question or an answer that are kept."""

_SIGNS = ("?", "？", "嗎", "怎麼", "怎樣", "如何", "什麼", "甚麼", "為什麼", "為何", "可不可以")
_MORE_SIGNS = (
    "能不能",
    "可否",
    "是否",
    "有沒有",
    "要不要",
    "幾",
    "多久",
    "哪",
    "誰",
    "何時",
    "多少",
)
_ENGLISH = ("how ", "what ", "when ", "why ", "where ", "who ", "can i ", "do i ", "must i ")
_SHORTEST = 4


def looks_like_question(text: str) -> bool:
    """Say whether a text asks something; a lone word or sign does not."""
    plain = text.strip().casefold()
    if sum(sign.isalnum() for sign in plain) < _SHORTEST:
        return False
    asks = any(sign in plain for sign in (*_SIGNS, *_MORE_SIGNS))
    return asks or plain.startswith(_ENGLISH)


def day_began(now: datetime) -> datetime:
    """Return the instant at which today began in Taipei."""
    return instant(day_of(now))


def require_room(asked_today: int, now: datetime) -> None:
    """Raise TooManyQuestions once a person's questions of the day are used up."""
    if asked_today >= A_DAY:
        raise TooManyQuestions(A_DAY, day_began(now) + timedelta(days=1))
