"""What an answer or a message is made of, as plain values that any channel can draw.

A Reply is cards, top to bottom; a card is blocks and buttons; the channel decides what they look
like within its limits. `summary` is the whole in one line: it is what a notification, the chat
list and a screen reader get, so it names the thing and the date first (voice.md).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from handlers.actions import Action


class Tone(StrEnum):
    """What a card or a line is about, never told by colour alone: the words say it too."""

    PLAIN = "plain"
    DUE = "due"
    DONE = "done"
    REFUSED = "refused"


class Weight(StrEnum):
    """How much a button stands out; a card has at most one primary button."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Button:
    """A tap that asks for an action. `said` is what the chat shows as the person's own words."""

    label: str
    action: Action
    weight: Weight = Weight.SECONDARY
    said: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text; `quiet` is small print such as a clause; `link` is what a touch opens."""

    text: str
    tone: Tone = Tone.PLAIN
    quiet: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with its value, such as 截止 — 114/2/3（一）; `at` is the instant that it names."""

    label: str
    value: str
    tone: Tone = Tone.PLAIN
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: a title, a line about it, its state in words, and what can be done."""

    title: str
    detail: str = ""
    state: str = ""
    tone: Tone = Tone.PLAIN
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A drawn share: `part` of `whole`, with its words beside it."""

    label: str
    part: int
    whole: int
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line between two groups of blocks."""


Block = Paragraph | Fact | Entry | Bar | Divider


@dataclass(frozen=True, slots=True)
class Card:
    """One bubble: a title, blocks, and at most six buttons; `at` is an instant the title names."""

    title: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a message: one to five cards, quick buttons, and its summary in one line.

    `matters` marks an answer that must reach the person even where answering free of charge
    failed (a confirmation, a certification): it is then pushed.
    """

    summary: str
    cards: tuple[Card, ...]
    quick: tuple[Button, ...] = field(default=())
    matters: bool = False
