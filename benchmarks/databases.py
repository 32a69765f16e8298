"""Fresh, migrated databases for the benchmarks, on both engines."""

import itertools
from pathlib import Path

import sqlalchemy as sa

from models import migrations
from models.tables import School
from tests.support.postgres import PostgresServer


class Databases:
    """Makes databases in a folder, and on a PostgreSQL server of its own."""

    def __init__(self, folder: Path) -> None:
        """Use `folder` for files; the server starts when it is first asked for a database."""
        self._folder = folder
        self._serial = itertools.count(1)
        self._server: PostgresServer | None = None

    def sqlite(self) -> str:
        """Return the URL of a new SQLite database."""
        return self._migrated(f"sqlite+aiosqlite:///{self._folder}/bench{next(self._serial)}.db")

    def postgresql(self) -> str:
        """Return the URL of a new PostgreSQL database."""
        if self._server is None:
            self._server = PostgresServer(durable=True)
        return self._migrated(self._server.create(f"bench{next(self._serial)}"))

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.stop()

    @staticmethod
    def _migrated(url: str) -> str:
        migrations.upgrade(url)
        engine = sa.create_engine(migrations.synchronous(url))
        with engine.begin() as connection:
            connection.execute(sa.insert(School).values(id=1, code="060402", name="", rulebook=""))
        engine.dispose()
        return url
