"""Sending a work to its subject teacher for certification, and reminding that teacher politely."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeVar

from models.errors import AlreadyDone, NotReady, NudgedRecently, Outdated, WindowNotOpen
from models.rules.opening import Span, is_open, meant, require_open
from models.vocabulary import OutcomeState, Stage

S = TypeVar("S", bound=Span)

REQUESTABLE = frozenset({OutcomeState.UPLOADED, OutcomeState.RETURNED})
"""A returned work may be sent again: a return is about the file or the course, never the end."""


def request(title: str, state: OutcomeState, *, version: int, seen: int) -> OutcomeState:
    """Return the state after a request for certification.

    `seen` is the version on the card. Raises AlreadyDone where the work waits already, NotReady for
    a draft without a file, Outdated where the work changed since the card was drawn.
    """
    if state is OutcomeState.AWAITING:
        raise AlreadyDone
    if state is OutcomeState.DRAFT:
        raise NotReady(title)
    if state not in REQUESTABLE or version != seen:
        raise Outdated
    return OutcomeState.AWAITING


def window_for_request(windows: Collection[S], now: datetime) -> S:
    """Return the open window that says until when works of a term can be sent for certification.

    `windows` are the term's upload and certification windows. Teachers certify after uploading has
    ended, so the later end counts; a school whose certification begins later takes requests from
    the first day of uploading. Raises WindowClosed or WindowNotOpen where none is open.
    """
    span = max(
        (span for span in windows if is_open(span, now)),
        key=lambda span: span.closes_at,
        default=meant(windows, now),
    )
    if span is None:
        raise WindowNotOpen(Stage.CERTIFICATION, None)
    require_open(span, now)
    return span


def nudge(
    state: OutcomeState, *, nudged_at: datetime | None, pause_days: int, now: datetime
) -> None:
    """Raise unless the teacher may be reminded of this work now.

    Outdated where the work does not wait for a teacher (any more); NudgedRecently within
    `pause_days` times 24 hours of the last reminder.
    """
    if state is not OutcomeState.AWAITING:
        raise Outdated
    next_at = next_nudge_at(nudged_at, pause_days)
    if next_at is not None and now < next_at:
        raise NudgedRecently(next_at)


def next_nudge_at(nudged_at: datetime | None, pause_days: int) -> datetime | None:
    """Return when the next reminder may go; None where none went yet."""
    return None if nudged_at is None else nudged_at + timedelta(days=pause_days)
