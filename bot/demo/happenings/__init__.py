"""What happens at the demonstration school without anybody on the stage: dated, and lived once.

The office submits and the statements come back; other pupils decide. Whoever has a phone on the
page decides for themselves: nobody who wrote to the bot is acted for.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.demo.happenings.answers import answer_statements
from bot.demo.happenings.choices import finish_selections
from bot.demo.happenings.submission import correct, submit
from bot.demo.happenings.uploads import send_for_certification
from models.rules.taipei import instant
from models.tables import School

Deed = Callable[[AsyncSession, School, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens at an instant; `deed` does it in the caller's transaction."""

    at: datetime
    deed: Deed


def _on(month: int, day: int, clock: time, deed: Deed, *, year: int = 2024) -> Happening:
    return Happening(instant(date(year, month, day), clock), deed)


_EVENING = time(20, 15)
_BREAK = time(12, 20)

HAPPENINGS: tuple[Happening, ...] = (
    _on(9, 16, _EVENING, partial(finish_selections, share=0.15)),
    _on(9, 18, _BREAK, partial(finish_selections, share=0.35)),
    _on(9, 19, _BREAK, partial(finish_selections, share=0.4)),
    _on(9, 19, _EVENING, partial(finish_selections, share=0.3)),
    _on(9, 20, _BREAK, partial(finish_selections, share=0.5)),
    _on(10, 4, _EVENING, partial(send_for_certification, share=0.3)),
    _on(10, 7, time(15, 0), submit),
    _on(10, 9, _EVENING, partial(answer_statements, share=0.3)),
    _on(10, 11, _BREAK, partial(answer_statements, share=0.3)),
    _on(10, 13, _EVENING, partial(answer_statements, share=0.4)),
    _on(10, 14, _BREAK, partial(answer_statements, share=0.4)),
    _on(10, 15, time(15, 0), correct),
    _on(10, 16, _EVENING, partial(answer_statements, share=0.6)),
    _on(11, 22, _EVENING, partial(send_for_certification, share=0.3)),
    _on(1, 10, _EVENING, partial(send_for_certification, share=0.4), year=2025),
    _on(1, 24, _EVENING, partial(send_for_certification, share=0.5), year=2025),
    _on(2, 1, _EVENING, partial(send_for_certification, share=0.6), year=2025),
    _on(2, 3, _BREAK, partial(send_for_certification, share=0.6), year=2025),
)


def between(after: datetime, until: datetime) -> list[Happening]:
    """Return what happens in (after, until], the earliest first."""
    return [each for each in HAPPENINGS if after < each.at <= until]
