"""The shape of what is said unasked: one message function for every kind of notice."""

import inspect

import pytest

from models.vocabulary import NoticeKind
from scheduler.messages import MESSAGES

DRAWN_ALREADY = {NoticeKind.ANSWER_KEPT}
"""The answer to a tap that could not leave at once: it is kept as it was drawn."""


def test_every_kind_of_notice_has_one_message() -> None:
    """No kind without words, and no function for two kinds."""
    assert set(MESSAGES) == set(NoticeKind) - DRAWN_ALREADY
    assert len(set(MESSAGES.values())) == len(MESSAGES)


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: str(kind.value))
def test_a_message_lives_in_a_module_of_its_own_name(kind: NoticeKind) -> None:
    """scheduler/messages/<kind>.py has the function <kind>, with its sentence."""
    message = MESSAGES[kind]

    assert message.__module__ == f"scheduler.messages.{kind.value}"
    assert getattr(message, "__name__", "") == kind.value
    assert inspect.getdoc(message)
