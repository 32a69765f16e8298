"""Rehearsals that several tests look at: played once, changed by nobody."""

import asyncio

import pytest

from bot.rehearsal.playing import rehearse
from bot.rehearsal.record import Rehearsal
from models.rulebooks import shipped
from models.rules.roc import Term
from tests.rules.rulebook_texts import SMALL

SHORT = f"""{SMALL}
[[windows]]
stage = "upload"
opens = {{ anchor = "closing_ceremony", weeks = -1 }}
closes = {{ anchor = "closing_ceremony", weeks = 2 }}
clause = "第三點"

[[windows]]
stage = "certification"
opens = {{ anchor = "closing_ceremony" }}
closes = {{ anchor = "closing_ceremony", weeks = 3 }}
clause = "第三點"

[reminders]
days_before = [14, 7, 0]

[terms."113-1"]
closing_ceremony = 2025-01-20
""".replace('name = "測試高中"', 'name = "測試高中"\ngrades = [2]')
"""A school of one class whose term is over in weeks: played in a fraction of a real one's time."""


def rulebook_text(name: str = "caotun") -> str:
    """Return a shipped rulebook's text."""
    return shipped()[name].read_text("utf-8")


def played(text: str, term: str = "113-1", seed: int = 1) -> Rehearsal:
    """Rehearse a term of a rulebook."""
    return asyncio.run(rehearse(text, "rulebook", Term(term), seed))


@pytest.fixture(scope="session")
def short() -> Rehearsal:
    """Give the short term of the small school."""
    return played(SHORT)


@pytest.fixture(scope="session")
def caotun() -> Rehearsal:
    """Give 草屯's 113-1 as it is shipped."""
    return played(rulebook_text())
