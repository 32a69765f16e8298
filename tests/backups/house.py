"""An installation in a folder: its database with a school in it, and where its backups lie."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.backups import making, restoring
from bot.backups.restoring import Place
from models.queries import audit
from models.queries.holds import Hold
from models.store import Store
from scheduler import sealing
from tests.support.cast import settle, taipei

KEY = b"a key that only the tests use"
NIGHT = taipei(2024, 10, 9, 2)


@dataclass(frozen=True, slots=True)
class House:
    """A folder with a database and a folder for backups."""

    folder: Path

    @property
    def database(self) -> Path:
        """Return the file of the database."""
        return self.folder / "bell.db"

    @property
    def url(self) -> str:
        """Return the address of the database."""
        return f"sqlite+aiosqlite:///{self.database}"

    @property
    def place(self) -> Place:
        """Return what is replaced by a restore."""
        return Place(self.database, self.folder / "bell.db.anchors")

    def back_up(self, at: int = 0, advance: making.Advance = lambda _done, _of: None) -> Path:
        """Make a backup, so many days after the first night."""
        now = NIGHT + timedelta(days=at)
        return making.make(self.database, self.folder / "backups", KEY, now, advance)

    def restore(self, file: Path, advance: making.Advance = lambda _done, _of: None) -> None:
        """Put a backup in place."""
        hold = Hold(NIGHT + timedelta(hours=9), "", "ops", restored=True)
        restoring.restore(file, self.place, KEY, hold, advance)

    def snapshot(self) -> dict[str, bytes]:
        """Return every file of the installation but its backups."""
        return {file.name: file.read_bytes() for file in self.folder.iterdir() if file.is_file()}


async def furnish(url: str) -> None:
    """Write a school with three sealed entries of its audit."""
    store = Store(url)
    cast = await settle(store)
    async with store.writing() as session:
        for number in range(3):
            await audit.record(session, school_id=cast.school.id, at=NIGHT, deed=f"deed {number}")
    await sealing.seal(store, KEY)
    await store.close()
