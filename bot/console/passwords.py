"""Passwords of the console: argon2id, and as slow for a name that nobody has."""

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

AT_ONCE = 2
"""Hashes worked on at the same time: each takes 64 MiB and a processor for a while."""


class Passwords:
    """Hashes and compares, in threads, so that nobody else waits for it."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash(secrets.token_urlsafe())
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def kept(self, typed: str) -> str:
        """Return what is kept of a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, typed)

    async def fits(self, kept: str | None, typed: str) -> bool:
        """Say whether a password is the one that was chosen; nobody's where none is kept."""
        async with self._turns:
            return await asyncio.to_thread(self._fits, kept, typed)

    def _fits(self, kept: str | None, typed: str) -> bool:
        try:
            self._hasher.verify(kept or self._nobodys, typed)
        except VerificationError:
            return False
        return kept is not None
