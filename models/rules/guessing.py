"""Keeps joining codes from being guessed: how many wrong tries there may be, and what they win.

Whoever guesses has at most 200 tries an hour at one school. With codes of this length that wins
next to nothing in a year, however many codes are open (goal: at most 1 %).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.linking import ALPHABET, LENGTH

YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries within a span bring a pause of the same length."""

    tries: int
    within: timedelta

    def paused_until(self, wrong: Sequence[datetime], now: datetime) -> datetime | None:
        """Return when the pause that these wrong tries brought is over, None where there is none.

        Nothing is tried during a pause, so only the newest tries can have brought one; and once it
        is over they count no more.
        """
        newest = sorted(wrong)[-self.tries :]
        if len(newest) < self.tries or newest[-1] - newest[0] >= self.within:
            return None
        until = newest[-1] + self.within
        return until if now < until else None

    def most(self, span: timedelta) -> int:
        """Return how many tries there can be in a span, begun at the worst moment."""
        return self.tries * (math.ceil(span / self.within) + 1)


A_CHAT = Limit(5, timedelta(minutes=15))
A_SCHOOL = Limit(200, timedelta(hours=1))


def codes_possible(alphabet: str = ALPHABET, length: int = LENGTH) -> int:
    """Return how many codes can be drawn: each has a letter and a digit at least."""
    digits = sum(sign.isdigit() for sign in alphabet)
    letters = len(alphabet) - digits
    possible: int = len(alphabet) ** length - letters**length - digits**length
    return possible


def chance_of_guessing(open_codes: int, span: timedelta = YEAR) -> float:
    """Return an upper bound of the chance that any open code of a school is guessed in a span.

    Each try hits one of the open codes with at most open/possible; the chances add up.
    """
    return min(1.0, A_SCHOOL.most(span) * open_codes / codes_possible())
