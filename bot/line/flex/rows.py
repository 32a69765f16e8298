"""How each kind of block looks as a row of a card."""

import unicodedata
from collections.abc import Callable
from typing import Any

from bot.line.flex.parts import GREEN, INK, OF_TONE, QUIET, Json, box, line, wide_button, words
from bot.line.flex.parts import LONGEST_LABEL as LONGEST_SHOWN
from bot.line.flex.parts import small_button as small
from bot.texts import fit_label
from handlers.replies import Bar, Block, Button, Divider, Entry, Fact, Paragraph, Tone

LONGEST_PARAGRAPH = 2000
LONGEST_LABEL = 60
LONGEST_VALUE = 400
LONGEST_TITLE = 240
LONGEST_DETAIL = 400
LONGEST_STATE = 240
_SHORT = 8
"""Columns of a label that still leaves room for the words beside it: four Chinese characters."""
_BESIDE = 22
"""Columns of a value that fits on one line beside its label; a longer one stands below it."""


def rows(block: Block) -> list[Json]:
    """Return the rows of one block; none where it has nothing to show."""
    return _ROWS[type(block)](block)


def _paragraph(block: Paragraph) -> list[Json]:
    if block.quiet:
        return words(block.text, LONGEST_PARAGRAPH, size="xs", color=QUIET, margin="md")
    if block.link:
        label = fit_label(block.text, LONGEST_SHOWN) or "…"
        opens = {"type": "uri", "label": label, "uri": block.link}
        look = {"size": "md", "color": GREEN, "weight": "bold", "margin": "md"}
        return words(block.text, LONGEST_PARAGRAPH, **look, action=opens)
    weight = "regular" if block.tone is Tone.PLAIN else "bold"
    return words(
        block.text,
        LONGEST_PARAGRAPH,
        size="md",
        color=OF_TONE[block.tone],
        weight=weight,
        lineSpacing="5px",
        margin="md",
    )


def _fact(block: Fact) -> list[Json]:
    weight = "regular" if block.tone is Tone.PLAIN else "bold"
    look = {"size": "sm", "color": OF_TONE[block.tone], "weight": weight}
    if _columns(block.value) > _BESIDE:
        label = words(block.label, LONGEST_LABEL, size="sm", color=QUIET)
        return [box("vertical", [*label, *words(block.value, LONGEST_VALUE, **look)], margin="md")]
    parts = [
        *words(block.label, LONGEST_LABEL, size="sm", color=QUIET, flex=3),
        *words(block.value, LONGEST_VALUE, **look, flex=5),
    ]
    return [box("baseline", parts, spacing="md", margin="md")] if parts else []


def _entry(block: Entry) -> list[Json]:
    told = [
        *words(block.title, LONGEST_TITLE, size="md", color=INK, weight="bold"),
        *words(block.detail, LONGEST_DETAIL, size="sm", color=QUIET),
        *words(block.state, LONGEST_STATE, size="sm", color=_of(block.tone), weight="bold"),
    ]
    if block.button is None:
        return [box("vertical", told, spacing="xs", margin="lg")] if told else []
    if told and _is_short(block.button):
        left = box("vertical", told, spacing="xs", flex=1)
        return [
            box(
                "horizontal",
                [left, small(block.button)],
                spacing="md",
                margin="lg",
                alignItems="center",
            )
        ]
    return [box("vertical", [*told, wide_button(block.button)], spacing="sm", margin="lg")]


def _bar(block: Bar) -> list[Json]:
    label = words(block.label, LONGEST_LABEL, size="sm", color=INK, weight="bold")
    caption = words(block.caption, LONGEST_VALUE, size="sm", color=QUIET, margin="sm")
    drawn = box(
        "vertical",
        [_filled(block)],
        backgroundColor="#DDE2E7",
        height="8px",
        cornerRadius="4px",
        margin="sm",
    )
    return [box("vertical", [*label, drawn, *caption], margin="lg")]


def _filled(bar: Bar) -> Json:
    share = 100 * bar.part // bar.whole if bar.whole > 0 else 0
    return box(
        "vertical",
        [],
        width=f"{min(max(share, 0), 100)}%",
        height="8px",
        backgroundColor=GREEN,
        cornerRadius="4px",
    )


def _divider(_block: Divider) -> list[Json]:
    return [line()]


def _of(tone: Tone) -> str:
    return QUIET if tone is Tone.PLAIN else OF_TONE[tone]


def _is_short(button: Button) -> bool:
    return _columns(button.label) <= _SHORT


def _columns(text: str) -> int:
    """Return how wide a text is; a Chinese character takes two columns."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


_ROWS: dict[type[Any], Callable[[Any], list[Json]]] = {
    Paragraph: _paragraph,
    Fact: _fact,
    Entry: _entry,
    Bar: _bar,
    Divider: _divider,
}
