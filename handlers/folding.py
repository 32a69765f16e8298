"""Folds what people type, so that spaces, width, case and punctuation make no difference."""

import unicodedata

_IGNORED = frozenset("「」『』“”\"'。，、.,!?~:;()[]")


def fold(text: str) -> str:
    """Fold width and case, and drop spaces, punctuation and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if _counts(sign))


def _counts(sign: str) -> bool:
    return sign not in _IGNORED and unicodedata.category(sign)[0] not in "ZC"
