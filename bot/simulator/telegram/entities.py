"""Telegram's HTML: text and entities out of markup, with Telegram's words for what is wrong."""

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.simulator.telegram.answers import Rejected, bad
from bot.simulator.validation.counting import utf16_units

Json = dict[str, Any]

LONGEST_TEXT = 4_096
MOST_ENTITIES = 100
PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
SPECIAL = ("a", "span", "blockquote", "tg-emoji", "tg-time")
TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
REFERENCE = re.compile(r"&(?:lt|gt|amp|quot|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});")
TAG_NAME = re.compile(r"[^\s>]*")
ATTRIBUTE_NAME = re.compile(r"[^\s=>]*")
UNQUOTED = re.compile(r"[A-Za-z0-9.\-]*")
COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@\w+)?")
ADDRESS = re.compile(r"https?://[^\s<>\"'（）「」，。、；]+")


@dataclass(slots=True)
class Open:
    """A tag that was not closed yet."""

    name: str
    attributes: dict[str, str]
    offset: int


def parse_html(markup: str) -> tuple[str, list[Json]]:
    """The text without its markup, and its entities; raises Rejected with Telegram's sentence."""
    return _Parser(markup).parse()


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Text and entities without white space at either end; what covers no text is dropped."""
    lead = utf16_units(text) - utf16_units(text.lstrip())
    text = text.strip()
    end = utf16_units(text)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lead, 0)
        stop = min(entity["offset"] + entity["length"] - lead, end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    kept.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, kept[:MOST_ENTITIES]


def found_in(text: str) -> list[Json]:
    """The commands and addresses that Telegram itself finds in a text."""
    found = []
    for kind, pattern in (("bot_command", COMMAND), ("url", ADDRESS)):
        for match in pattern.finditer(text):
            offset = utf16_units(text[: match.start()])
            found.append({"type": kind, "offset": offset, "length": utf16_units(match[0])})
    return sorted(found, key=lambda entity: entity["offset"])


class _Parser:
    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._at = 0
        self._text: list[str] = []
        self._units = 0
        self._open: list[Open] = []
        self._entities: list[Json] = []

    def parse(self) -> tuple[str, list[Json]]:
        while self._at < len(self._markup):
            match self._markup[self._at]:
                case "<" if self._markup.startswith("</", self._at):
                    self._end_tag()
                case "<":
                    self._start_tag()
                case "&" if reference := REFERENCE.match(self._markup, self._at):
                    self._at = reference.end()
                    self._say(html.unescape(reference[0]))
                case letter:
                    self._at += 1
                    self._say(letter)
        if self._open:
            raise _wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return "".join(self._text), self._entities

    def _say(self, text: str) -> None:
        self._text.append(text)
        self._units += utf16_units(text)

    def _start_tag(self) -> None:
        began = self._at
        name = self._take(TAG_NAME, 1).lower()
        if self._at >= len(self._markup):
            raise self._unclosed(began)
        if name not in PLAIN and name not in SPECIAL:
            raise _wrong(f'Unsupported start tag "{name}" at byte offset {self._bytes(began)}')
        attributes: dict[str, str] = {}
        while not self._is_at_end_of_tag(began):
            key, value = self._attribute(name, began)
            attributes[key] = value
        self._at += 1
        if name == "span" and attributes.get("class") != "tg-spoiler":
            offset = self._bytes(began)
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        self._open.append(Open(name, attributes, self._units))

    def _is_at_end_of_tag(self, began: int) -> bool:
        while self._markup[self._at : self._at + 1].isspace():
            self._at += 1
        if self._at >= len(self._markup):
            raise self._unclosed(began)
        return self._markup[self._at] == ">"

    def _attribute(self, tag: str, began: int) -> tuple[str, str]:
        offset = self._bytes(began)
        key = self._take(ATTRIBUTE_NAME)
        if not key:
            raise _wrong(f'Empty attribute name in the tag "{tag}" at byte offset {offset}')
        if self._is_at_end_of_tag(began) or self._markup[self._at] != "=":
            if tag == "blockquote" and key == "expandable":
                return key, ""
            raise _wrong(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" '
                f"at byte offset {offset}"
            )
        self._at += 1
        if self._is_at_end_of_tag(began):
            raise self._unclosed(began)
        quote = self._markup[self._at]
        if quote not in "\"'":
            return key, self._take(UNQUOTED).lower()
        end = self._markup.find(quote, self._at + 1)
        if end < 0:
            raise self._unclosed(began)
        value = self._markup[self._at + 1 : end]
        self._at = end + 1
        return key, REFERENCE.sub(lambda found: html.unescape(found[0]), value)

    def _end_tag(self) -> None:
        offset = self._bytes(self._at)
        name = self._take(TAG_NAME, 2).lower()
        if not self._open:
            raise _wrong(f"Unexpected end tag at byte offset {offset}")
        if self._is_at_end_of_tag(self._at) and name not in ("", self._open[-1].name):
            expected = self._open[-1].name
            raise _wrong(
                f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", '
                f'found "</{name}>"'
            )
        self._at = self._markup.index(">", self._at) + 1
        self._close(self._open.pop())

    def _close(self, tag: Open) -> None:
        length = self._units - tag.offset
        entity = _entity(tag, "".join(self._text)[-length:] if length else "", self._open)
        if entity is not None and length:
            self._entities.append(entity | {"offset": tag.offset, "length": length})

    def _take(self, pattern: re.Pattern[str], skip: int = 0) -> str:
        found = pattern.match(self._markup, self._at + skip)
        self._at = found.end() if found else self._at + skip
        return found[0] if found else ""

    def _bytes(self, at: int) -> int:
        return len(self._markup[:at].encode())

    def _unclosed(self, began: int) -> Rejected:
        return _wrong(f"Unclosed start tag at byte offset {self._bytes(began)}")


def _entity(tag: Open, text: str, around: list[Open]) -> Json | None:
    """What a tag means; None for one that says nothing by itself."""
    match tag.name:
        case "a":
            address = tag.attributes.get("href", text)
            return {"type": "text_link", "url": address} if "." in address else None
        case "span":
            return {"type": "spoiler"}
        case "blockquote":
            expandable = "expandable" in tag.attributes
            return {"type": "expandable_blockquote" if expandable else "blockquote"}
        case "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": tag.attributes.get("emoji-id", "")}
        case "tg-time":
            return _time(tag)
        case "code" if around and around[-1].name == "pre":
            language = tag.attributes.get("class", "").removeprefix("language-")
            around[-1].attributes["language"] = language
            return None
        case "pre" if tag.attributes.get("language"):
            return {"type": "pre", "language": tag.attributes["language"]}
    return {"type": PLAIN[tag.name]}


def _time(tag: Open) -> Json:
    unix, wanted = tag.attributes.get("unix", ""), tag.attributes.get("format", "")
    if not unix.lstrip("-").isdecimal():
        raise _wrong('Invalid Unix time specified in the tag "tg-time"')
    if not TIME_FORMAT.fullmatch(wanted):
        raise _wrong('Invalid date-time format specified in the tag "tg-time"')
    entity: Json = {"type": "date_time", "unix_time": int(unix)}
    return entity | ({"date_time_format": wanted} if wanted else {})


def _wrong(what: str) -> Rejected:
    return bad(f"can't parse entities: {what}")
