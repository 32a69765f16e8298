"""The buttons under a message: rows as wide as a phone, labels that can be told apart.

On Telegram a button stands under the whole text and not beside what it belongs to. Where two
buttons would read alike and do different things, each is numbered like its entry or its card.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bot.texts import fit_label
from handlers.codec import pack
from handlers.replies import Button, Card, Entry, Reply, Weight

Json = dict[str, Any]
Owner = Entry | Card

LONGEST_LABEL = 40
_WIDTHS = ((6, 4), (10, 3), (18, 2))
"""Columns of the widest label of a row, and how many such buttons stand side by side."""
_CIRCLED = 0x2460
_MOST_CIRCLED = 20
_CIRCLES = frozenset(chr(_CIRCLED + n) for n in range(_MOST_CIRCLED))


def marks(reply: Reply) -> dict[int, str]:
    """Return the number of each entry or card whose buttons need one, by the owner's identity."""
    owned = list(_owned(reply))
    meanings: dict[str, set[str]] = defaultdict(set)
    for _, button in owned:
        meanings[button.label].add(pack(button.action))
    numbered: dict[int, str] = {}
    for owner, button in owned:
        if owner is not None and len(meanings[button.label]) > 1:
            numbered.setdefault(id(owner), _number(len(numbered) + 1))
    return numbered


def key(button: Button, mark: str = "") -> Json:
    """Return one button of a keyboard."""
    label = fit_label(f"{mark} {button.label}", LONGEST_LABEL) or "…"
    drawn: Json = {"text": label, "callback_data": pack(button.action)}
    if button.weight is Weight.PRIMARY:
        drawn["style"] = "primary"
    return drawn


def rows(keys: Sequence[Json]) -> list[list[Json]]:
    """Return buttons in rows, in their order; long labels have a row of their own."""
    found: list[list[Json]] = []
    for each in keys:
        if found and len(found[-1]) < _side_by_side([*found[-1], each]):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def distinct(groups: Iterable[Iterable[Json]]) -> Iterator[list[Json]]:
    """Yield groups of buttons without repetitions: the same words for the same deed stand once."""
    known: set[tuple[str, str]] = set()
    for group in groups:
        fresh = {(key["text"], key["callback_data"]): key for key in group}
        yield [key for name, key in fresh.items() if name not in known]
        known |= fresh.keys()


def _owned(reply: Reply) -> Iterable[tuple[Owner | None, Button]]:
    for card in reply.cards:
        for block in card.blocks:
            if isinstance(block, Entry) and block.button is not None:
                yield block, block.button
        for button in card.buttons:
            yield card, button
    for button in reply.quick:
        yield None, button


def _number(n: int) -> str:
    return chr(_CIRCLED + n - 1) if n <= _MOST_CIRCLED else f"({n})"


def _side_by_side(keys: Sequence[Json]) -> int:
    widest = max(_columns(each["text"]) for each in keys)
    return next((most for width, most in _WIDTHS if widest <= width), 1)


def _columns(text: str) -> int:
    return sum(2 if sign > "\u2e80" or sign in _CIRCLES else 1 for sign in text)
