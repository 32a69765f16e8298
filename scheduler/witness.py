"""What a dispatcher lets see of its sending; bot/metrics.py counts and traces it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from models.queries.outbox import Result


class Witness(Protocol):
    """Sees batches leave and end; it must be quick and never raise."""

    def sending(
        self, school_code: str, channel: str, messages: int
    ) -> AbstractContextManager[None]:
        """Return what is entered while the calls of one batch run."""
        ...

    def ended(self, channel: str, results: Sequence[Result]) -> None:
        """Hear how the calls of one batch ended."""
        ...


class Nobody:
    """Looks away."""

    def sending(
        self,
        school_code: str,  # noqa: ARG002
        channel: str,  # noqa: ARG002
        messages: int,  # noqa: ARG002
    ) -> AbstractContextManager[None]:
        """See nothing."""
        return nullcontext()

    def ended(self, channel: str, results: Sequence[Result]) -> None:
        """Hear nothing."""
