"""A menu that changes is a new look, or chats that wear the old one would keep it for ever."""

import hashlib

import orjson
import pytest

from bot.i18n import LOCALES, words
from bot.line.richmenu import AREAS, drawn_menu
from handlers.menus import LOOK, Attire
from handlers.offering import offered

LOOKS = {1: "b237a7fd6a3f3fcf", 2: "057e1fcd42da32f8"}
"""What each look is, in short; when this test fails, raise `LOOK` and add the new one here."""


def looks() -> str:
    """Return a digest of what the menus and commands of this build say and ask for."""
    drawn = []
    for duty, areas in AREAS.items():
        for locale in LOCALES:
            request = {**drawn_menu(duty, words(locale)).request, "name": ""}
            icons = [area.icon.__name__ for area in areas]
            commands = list(offered(duty, words(locale)))
            drawn.append([duty, locale, request, icons, commands])
    return hashlib.sha256(orjson.dumps(drawn)).hexdigest()[:16]


def test_menus_and_commands_are_of_the_look_that_is_counted() -> None:
    """Whoever changes one of them is told here what to do."""
    assert LOOKS[LOOK] == looks()


@pytest.mark.parametrize("look", [LOOK + 1, LOOK - 1])
def test_another_look_is_not_worn_any_more(look: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that remembers it is dressed anew with the next tap."""
    worn = Attire("pupil", "en").worn
    monkeypatch.setattr("handlers.menus.LOOK", look)
    assert Attire("pupil", "en").worn != worn
