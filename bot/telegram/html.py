"""Lines of a message in Telegram's HTML, each with the length that Telegram will count.

Telegram counts what is left after the marks are read, in UTF-16 units at most. Every text that
stands in a row goes through here: cut, cleaned and escaped.
"""

import html
from dataclasses import dataclass
from datetime import datetime

from bot.texts import fit, units


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a message: its HTML and how long it is once read."""

    html: str
    length: int

    def __bool__(self) -> bool:
        return self.length > 0

    def __add__(self, other: "Text") -> "Text":
        return Text(self.html + other.html, self.length + other.length)


NOTHING = Text("", 0)


def plain(text: str, limit: int) -> Text:
    """Return any text in at most `limit` units, escaped."""
    fitted = fit(text, limit)
    return Text(html.escape(fitted, quote=False), units(fitted))


def bold(text: Text) -> Text:
    """Return a text in bold."""
    return _within("b", text)


def quiet(text: Text) -> Text:
    """Return a text as small print."""
    return _within("blockquote", text)


def linked(text: Text, address: str) -> Text:
    """Return a text that opens an address when it is touched."""
    if not address or not text:
        return text
    return Text(f'<a href="{html.escape(address)}">{text.html}</a>', text.length)


def at(text: Text, moment: datetime | None) -> Text:
    """Return a text that stands for an instant: it shows as written, a touch tells local time."""
    if moment is None or not text:
        return text
    return Text(
        f'<tg-time unix="{int(moment.timestamp())}">{text.html}</tg-time>',
        text.length,
    )


def lines(*texts: Text) -> Text:
    """Return texts under one another; what is empty is left out."""
    return joined("\n", texts)


def joined(between: str, texts: "tuple[Text, ...] | list[Text]") -> Text:
    """Return texts with something plain between each two; what is empty is left out."""
    shown = [text for text in texts if text]
    length = sum(text.length for text in shown) + units(between) * max(len(shown) - 1, 0)
    return Text(between.join(text.html for text in shown), length)


def _within(tag: str, text: Text) -> Text:
    return Text(f"<{tag}>{text.html}</{tag}>", text.length) if text else text
