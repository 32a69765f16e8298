"""Makes the night's backup: once, however many workers run, and as soon as there is one again."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.engine import make_url

from bot.backups import making, retention
from bot.backups.refusals import Refused
from bot.settings import Settings
from models.queries import backups
from models.store import Store

log = structlog.get_logger()

EVERY = 60
"""Seconds from one look at the clock to the next."""


@dataclass(frozen=True, slots=True)
class Nightly:
    """Backs up one database into a folder, and keeps there what is worth keeping."""

    store: Store
    database: Path
    folder: Path
    key: bytes

    async def tick(self, now: datetime) -> None:
        """Make a backup if tonight's is due and nobody makes it; what goes wrong is logged."""
        async with self.store.writing() as session:
            if not await backups.begin(session, not_since=retention.night_of(now), now=now):
                return
        try:
            file = await asyncio.to_thread(self._make, now)
        except (OSError, Refused) as error:
            log.error("backup_failed", why=str(error))
            return
        async with self.store.writing() as session:
            await backups.note_made(session, now)
        log.info("backed_up", file=file.name)

    def _make(self, now: datetime) -> Path:
        file = making.make(self.database, self.folder, self.key, now, lambda _done, _of: None)
        making.prune(self.folder, days=retention.DAYS, weeks=retention.WEEKS)
        return file


def nightly(settings: Settings, store: Store, key: bytes) -> Nightly | None:
    """Return what makes the backups where BOT_BACKUP_DIR asks for them; only for SQLite."""
    if not settings.backup_dir:
        return None
    file = sqlite_file(settings)
    if file is None:
        log.error("backup_failed", why="PostgreSQL is backed up by its own tools")
        return None
    return Nightly(store, file, Path(settings.backup_dir), key)


def sqlite_file(settings: Settings) -> Path | None:
    """Return the file of a SQLite database; None where it is PostgreSQL, or in memory."""
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if is_file else None
