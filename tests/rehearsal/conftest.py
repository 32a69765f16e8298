"""Rehearsals that several tests look at: played once, changed by nobody."""

import asyncio

import pytest

from bot.rehearsal.playing import rehearse
from bot.rehearsal.record import Rehearsal
from models.rulebooks import shipped
from models.rules.roc import Term


def rulebook_text(name: str = "caotun") -> str:
    """Return a shipped rulebook's text."""
    return shipped()[name].read_text("utf-8")


def played(text: str, term: str = "113-1", seed: int = 1) -> Rehearsal:
    """Rehearse a term of a rulebook."""
    return asyncio.run(rehearse(text, "rulebook", Term(term), seed))


@pytest.fixture(scope="session")
def caotun() -> Rehearsal:
    """Give 草屯's 113-1 as it is shipped."""
    return played(rulebook_text())
