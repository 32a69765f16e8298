"""One-time joining codes: how they are made, read from what people type, and when they hold.

A code is kept only as a keyed hash. Its alphabet leaves out what is misread on paper: 0 O 1 I L.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta

from models.errors import CodeRefused
from models.tables import LinkCode

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10
GROUP = 5
VALID_FOR = timedelta(days=14)
INVITATION_LASTS = timedelta(minutes=15)
"""How long a code holds that somebody made for a second chat of their own."""

_LEAD = r"(?:我的|這是)?(?:/?start|join|code|(?:加入|綁定|驗證)?代?碼|加入|綁定)?(?:是|為)?[:=,]?"
_TYPED = re.compile(rf"{_LEAD}([A-Z0-9]{{{LENGTH}}})", re.IGNORECASE)
_BROKEN = re.compile(rf"{_LEAD}([A-Z0-9]{{5,14}})", re.IGNORECASE)
_INSIDE = re.compile(rf"(?<![A-Z0-9])[A-Z0-9]{{{LENGTH}}}(?![A-Z0-9])", re.IGNORECASE)
_MARK = re.compile(r"[A-Z0-9]\s?[\-‐-―−]\s?[A-Z0-9]|[0-9]", re.IGNORECASE)
"""A hyphen within, or a digit: what a code has and a word has not."""
_DASHES = re.compile(r"[\s\-‐-―−_.·]+")


def make_code() -> str:
    """Return a new random code as it is printed, such as `7KQ2M-XW9RA`; about 49 bits."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if _mixed(code):
            return f"{code[:GROUP]}-{code[GROUP:]}"


def read_code(typed: str) -> str | None:
    """Return the ten signs of a code in what somebody typed, or None where there is none."""
    plain = _DASHES.sub("", unicodedata.normalize("NFKC", typed))
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None
    code = found[1].upper()
    return code if _mixed(code) else None


def looks_like_code(typed: str) -> bool:
    """Say whether a text was meant as a joining code, right or wrong."""
    return read_code(typed) is not None


def resembles_code(typed: str) -> bool:
    """Say whether a text that is no joining code may have been meant as one.

    Some signs too few or too many, no digit or no letter in it, or a code inside a sentence; a
    word in small letters is a word.
    """
    plain = unicodedata.normalize("NFKC", typed).strip()
    joined = _DASHES.sub("", plain)
    found = _BROKEN.fullmatch(joined)
    if found is None:
        return any(_mixed(code) for code in _INSIDE.findall(joined))
    return found[1].upper() == found[1] or _MARK.search(plain) is not None


def digest_of(code: str, pepper: bytes) -> str:
    """Return the keyed hash under which a code is stored; raises CodeRefused for no code at all."""
    plain = read_code(code)
    if plain is None:
        raise CodeRefused
    return hmac.new(pepper, plain.encode(), hashlib.sha256).hexdigest()


def check_usable(code: LinkCode | None, now: datetime) -> LinkCode:
    """Return a code that may still be used; unknown, used and expired are one refusal."""
    if code is None or code.used_at is not None or now >= code.expires_at:
        raise CodeRefused
    return code


def check_agreement(code: LinkCode | None, account_id: int, now: datetime) -> LinkCode:
    """Return the code that this chat was the last to send, so that it may now be linked."""
    usable = check_usable(code, now)
    if usable.claimed_by_id != account_id:
        raise CodeRefused
    return usable


def masked(name: str) -> str:
    """Return a name that its bearer knows and a stranger does not learn: 林語彤 is 林○彤."""
    if len(name) <= 2:
        return f"{name[:1]}○"
    return f"{name[0]}{'○' * (len(name) - 2)}{name[-1]}"


def _mixed(code: str) -> bool:
    """Say whether a code has a letter and a digit, which no word and no telephone number has."""
    return any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code)
