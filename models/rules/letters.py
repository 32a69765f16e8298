"""Letters on paper: who is to be told by one and why, the codes on their slips, what slips say.

Silence past a receipt window has an effect in law (114函 point 6), so whoever may not know of it
is on a person's list in time: those whom no message reached at once, and shortly before the end
everybody who has not reacted to one. 111函 五(三) wants a letter for who has left the school.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.rules.linking import ALPHABET
from models.rules.taipei import day_of, instant

SHORT = timedelta(days=3)
"""A window up to this long leaves little time: what holds a day before its end elsewhere, …"""
_BEFORE_THE_END = timedelta(hours=24)
_BEFORE_A_SHORT_END = timedelta(hours=12)

LENGTH = 8
"""Signs of a letter's code; the last one checks the others."""


class Why(StrEnum):
    """Why somebody is to be told on paper."""

    DEPARTED = "departed"
    NO_ACCOUNT = "no_account"
    BLOCKED = "blocked"
    REFUSED = "refused"
    CUT = "cut"
    NO_REACTION = "no_reaction"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known of how a pupil heard of a receipt window.

    `is_open`: some chat takes messages. `refused`, `cut`: the last word on the window was refused
    for good, or left out for want of messages. `reacted`: a tap since a message was accepted.
    """

    departed: bool
    has_account: bool
    is_open: bool
    refused: bool
    cut: bool
    reacted: bool


def listed_from(opens_at: datetime, closes_at: datetime) -> datetime:
    """Return from when everybody without a reaction is to be told: 24 hours before the end.

    It is 12 hours in a window of three days or less.
    """
    short = closes_at - opens_at <= SHORT
    return closes_at - (_BEFORE_A_SHORT_END if short else _BEFORE_THE_END)


def why_on_paper(traces: Traces, from_at: datetime, now: datetime) -> Why | None:
    """Return why somebody who has not answered is to be told on paper; None for not, or not yet.

    `from_at` is when waiting for a reaction ends. Who has left has no chat with the school.
    """
    if traces.departed:
        return Why.DEPARTED
    if not traces.is_open:
        return Why.BLOCKED if traces.has_account else Why.NO_ACCOUNT
    if traces.reacted:
        return None
    if traces.refused:
        return Why.REFUSED
    if traces.cut:
        return Why.CUT
    return Why.NO_REACTION if now >= from_at else None


def make_code() -> str:
    """Return a new code for a letter: seven random signs and one that checks them."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return drawn + _check_sign(drawn)


def read_code(typed: str) -> str | None:
    """Return a letter's code as somebody typed it, None for a slip of the finger.

    Any one wrong sign is noticed, and any two neighbours that changed places.
    """
    plain = "".join(unicodedata.normalize("NFKC", typed).upper().replace("-", " ").split())
    if len(plain) != LENGTH or not set(plain) <= set(ALPHABET):
        return None
    return plain if _check_sign(plain[:-1]) == plain[-1] else None


def shown_code(code: str) -> str:
    """Return a letter's code as it is printed: `7KQ2-MXW9`."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def counted_at(came_back_on: date, opens_at: datetime, now: datetime) -> datetime:
    """Return the instant at which a slip counts that was at the school again on a day.

    Nobody noted the hour, so a day that is over counts from its beginning; today is now.
    """
    if came_back_on >= day_of(now):
        return now
    return max(instant(came_back_on), opens_at)


def _check_sign(signs: str) -> str:
    """Return the sign with which the weighted sum is a multiple of the alphabet's 31 signs."""
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, start=1))
    return ALPHABET[-total * pow(LENGTH, -1, len(ALPHABET)) % len(ALPHABET)]
