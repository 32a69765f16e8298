"""What is in a SQLite database, for comparing a copy with what it was copied from."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_SHAPE = "SELECT version_num FROM alembic_version"
_IS_SEALED = "SELECT 1 FROM pragma_table_info('audit_entry') WHERE name = 'seal'"
_HEADS = """
SELECT school_id, max(position), seal FROM audit_entry WHERE position IS NOT NULL
GROUP BY school_id
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """The shape of a database, the number of rows of each table, and its audit chains' ends."""

    migration: str
    counts: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]


@contextmanager
def opened(file: Path, *, mode: str = "rw") -> Iterator[sqlite3.Connection]:
    """Open a database that exists; "ro" reads it, immutable, without a file beside it."""
    more = "&immutable=1" if mode == "ro" else ""
    address = f"{file.resolve().as_uri()}?mode={mode}{more}"
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=10, check_same_thread=False
    )
    with closing(connection):
        yield connection


def contents(connection: sqlite3.Connection) -> Contents:
    """Return what is in a database, as the connection's transaction sees it."""
    tables = sorted(name for (name,) in connection.execute(_TABLES))
    counts = {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        for name in tables
    }
    shape = connection.execute(_SHAPE).fetchone()
    sealed = connection.execute(_IS_SEALED).fetchone() is not None
    rows = connection.execute(_HEADS) if sealed else ()
    heads = {str(school): (place, seal) for school, place, seal in rows}
    return Contents(shape[0] if shape else "", counts, heads)


def damage(connection: sqlite3.Connection) -> str:
    """Return the first thing that is wrong inside of a database, "" where all is well."""
    (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        return str(said)
    lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"{lost[0]} → {lost[2]}" if lost else ""
