"""Fresh, migrated databases for the benchmarks, on both engines."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import crowd, progress
from benchmarks.sizes import SQLITE, Size
from models import migrations
from tests.support.postgres import PostgresServer


class Databases:
    """Makes databases in a folder, and on a PostgreSQL server of its own."""

    def __init__(self, folder: Path) -> None:
        """Use `folder` for files; the server starts when it is first asked for a database."""
        self.folder = folder
        self._serial = itertools.count(1)
        self._server: PostgresServer | None = None
        self._crowded: dict[tuple[str, Size], str] = {}

    def fresh(self, engine: str) -> str:
        """Return the URL of a new database without any row."""
        name = f"bench{next(self._serial)}"
        if engine == SQLITE:
            url = f"sqlite+aiosqlite:///{self.folder}/{name}.db"
        else:
            self._server = self._server or PostgresServer(durable=True)
            url = self._server.create(name)
        migrations.upgrade(url)
        return url

    def crowded(self, engine: str, size: Size, *, channel: str = "line") -> str:
        """Return the URL of a database with the schools of a size; it is made once."""
        if (engine + channel, size) not in self._crowded:
            progress.step(f"gathering {size.people:,} pupils, {engine}")
            url = self.fresh(engine)
            crowd.gather(url, size, channel=channel)
            self._crowded[engine + channel, size] = url
        return self._crowded[engine + channel, size]

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    """Give databases until the block ends."""
    made = Databases(folder)
    try:
        yield made
    finally:
        made.close()
