"""How each school's bots sign in: read from the store, decrypted, kept for a short while."""

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.inbox import Door
from bot.line.channel import LineCredentials
from bot.line.inbox import CHANNEL as LINE
from bot.telegram.channel import TelegramCredentials
from bot.telegram.inbox import CHANNEL as TELEGRAM
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
        self._doors: dict[tuple[str, str], Door] = {}
        self._line: dict[str, LineCredentials] = {}
        self._telegram: dict[str, TelegramCredentials] = {}

    async def door(self, channel: str, code: str) -> Door | None:
        """Return a school's way in for a channel's webhooks, or None where there is none."""
        if (channel, code) not in self._doors or self._is_stale():
            await self.refresh()
        return self._doors.get((channel, code))

    def line(self, code: str) -> LineCredentials:
        """Return a school's LINE credentials; raises KeyError for a school without any."""
        return self._line[code]

    def telegram(self, code: str) -> TelegramCredentials:
        """Return a school's Telegram credentials; raises KeyError for a school without any."""
        return self._telegram[code]

    def codes(self) -> tuple[str, ...]:
        """Return the codes of the schools that have LINE credentials."""
        return tuple(self._line)

    def telegram_codes(self) -> tuple[str, ...]:
        """Return the codes of the schools that have Telegram credentials."""
        return tuple(self._telegram)

    async def refresh(self, *, even_if_fresh: bool = False) -> None:
        """Read the credentials again, at most once in a while."""
        if not even_if_fresh and not self._is_stale():
            return
        self._read_at = self._clock.now()
        async with self._store.reading() as session:
            of_line = await schools.credentials(session, LINE)
            of_telegram = await schools.credentials(session, TELEGRAM)
        opened = self._vault.open
        self._line = {
            code: LineCredentials(opened(one.secret), opened(one.token))
            for code, one in of_line.items()
        }
        self._telegram = {
            code: TelegramCredentials(opened(one.secret), opened(one.token))
            for code, one in of_telegram.items()
        }
        self._doors = {
            (LINE, code): Door(one.school_id, self._line[code].secret.encode())
            for code, one in of_line.items()
        } | {
            (TELEGRAM, code): Door(one.school_id, self._telegram[code].secret.encode())
            for code, one in of_telegram.items()
        }

    def _is_stale(self) -> bool:
        return self._read_at is None or self._clock.now() - self._read_at > FRESH_FOR
