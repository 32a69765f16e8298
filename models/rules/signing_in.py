"""How long a session lasts, how often a password may be wrong, and what is kept of secrets."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from models.rules.guessing import Limit

IDLE = timedelta(minutes=30)
"""After so long without a click a session is over."""
LONGEST = timedelta(hours=12)
"""However busy, a session is over then."""
INVITED_FOR = timedelta(hours=48)
"""How long a one-time link to choose a password works."""
A_NAME = Limit(5, timedelta(minutes=15))
"""Wrong passwords and codes for one name before it pauses."""
AN_ADDRESS = Limit(50, timedelta(minutes=15))
"""Wrong passwords from one address; a school's whole office may share one."""
SHORTEST = 12
"""Signs of a password; length is what counts, so nothing else is asked for."""
RECOVERY_CODES = 8
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def token() -> str:
    """Return a new secret that nobody guesses: 256 bits, as cookies and links carry it."""
    return secrets.token_urlsafe(32)


def recovery_code() -> str:
    """Return a code to write down, such as 7kx2-m9pd-4qrt: 58 bits."""
    signs = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(signs[at : at + 4]) for at in (0, 4, 8))


def digest_of(secret: str, pepper: bytes) -> str:
    """Return what is kept of a token, a code or a name: a keyed hash."""
    return hmac.new(pepper, secret.encode(), hashlib.sha256).hexdigest()


def as_typed(name: str) -> str:
    """Return a name as it is compared: nobody remembers the case of an e-mail address."""
    return name.strip().casefold()


def is_over(seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Say whether a session has ended, by its age or because nobody clicked."""
    return now >= ends_at or now - seen_at >= IDLE
