"""Which sentences a message says, found by listening to it: nothing has to be kept in step by hand.

A school may reword what a message itself says: its titles, its paragraphs, what its buttons read.
What only stands inside another sentence (a date, a stage, the days left) and the words of the
domain are not its to change: they mean the same everywhere.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from handlers import labels
from handlers.receipt_cards import PAST, SILENCE
from handlers.replies import Bar, Block, Entry, Fact, Paragraph, Reply
from handlers.words import Own, Words
from models.rulebooks import Rulebook
from models.rules.wording import places_of
from models.vocabulary import NoticeKind
from scheduler.messages import MESSAGES, phrases
from scheduler.messages.certification_due import OTHERWISE as UNCERTIFIED
from scheduler.messages.examples import examples
from scheduler.messages.receipt_due import LAST_DAY
from scheduler.messages.selection_due import UNSELECTED

TERMS: Mapping[str, tuple[str, ...]] = {
    SILENCE: ("視為已確認", "第 6 點"),
    PAST: ("視為已確認", "第 6 點"),
    LAST_DAY: ("視為已確認", "第 6 點"),
    phrases.CHOICE: ("是否上傳由你決定",),
    phrases.MEANING: ("修習本課程", "第 2 點"),
    UNCERTIFIED: ("不能勾選",),
    UNSELECTED: ("中央資料庫",),
}
"""What sentences must go on saying because of the law (114函): what silence or no deed brings."""
_WORDS_OF_THE_DOMAIN = frozenset(
    msgid for members in labels.WORDS.values() for msgid in members.values()
)
_MARK = re.compile("\ue000(\\d+)\ue001")


class Part(StrEnum):
    """Where a sentence stands in a message."""

    TITLE = "title"
    TEXT = "text"
    LABEL = "label"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that a school may reword: `product` is what the product says, with its places.

    `shown` are example values by place; `terms` must stay in it.
    """

    msgid: str
    part: Part
    product: str
    shown: Mapping[str, str]
    terms: tuple[str, ...]

    @property
    def places(self) -> frozenset[str]:
        """Return the names of its places, all of which stay in it."""
        return places_of(self.product)


@dataclass(frozen=True, slots=True)
class Script:
    """The sentences of a message, and the kinds of messages whose sentences it says besides."""

    sentences: tuple[Sentence, ...]
    besides: tuple[NoticeKind, ...]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence as it was said: about which kind of message, and with which values."""

    kind: str
    msgid: str
    product: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Listening(Words):
    """Says a mark for every sentence, or the sentence itself, and keeps what it said."""

    marks: bool
    kind: str = ""
    heard: list[_Heard] = field(default_factory=list)

    def say(self, msgid: str, /, **values: object) -> str:
        """Keep what is said."""
        return self._hear(_Heard(self.kind, msgid, self.gettext(msgid), values))

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Keep what is said of `n` things."""
        product = self.ngettext(one, many, n)
        return self._hear(_Heard(self.kind, one, product, {"n": n, **values}))

    def about(self, kind: str, own: Own) -> Words:  # noqa: ARG002 - nothing of the school's own
        """Listen to another kind of message."""
        return replace(self, kind=kind)

    def _hear(self, heard: _Heard) -> str:
        self.heard.append(heard)
        if self.marks:
            return f"\ue000{len(self.heard) - 1}\ue001"
        return self._set(heard.product.format_map(heard.values))


def script(kind: NoticeKind, rulebook: Rulebook, now: datetime, words: Words) -> Script:
    """Return what a message says on its usual, its last and its other days, in its order."""
    found: dict[str, Sentence] = {}
    besides: dict[str, None] = {}
    for each in examples(kind, rulebook, now, words):
        marked, plain = (
            _Listening(words.locale, words.gettext, words.ngettext, marks, kind.value)
            for marks in (True, False)
        )
        reply = MESSAGES[kind](each.saying, each.scene, marked)
        MESSAGES[kind](each.saying, each.scene, plain)
        for part, text in _fields(reply):
            for number in _MARK.findall(text):
                heard = marked.heard[int(number)]
                if heard.msgid in _WORDS_OF_THE_DOMAIN:
                    continue
                if heard.kind != kind.value:
                    besides[heard.kind] = None
                    continue
                found.setdefault(heard.msgid, _sentence(heard.msgid, part, plain.heard))
    return Script(tuple(found.values()), tuple(NoticeKind(each) for each in besides))


def _sentence(msgid: str, part: Part, heard: list[_Heard]) -> Sentence:
    said = next(each for each in heard if each.msgid == msgid)
    shown = {name: str(value) for name, value in said.values.items()}
    return Sentence(msgid, part, said.product, shown, TERMS.get(msgid, ()))


def _fields(reply: Reply) -> Iterator[tuple[Part, str]]:
    """Yield the texts of a message with where they stand; names and values are not sentences."""
    for card in reply.cards:
        yield Part.TITLE, card.title
        for block in card.blocks:
            yield from _of_block(block)
        for button in card.buttons:
            yield Part.BUTTON, button.label
    yield Part.TITLE, reply.summary


def _of_block(block: Block) -> Iterator[tuple[Part, str]]:
    match block:
        case Paragraph():
            yield Part.TEXT, block.text
        case Fact():
            yield Part.LABEL, block.label
        case Bar():
            yield Part.TEXT, block.caption
        case Entry():
            yield Part.TEXT, block.title
            yield Part.TEXT, block.detail
            if block.button is not None:
                yield Part.BUTTON, block.button.label
