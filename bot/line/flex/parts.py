"""The smallest pieces of a Flex message, and the colours and sizes they share.

Every colour of text stands out from its ground by at least 4.5 to 1.
"""

from typing import Any

from bot.texts import fit, fit_label
from handlers.codec import pack
from handlers.replies import Button, Tone, Weight

Json = dict[str, Any]

LONGEST_DATA = 300
LONGEST_SAID = 300
LONGEST_LABEL = 20

INK = "#1F2937"
QUIET = "#5F6875"
GREEN = "#067A3B"
GROUND = "#F3F5F7"
LINE = "#E3E7EB"
WHITE = "#FFFFFF"
OF_TONE = {Tone.PLAIN: INK, Tone.DUE: "#B45309", Tone.DONE: GREEN, Tone.REFUSED: "#B42318"}
EDGE = {Tone.PLAIN: "#CBD2D9", Tone.DUE: "#F5A524", Tone.DONE: "#06C755", Tone.REFUSED: "#E5484D"}
"""A strip of colour on a card's upper edge; it says nothing that the words do not say."""

_STYLES = {
    Weight.PRIMARY: {"style": "primary", "color": GREEN},
    Weight.SECONDARY: {"style": "secondary", "color": GROUND},
    Weight.QUIET: {"style": "link", "color": QUIET},
}


def words(text: str, limit: int, **more: Any) -> list[Json]:
    """Return a text component in a list, or an empty list: LINE refuses a text without a letter."""
    shown = fit(text, limit)
    if not shown:
        return []
    return [{"type": "text", "text": shown, "wrap": True, "scaling": True, **more}]


def box(layout: str, contents: list[Json], **more: Any) -> Json:
    """Return a box around components."""
    return {"type": "box", "layout": layout, "contents": contents, **more}


def postback(button: Button) -> Json:
    """Return what a tap sends, and what the chat then shows as the person's own words."""
    label = fit_label(button.label, LONGEST_LABEL) or "…"
    return {
        "type": "postback",
        "label": label,
        "data": pack(button.action),
        "displayText": fit_label(button.said, LONGEST_SAID) or label,
    }


def wide_button(button: Button) -> Json:
    """Return a button as wide as the card; a long label shrinks before it is cut."""
    return {
        "type": "button",
        "action": postback(button),
        "height": "sm",
        "adjustMode": "shrink-to-fit",
        "scaling": True,
        **_STYLES[button.weight],
    }


def small_button(button: Button) -> Json:
    """Return a button that is as wide as its words, for the end of a row."""
    action = postback(button)
    label = words(
        action["label"], LONGEST_LABEL * 4, size="sm", color=GREEN, weight="bold", align="center"
    )
    return box(
        "vertical",
        label,
        action=action,
        flex=0,
        borderColor=GREEN,
        borderWidth="1px",
        cornerRadius="md",
        paddingTop="8px",
        paddingBottom="8px",
        paddingStart="12px",
        paddingEnd="12px",
    )


def line() -> Json:
    """Return a thin line."""
    return {"type": "separator", "color": LINE, "margin": "md"}
