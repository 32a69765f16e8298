"""Only bot/ knows which chat apps there are: what is done and said is the same on all of them."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("handlers", "scheduler", "models")
NAMED = re.compile(r"\bLINE\b|\bLine's\b|linebot|telegram|\brich menu", re.IGNORECASE)
"""The apps' names; a line of a receipt statement or of a file is another thing."""
INNOCENT = re.compile(r"\blines?\b")


def named(text: str) -> list[str]:
    """Return the names of chat apps in a text."""
    return [found for found in NAMED.findall(text) if not INNOCENT.fullmatch(found)]


def sources() -> Iterator[Path]:
    """Yield every file of the layers below bot/."""
    for layer in LAYERS:
        for suffix in ("py", "toml", "mako"):
            yield from (ROOT / layer).rglob(f"*.{suffix}")


def test_a_search_finds_no_channels_name_outside_bot() -> None:
    """Neither in code nor in a docstring, a comment or a rulebook."""
    found = {
        str(path.relative_to(ROOT)): names
        for path in sources()
        if (names := named(path.read_text("utf-8")))
    }
    assert found == {}


def test_no_sentence_of_a_handler_or_a_message_names_a_channel() -> None:
    """In no language; commands and paper, which are bot's, may."""
    with (ROOT / "locales" / "messages.pot").open("rb") as file:
        ours = {
            message.id
            for message in read_po(file)
            if any(place.split("/")[0] in LAYERS for place, _ in message.locations)
        }
    for catalogue in (ROOT / "locales").rglob("*.po"):
        with catalogue.open("rb") as file:
            for message in read_po(file):
                if message.id in ours and message.id:
                    assert named(f"{message.id} {message.string}") == [], message.id


def test_the_search_finds_what_it_looks_for() -> None:
    """A receipt's lines are no chat app."""
    assert named("three lines of LINE, and Telegram's") == ["LINE", "Telegram"]
    assert named("the line of a file") == []
