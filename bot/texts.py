"""Makes any text fit for a chat: cut as it counts, free of marks that hide it or turn it round.

Chats count most texts in UTF-16 units, some labels in characters as a reader sees them.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

CUT = "…"

_JOINER = "\u200d"
# Controls, lone surrogates, and invisible marks that reverse, hide or lengthen a line. The joiner
# stays: it holds emoji together.
_HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff]"
)
# The first of these makes a text visible; spaces, joiners, marks and blank letters do not.
_VISIBLE = re.compile(
    r"[^\s\u00ad\u034f\u115f\u1160\u180b-\u180f\u200d\u2800\u3164\ufe00-\ufe0f\uffa0]"
)
_FLAG = ("\U0001f1e6", "\U0001f1ff")


def clean(text: str) -> str:
    """Return the text without harmful marks, and empty where nothing of it could be seen."""
    kept = _HARMFUL.sub("", text)
    return kept.strip() if _VISIBLE.search(kept) else ""


def units(text: str) -> int:
    """Return the length in UTF-16 units: characters beyond the basic plane count two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, limit: int) -> str:
    """Return the clean text in at most `limit` UTF-16 units, cut with … between characters."""
    text = clean(text)
    if 2 * len(text) <= limit or units(text) <= limit:
        return text
    kept, room = [], limit - len(CUT)
    for character in graphemes(text):
        room -= units(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + CUT


@lru_cache(maxsize=1024)
def fit_label(text: str, limit: int) -> str:
    """Return the clean text in at most `limit` characters as a reader sees them, on one line.

    A character with a tail of marks is held to a few units, since nothing says how it is counted.
    Remembered, because the same buttons stand on every card of a batch.
    """
    text = " ".join(clean(text).split())
    if len(text) <= limit:
        return text
    characters = []
    for character in graphemes(text):
        characters.append(character)
        if len(characters) > limit:
            text = "".join(characters[: limit - 1]).rstrip() + CUT
            break
    return fit(text, 12 * limit)


def graphemes(text: str) -> Iterator[str]:
    """Yield the characters as a reader sees them: marks, skin tones, flags and joined emoji hold.

    Where a chat might count fewer, this counts more, so that a label is never too long.
    """
    start = 0
    for place in range(1, len(text)):
        if not _holds(text, start, place):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _holds(text: str, start: int, place: int) -> bool:
    """Say whether the character at `place` belongs to the one that began at `start`."""
    here = text[place]
    if here < "\u0300":
        return False
    if here == _JOINER or unicodedata.category(here) in ("Mn", "Me"):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if _is_flag_letter(here):
        return place - start == 1 and _is_flag_letter(text[start])
    return text[place - 1] == _JOINER and _is_emoji(here) and _is_emoji(text[start])


def _is_flag_letter(character: str) -> bool:
    return _FLAG[0] <= character <= _FLAG[1]


def _is_emoji(character: str) -> bool:
    return character >= "\U0001f000" or unicodedata.category(character) == "So"
