"""Every line of the log is a word with ids, kinds and counts: nothing that a person wrote or is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.i18n import CATALOGUES

ROOT = CATALOGUES.parent
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
IDS = {"chat", "delivery", "inbound", "notice", "person", "school", "schools", "window"}
WORDS = {"channel", "job", "kind", "kinds", "over", "problem", "problems", "what"}
FIGURES = {"cut", "others", "status", "until", "whole"}
OUR_OWN = {"file", "why"}
"""Names of our own files, and why one of them could not be written."""


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a logger with the place where it stands."""
    for folder in ("bot", "handlers", "scheduler", "models"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text("utf-8")
            for node in ast.walk(ast.parse(text)) if "structlog" in text else ():
                if isinstance(node, ast.Call) and _is_logging(node.func):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def _is_logging(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in LEVELS
        and isinstance(called.value, ast.Name)
        and called.value.id == "log"
    )


def _is_a_word(said: ast.expr) -> bool:
    """Say whether an event is a word in the code: a sentence would be put together of values."""
    if isinstance(said, ast.Name):
        return said.id.isupper()
    return isinstance(said, ast.Constant) and str(said.value).isidentifier()


def test_an_event_is_a_word_and_its_fields_are_known() -> None:
    """Whoever adds a field adds it here, and asks whether it could ever say who or what."""
    allowed = IDS | WORDS | FIGURES | OUR_OWN
    found = list(_calls())
    assert len(found) > 15
    assert [place for place, call in found if not all(map(_is_a_word, call.args))] == []
    fields = {(place, each.arg) for place, call in found for each in call.keywords}
    strange = {(place, name) for place, name in fields if name not in allowed}
    assert {place.partition(":")[0] for place, _ in strange} <= {str(Path("bot/anchors.py"))}
    assert {name for _, name in strange} <= {None}  # the heads of the audit: ids and seals


@pytest.mark.parametrize(
    ("code", "is_fine"),
    [
        ('log.info("joined", school=1)', True),
        ('log.info(f"joined {name}")', False),
        ('log.info("somebody joined")', False),
        ("log.info(name)", False),
    ],
)
def test_a_sentence_or_a_value_is_no_event(code: str, is_fine: bool) -> None:
    """The look that is taken above sees the difference."""
    (call,) = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    assert all(map(_is_a_word, call.args)) is is_fine
