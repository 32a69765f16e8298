"""Draws a Reply as LINE messages within every limit, whatever its texts hold.

A card is a bubble; several cards are a carousel. What would be too large for one message goes on
in the next, up to the five that a call may carry.
"""

import orjson

from bot.line.flex.bubbles import bubbles
from bot.line.flex.parts import Json, postback
from bot.texts import fit
from handlers.replies import Reply

MOST_MESSAGES = 5
MOST_BUBBLES = 12
MOST_QUICK = 13
LARGEST_CAROUSEL = 50_000
"""Bytes: LINE allows 50 KB and does not say which kilobyte it means."""
LONGEST_SUMMARY = 1500
LONGEST_TEXT = 5000
_ROOM = 100


def render(reply: Reply) -> list[Json]:
    """Return one to five message objects; the last one carries the quick buttons."""
    drawn = [bubble for card in reply.cards for bubble in bubbles(card)]
    summary = fit(reply.summary, LONGEST_SUMMARY) or "…"
    groups = _groups(drawn)[:MOST_MESSAGES]
    messages = [_flex(group, summary) for group in groups] or [_text(reply.summary)]
    if reply.quick:
        items = [{"type": "action", "action": postback(each)} for each in reply.quick[:MOST_QUICK]]
        messages[-1]["quickReply"] = {"items": items}
    return messages


def _groups(drawn: list[Json]) -> list[list[Json]]:
    """Put bubbles together as far as one carousel may hold them."""
    groups: list[list[Json]] = []
    left = 0
    for bubble in drawn:
        size = len(orjson.dumps(bubble)) + 1
        if not groups or size > left or len(groups[-1]) == MOST_BUBBLES:
            groups.append([])
            left = LARGEST_CAROUSEL - _ROOM
        groups[-1].append(bubble)
        left -= size
    return groups


def _flex(group: list[Json], summary: str) -> Json:
    contents = group[0] if len(group) == 1 else {"type": "carousel", "contents": group}
    return {"type": "flex", "altText": summary, "contents": contents}


def _text(summary: str) -> Json:
    return {"type": "text", "text": fit(summary, LONGEST_TEXT) or "…"}
