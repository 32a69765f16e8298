"""How LINE counts text: UTF-16 units for most properties, grapheme clusters for labels."""

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
COMBINING = ("Mn", "Mc", "Me")


def utf16_units(text: str) -> int:
    """The length of a text in UTF-16 code units: a character beyond the basic plane counts two."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> int:
    """The number of characters a reader sees: marks, joined emoji and flags count once."""
    count, previous, open_flag = 0, "", False
    for character in text:
        is_flag_letter = "\U0001f1e6" <= character <= "\U0001f1ff"
        completes_flag = is_flag_letter and open_flag
        if completes_flag or previous == ZERO_WIDTH_JOINER or _extends(previous, character):
            open_flag = False
        else:
            count += 1
            open_flag = is_flag_letter
        previous = character
    return count


def _extends(previous: str, character: str) -> bool:
    """Whether this character only completes the one before it."""
    if not previous or character < "\u0300":
        return previous == "\r" and character == "\n"
    return (
        character == ZERO_WIDTH_JOINER
        or unicodedata.category(character) in COMBINING
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= character <= "\U000e007f"  # the tags of regional flags
        or "\u1160" <= character <= "\u11ff"  # Hangul vowels and finals
    )
