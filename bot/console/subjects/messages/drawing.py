"""A message as LINE and as Telegram draw it: what the channels really send, taken apart for a page.

The two channels render it as for a phone; here nothing is laid out anew, so that what a page shows
is what leaves. Buttons are shown and do nothing.
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from bot.line.render import render as render_line
from bot.telegram.render import render as render_telegram
from handlers.replies import Reply

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a Telegram text, and the marks it stands in: "b", "blockquote", "a"."""

    text: str
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One Telegram message: its text in pieces, and its rows of buttons."""

    runs: tuple[Run, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message in both apps; `line` are Flex bubbles, `notification` is what a phone shows."""

    notification: str
    line: tuple[Json, ...]
    telegram: tuple[Bubble, ...]


def drawn(reply: Reply) -> Drawn:
    """Return a message as both channels send it."""
    return Drawn(
        reply.summary,
        tuple(bubble for each in render_line(reply) for bubble in _bubbles(each)),
        tuple(_bubble(each) for each in render_telegram(reply)),
    )


def _bubbles(message: Json) -> list[Json]:
    contents: Json = message["contents"]
    found: list[Json] = contents["contents"] if contents["type"] == "carousel" else [contents]
    return found


def _bubble(message: Json) -> Bubble:
    reader = _Reader()
    reader.feed(message["text"])
    reader.close()
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return Bubble(tuple(reader.runs), tuple(tuple(key["text"] for key in row) for row in rows))


class _Reader(HTMLParser):
    """Reads the HTML of a Telegram message into pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a mark."""
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End a mark."""
        self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        self.runs.append(Run(data, frozenset(self._open)))
