"""Passwords of the console: argon2id, and as slow for a name that nobody has."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

UNKNOWN = (
    "$argon2id$v=19$m=65536,t=3,p=4$Y29uc29sZS1ub2JvZHktMQ"
    "$Zm9yIG5vYm9keSwgYW5kIG5vYm9keSBoYXMgaXQgIQE"
)
"""What is compared where a name is not known, so that the answer takes as long."""


def fits(hasher: PasswordHasher, kept: str | None, typed: str) -> bool:
    """Say whether a password is the one that was chosen; nobody's where none is kept."""
    try:
        hasher.verify(kept or UNKNOWN, typed)
    except VerificationError:
        return False
    return kept is not None
