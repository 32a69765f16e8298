"""Which term is rehearsed when none is named."""

from bot.commands.rehearse import latest_term
from models.rulebooks import load
from tests.rules.rulebook_texts import SMALL

TERMS = """
[terms."114-1"]
closing_ceremony = 2026-01-20

[terms."114-2"]
closing_ceremony = 2026-06-30

[terms."115-1"]
term_start = 2026-08-31
"""


def test_the_latest_term_that_ends_is_rehearsed() -> None:
    """A term of which only the first day is known comes after it and is left out."""
    assert latest_term(load(SMALL + TERMS, name="small")) == "114-2"
