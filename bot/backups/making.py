"""Makes a backup of a SQLite database while processes write to it.

The copy shows one instant: a read transaction holds it, which in WAL mode holds up no writer. It
gets its name only when it is on the disk, verified, and counted against what it was copied from.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from bot.backups import retention
from bot.backups.contents import Contents, contents, damage, opened
from bot.backups.manifest import Manifest, beside, made_at_of, name_at
from bot.backups.refusals import DAMAGED, NO_ROOM, NO_SOURCE, Refused

Advance = Callable[[int, int], None]
"""Called with how much is done, of how much."""

PAGES = 1_000
"""Copied at once: some megabytes, between which others get their turn at the disk."""
_OWNERS_ONLY = 0o600
_CHUNK = 1 << 20
_PART = ".part"
_A_DAY = timedelta(days=1)


def make(database: Path, folder: Path, key: bytes, now: datetime, advance: Advance) -> Path:
    """Write a verified backup into a folder and return its place; Refused leaves nothing behind."""
    if not database.is_file():
        raise Refused(NO_SOURCE, file=database)
    file = folder / name_at(now)
    part = folder / f".{file.name}{_PART}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _new(part):
            there = _copy(database, part, advance)
            manifest = _manifest(part, there, now).signed(key)
            paper = beside(part)
            with _new(paper):
                paper.write_bytes(manifest.as_bytes())
                synced(paper)
                part.replace(file)
                paper.replace(beside(file))
                synced(folder)
    except (OSError, sqlite3.Error) as error:
        raise Refused(NO_ROOM, folder=folder, why=error) from error
    return file


def prune(folder: Path, *, days: int, weeks: int) -> list[Path]:
    """Delete the backups that are older than what is kept, and what a crash left; return which.

    The newest is always kept.
    """
    found = {at: file for file in folder.glob("bell-*.db") if (at := made_at_of(file)) is not None}
    if not found:
        return []
    keep = {max(found), *retention.kept(found, days=days, weeks=weeks)}
    gone = [file for at, file in sorted(found.items()) if at not in keep]
    for file in gone:
        beside(file).unlink(missing_ok=True)
        file.unlink()
    oldest = f".{name_at(max(found) - _A_DAY)}"
    for left in folder.glob(".bell-*"):
        if left.name < oldest:
            left.unlink(missing_ok=True)
    return gone


def hashed(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def synced(place: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    opened_place = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened_place)
    finally:
        os.close(opened_place)


def _copy(database: Path, part: Path, advance: Advance) -> Contents:
    """Copy the database as it is at this instant, and return what was in it."""
    with opened(database) as source, opened(part) as copy:
        source.execute("BEGIN")
        there = contents(source)
        copy.execute("PRAGMA synchronous=OFF")  # it is waited for once, at the end
        source.backup(
            copy, pages=PAGES, progress=lambda _, left, of: advance(of - left, of), sleep=0
        )
        source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")  # one file alone, without a -wal beside it
    synced(part)
    return there


def _manifest(part: Path, there: Contents, now: datetime) -> Manifest:
    with opened(part, mode="ro") as copy:
        wrong = damage(copy)
        if wrong or contents(copy) != there:
            raise Refused(DAMAGED, file=part, why=wrong or "rows")
    return Manifest(
        made_at=now,
        version=version("portfolio-bell"),
        migration=there.migration,
        size=part.stat().st_size,
        sha256=hashed(part),
        counts=there.counts,
        heads=there.heads,
    )


@contextmanager
def _new(file: Path) -> Iterator[None]:
    """Make an empty file that its owner alone can read; it is gone if it did not get its name."""
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNERS_ONLY))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
