"""One pupil's own deadline: later than everybody's, with a reason, and for nobody else."""

from datetime import datetime

from models.errors import ExtensionTooShort
from models.rules.opening import Span
from models.vocabulary import Stage

EXTENDABLE = (Stage.UPLOAD, Stage.CERTIFICATION, Stage.SELECTION, Stage.RECEIPT)
"""Submission is the office's own task: no pupil has a deadline in it."""


def extend(span: Span, until: datetime, now: datetime) -> None:
    """Raise ExtensionTooShort unless `until` (exclusive) gives more time than everybody has."""
    if until <= span.closes_at or until <= now:
        raise ExtensionTooShort(max(span.closes_at, now))


def latest(closes_at: datetime, own_closes_at: datetime | None) -> datetime:
    """Return the end that holds for a pupil: an extension never takes time away."""
    return closes_at if own_closes_at is None else max(closes_at, own_closes_at)
