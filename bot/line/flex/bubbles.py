"""Cards as bubbles of at most 30 KB: a card that is too long goes on in the next bubble."""

import orjson

from bot.line.flex.parts import EDGE, OF_TONE, WHITE, Json, box, wide_button, words
from bot.line.flex.rows import rows
from handlers.replies import Card, Tone

LARGEST_BUBBLE = 30_000
"""Bytes: LINE allows 30 KB and does not say which kilobyte it means."""
MOST_BUTTONS = 6
LONGEST_TITLE = 240
_MARKS = {Tone.DONE: "✅ ", Tone.DUE: "⏰ "}
_ROOM = 1_000
"""Bytes of a bubble around its rows."""


def bubbles(card: Card) -> list[Json]:
    """Return the bubble of a card, or several where one would be too large."""
    body = [row for block in card.blocks for row in rows(block)]
    foot = [wide_button(button) for button in card.buttons[:MOST_BUTTONS]]
    whole = _bubble(card.tone, [*_title(card), *body], foot)
    if len(orjson.dumps(whole)) <= LARGEST_BUBBLE:
        return [whole]
    pages = _pages([*_title(card), *body], LARGEST_BUBBLE - _ROOM - len(orjson.dumps(foot)))
    return [_bubble(card.tone, page, foot if page is pages[-1] else []) for page in pages]


def _title(card: Card) -> list[Json]:
    mark = _MARKS.get(card.tone, "")
    has_mark = card.title.lstrip().startswith(mark.strip())
    title = words(card.title, LONGEST_TITLE, size="lg", weight="bold", color=OF_TONE[Tone.PLAIN])
    if title and mark and not has_mark:
        title[0]["text"] = mark + title[0]["text"]
    return title


def _bubble(tone: Tone, contents: list[Json], foot: list[Json]) -> Json:
    edge = box("vertical", [], height="6px", backgroundColor=EDGE[tone])
    inner = box("vertical", contents, paddingAll="20px", paddingTop="14px")
    bubble: Json = {
        "type": "bubble",
        "size": "mega",
        "body": box("vertical", [edge, inner], paddingAll="0px", backgroundColor=WHITE),
    }
    if foot:
        bubble["footer"] = box("vertical", foot, spacing="sm", paddingAll="16px", paddingTop="0px")
    return bubble


def _pages(contents: list[Json], room: int) -> list[list[Json]]:
    """Spread rows over pages; a single row is always smaller than a page."""
    pages: list[list[Json]] = [[]]
    left = room
    for row in contents:
        size = len(orjson.dumps(row)) + 1
        if size > left and pages[-1]:
            pages.append([])
            left = room
        pages[-1].append(row)
        left -= size
    return pages
