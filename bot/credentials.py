"""How each school's bot signs in: read from the store, decrypted, kept for a short while."""

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.inbox import Door
from bot.line.channel import LineCredentials
from bot.line.inbox import CHANNEL
from bot.vault import Vault
from models.queries import schools
from models.store import Store

FRESH_FOR = timedelta(minutes=1)
"""So long a changed credential may go unnoticed, and so seldom an unknown school asks the store."""


class Credentials:
    """Hands out credentials by school code; a new school is known within a minute."""

    def __init__(self, store: Store, vault: Vault, clock: Clock) -> None:
        """Read from `store` and decrypt with `vault`."""
        self._store = store
        self._vault = vault
        self._clock = clock
        self._read_at: datetime | None = None
        self._doors: dict[str, Door] = {}
        self._line: dict[str, LineCredentials] = {}

    async def door(self, code: str) -> Door | None:
        """Return a school's way in for webhooks, or None for a code that no school has."""
        if code not in self._doors or self._is_stale():
            await self.refresh()
        return self._doors.get(code)

    def line(self, code: str) -> LineCredentials:
        """Return a school's LINE credentials; raises KeyError for a school without any."""
        return self._line[code]

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the schools that have LINE credentials."""
        return tuple(self._line)

    async def refresh(self, *, even_if_fresh: bool = False) -> None:
        """Read the credentials again, at most once in a while."""
        if not even_if_fresh and not self._is_stale():
            return
        self._read_at = self._clock.now()
        async with self._store.reading() as session:
            sealed = await schools.credentials(session, CHANNEL)
        self._line = {
            code: LineCredentials(self._vault.open(one.secret), self._vault.open(one.token))
            for code, one in sealed.items()
        }
        self._doors = {
            code: Door(one.school_id, self._line[code].secret.encode())
            for code, one in sealed.items()
        }

    def _is_stale(self) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at > FRESH_FOR
