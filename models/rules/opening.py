"""Whether a stage's window is open at an instant; its end is an exclusive instant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from models.errors import WindowClosed, WindowNotOpen
from models.vocabulary import Stage


class Span(Protocol):
    """A stage's window: open from one instant until another."""

    @property
    def stage(self) -> Stage:
        """Return the stage that is open meanwhile."""

    @property
    def opens_at(self) -> datetime:
        """Return the first instant inside."""

    @property
    def closes_at(self) -> datetime:
        """Return the first instant outside."""


S = TypeVar("S", bound=Span)


def is_open(span: Span, now: datetime) -> bool:
    """Say whether `now` lies inside."""
    return span.opens_at <= now < span.closes_at


def require_open(span: Span, now: datetime) -> None:
    """Raise WindowNotOpen before a window and WindowClosed from its end on."""
    if now < span.opens_at:
        raise WindowNotOpen(span.stage, span.opens_at)
    if now >= span.closes_at:
        raise WindowClosed(span.stage, span.closes_at)


def meant(spans: Iterable[S], now: datetime) -> S | None:
    """Return the window that a person means who names none.

    The open one that ends first; else the one that opens next; else the one that closed last.
    """
    known = list(spans)
    opened = [span for span in known if is_open(span, now)]
    if opened:
        return min(opened, key=lambda span: span.closes_at)
    coming = [span for span in known if now < span.opens_at]
    if coming:
        return min(coming, key=lambda span: span.opens_at)
    return max(known, key=lambda span: span.closes_at, default=None)
