"""A press that is set up once, and Chinese words."""

import pytest

from bot.i18n import words as words_of
from bot.paper.printing import Press
from handlers.words import Words


@pytest.fixture(scope="session")
def press() -> Press:
    """Give a press."""
    return Press()


@pytest.fixture(scope="session")
def words() -> Words:
    """Give the words that sheets are printed in."""
    return words_of("zh_Hant_TW")
