"""Draws a Reply as Telegram messages within every limit, whatever its texts hold.

All cards of a reply stand in one message as long as they fit, so that a tap can edit it and a
reminder is one call. What does not fit goes on in the next message, between two cards where that
is possible and between two blocks where it is not.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bot.telegram import keyboard
from bot.telegram.html import NOTHING, Text, at, bold, joined, lines, linked, plain, quiet
from bot.texts import clean
from handlers.replies import Bar, Block, Card, Divider, Entry, Fact, Paragraph, Reply, Tone

Json = dict[str, Any]

MOST_MESSAGES = 5
LONGEST_TEXT = 4096
MOST_KEYS = 100
MOST_BUTTONS = 6
LONGEST_PARAGRAPH = 2000
LONGEST_LABEL = 60
LONGEST_VALUE = 400
LONGEST_TITLE = 240
_CELLS = 12
_MARKS = {Tone.DONE: "✅", Tone.DUE: "⏰"}
_LINE = Text("──────────", 10)
_CARDS_APART = f"\n\n{_LINE.html}\n\n"
_BLOCKS_APART = "\n\n"
_GAP = "\N{EM SPACE}"


@dataclass(frozen=True, slots=True)
class Piece:
    """What is never taken apart: some lines, and the buttons that belong to them.

    `begins` says that a card begins here; `closing` are the buttons of one that ends here.
    """

    text: Text
    keys: tuple[Json, ...] = ()
    begins: bool = False
    closing: tuple[Json, ...] = ()
    follows: bool = False
    """Whether it stands right below the line before."""


@dataclass(slots=True)
class Page:
    """One message as it grows."""

    text: Text = NOTHING
    keys: list[list[Json]] = field(default_factory=list)
    apart: bool = True
    """Whether the next button begins a group of its own."""

    def has_room(self, pieces: Iterable[Piece]) -> bool:
        """Say whether these pieces still fit."""
        text, keys = self.text, sum(map(len, self.keys))
        for piece in pieces:
            text = _after(text, piece)
            keys += len(piece.keys) + len(piece.closing)
        return text.length <= LONGEST_TEXT and keys <= MOST_KEYS

    def add(self, piece: Piece) -> None:
        """Put a piece at the end."""
        self.text = _after(self.text, piece)
        self.apart = self.apart or piece.begins
        if piece.keys:
            if self.apart:
                self.keys.append([])
            self.keys[-1] += piece.keys
            self.apart = False
        if piece.closing:
            self.keys.append([*piece.closing])
            self.apart = True

    def message(self) -> Json:
        """Return the message; its chat is added when it is sent."""
        drawn: Json = {
            "text": self.text.html or "…",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if rows := self._rows():
            drawn["reply_markup"] = {"inline_keyboard": rows}
        return drawn

    def _rows(self) -> list[list[Json]]:
        """Lay out the buttons: of entries side by side, those of a card in rows of their own."""
        return [row for group in keyboard.distinct(self.keys) for row in keyboard.rows(group)]


def render(reply: Reply) -> list[Json]:
    """Return one to five messages; the quick buttons stand under the last one."""
    marks = keyboard.marks(reply)
    cards = [list(_card(card, marks)) for card in reply.cards]
    lead = _lead(reply)
    if lead:
        cards.insert(0, [Piece(lead)])
    quick = tuple(keyboard.key(button) for button in reply.quick)
    pages = _pages(cards)[:MOST_MESSAGES] or [Page(plain(reply.summary, LONGEST_TEXT))]
    if quick:
        pages[-1].keys.append(list(quick)[: MOST_KEYS - sum(map(len, pages[-1].keys))])
    return [page.message() for page in pages]


def _lead(reply: Reply) -> Text:
    """Return the summary where the first card does not say it: a notification begins with it."""
    summary = clean(reply.summary)
    if not summary or not reply.cards:
        return NOTHING
    first = reply.cards[0]
    title = clean(first.title)
    said = [title, *(clean(each.text) for each in first.blocks if isinstance(each, Paragraph))]
    if (title and title in summary) or any(summary in each for each in said):
        return NOTHING
    return plain(summary, LONGEST_VALUE)


def _pages(cards: list[list[Piece]]) -> list[Page]:
    pages: list[Page] = []
    for pieces in cards:
        if pages and pages[-1].has_room(pieces):
            for piece in pieces:
                pages[-1].add(piece)
            continue
        pages.append(Page())
        for piece in pieces:
            if not pages[-1].has_room([piece]):
                pages.append(Page())
            pages[-1].add(piece)
    return [page for page in pages if page.text or page.keys]


def _after(text: Text, piece: Piece) -> Text:
    apart = _CARDS_APART if piece.begins else "\n" if piece.follows else _BLOCKS_APART
    return joined(apart, (text, piece.text))


def _card(card: Card, marks: dict[int, str]) -> Iterator[Piece]:
    """Yield the pieces of a card; its own buttons come with the last one."""
    mark = marks.get(id(card), "")
    pieces = [Piece(_title(card, mark), begins=True)]
    together: list[Text] = []
    brief = not any(block.detail for block in card.blocks if isinstance(block, Entry))
    before: Block | None = None
    for block in card.blocks:
        if isinstance(block, Entry):
            pieces += _flushed(together)
            number = marks.get(id(block), "")
            entry = _row(block, number) if brief else _entry(block, number)
            pieces.append(replace(entry, follows=brief and isinstance(before, Entry)))
        elif isinstance(block, Fact):
            if sum(fact.length for fact in together) > LONGEST_PARAGRAPH:
                pieces += _flushed(together)
            together.append(_fact(block))
        else:
            pieces += _flushed(together)
            pieces.append(Piece(_DRAWN[type(block)](block)))
        before = block
    pieces += _flushed(together)
    keys = tuple(keyboard.key(button, mark) for button in card.buttons[:MOST_BUTTONS])
    *first, last = pieces
    yield from first
    yield replace(last, closing=keys)


def _flushed(facts: list[Text]) -> list[Piece]:
    """Return facts that follow one another as lines without gaps, and forget them."""
    pieces = [Piece(lines(*facts))] if facts else []
    facts.clear()
    return pieces


def _title(card: Card, mark: str) -> Text:
    sign = _MARKS.get(card.tone, "")
    if clean(card.title).startswith(sign):
        sign = ""
    head = plain(" ".join(filter(None, (mark, sign))), LONGEST_LABEL)
    return joined(" ", (head, bold(at(plain(card.title, LONGEST_TITLE), card.at))))


def _entry(entry: Entry, mark: str) -> Piece:
    detail = plain(entry.detail, LONGEST_VALUE)
    return Piece(lines(_head(entry, mark), detail, _state(entry)), _keys(entry, mark))


def _row(entry: Entry, mark: str) -> Piece:
    """Return an entry of a list in which none has a detail: one line each."""
    return Piece(joined(_GAP, (_head(entry, mark), _state(entry))), _keys(entry, mark))


def _head(entry: Entry, mark: str) -> Text:
    sign = plain(mark or "•", LONGEST_LABEL)
    return joined(" ", (sign, bold(plain(entry.title, LONGEST_TITLE))))


def _state(entry: Entry) -> Text:
    state = plain(entry.state, LONGEST_TITLE)
    return bold(state) if entry.tone is not Tone.PLAIN else state


def _keys(entry: Entry, mark: str) -> tuple[Json, ...]:
    return (keyboard.key(entry.button, mark),) if entry.button else ()


def _paragraph(block: Paragraph) -> Text:
    text = linked(plain(block.text, LONGEST_PARAGRAPH), block.link)
    if block.quiet:
        return quiet(text)
    return text if block.tone is Tone.PLAIN else bold(text)


def _fact(block: Fact) -> Text:
    value = at(plain(block.value, LONGEST_VALUE), block.at)
    if block.tone is not Tone.PLAIN:
        value = bold(value)
    label = plain(block.label, LONGEST_LABEL)
    return joined(": " if label.html.isascii() else "：", (label, value))


def _bar(block: Bar) -> Text:
    share = min(max(block.part / block.whole, 0), 1) if block.whole > 0 else 0
    filled = int(share * _CELLS)
    drawn = "■" * filled + "□" * (_CELLS - filled)
    return lines(
        bold(plain(block.label, LONGEST_LABEL)),
        Text(drawn, _CELLS),
        plain(block.caption, LONGEST_VALUE),
    )


def _divider(_block: Divider) -> Text:
    return _LINE


_DRAWN: dict[type[Any], Callable[[Any], Text]] = {
    Paragraph: _paragraph,
    Bar: _bar,
    Divider: _divider,
}
