"""Puts a backup in the place of the database, on hold; what was there is kept under another name.

Everything is done on a copy beside the database. Only when that is verified, migrated and on the
disk do names change, while nobody else has the database open.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.backups.checking import check_copy, manifest_of
from bot.backups.contents import opened
from bot.backups.making import Advance, synced
from bot.backups.manifest import stamp
from bot.backups.refusals import IN_USE, NO_ROOM, Refused
from models import migrations
from models.queries import holds
from models.queries.holds import Hold
from models.store import Store

_CHUNK = 1 << 20
_LOCKS_AT, _LOCKS = 0x40000000, 512
"""Where SQLite locks a file: whoever has a WAL database open has a lock there."""
_BESIDE = ("", "-wal", "-shm")
_OWNERS_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation's database lies, and the file of its audit's anchors if there is one.

    The anchors of the lost time are put away with it: the chain of the backup ends before them.
    """

    database: Path
    anchors: Path | None

    def moved(self, at: datetime) -> list[tuple[Path, Path]]:
        """Return what is there and how it is called once a backup has taken its place."""
        files = [Path(f"{self.database}{end}") for end in _BESIDE]
        if self.anchors is not None:
            files.append(self.anchors)
        return [(file, _put_away(file, self.database, at)) for file in files if file.exists()]


def require_unused(database: Path) -> None:
    """Refuse a database that a process has open."""
    with _alone(database):
        pass


def restore(
    file: Path, place: Place, key: bytes, hold: Hold, advance: Advance
) -> list[tuple[Path, Path]]:
    """Put a backup in place, on this hold, and return what was moved out of its way.

    Refused leaves everything as it was.
    """
    copy = place.database.with_name(f".{place.database.name}.restoring")
    manifest = manifest_of(file, key)
    try:
        _copy(file, copy, advance)
        _give_to_owner(copy, place.database)
        check_copy(copy, manifest)
        _make_ready(copy, hold)
        return _exchange(copy, place, hold.at)
    except (OSError, sqlite3.Error) as error:
        raise Refused(NO_ROOM, folder=place.database.parent, why=error) from error
    finally:
        _clear(copy)


def _copy(file: Path, copy: Path, advance: Advance) -> None:
    size, done = file.stat().st_size, 0
    _clear(copy)  # a -wal that a crash left would be taken for this copy's
    copy.touch(mode=_OWNERS_ONLY)
    with file.open("rb") as source, copy.open("wb") as target:
        while chunk := source.read(_CHUNK):
            done += target.write(chunk)
            advance(done, size)


def _give_to_owner(copy: Path, database: Path) -> None:
    """Let whoever could open the database open the copy: an administrator restores, bot runs."""
    there = database if database.exists() else database.parent
    like = there.stat()
    os.chown(copy, like.st_uid, like.st_gid)
    if there is database:
        copy.chmod(like.st_mode & 0o777)


def _clear(copy: Path) -> None:
    for end in (*_BESIDE, "-journal"):
        Path(f"{copy}{end}").unlink(missing_ok=True)


def _make_ready(copy: Path, hold: Hold) -> None:
    """Give the copy the newest shape and put on the hold, all in one file on the disk."""
    url = f"sqlite+aiosqlite:///{copy}"
    migrations.upgrade(url)
    asyncio.run(_put_on(url, hold))
    with opened(copy) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    synced(copy)


async def _put_on(url: str, hold: Hold) -> None:
    store = Store(url)
    try:
        async with store.writing() as session:
            await holds.put_on(session, hold, via="terminal")
    finally:
        await store.close()


def _exchange(copy: Path, place: Place, at: datetime) -> list[tuple[Path, Path]]:
    """Change the names while nobody has the database open; undo that if one cannot be changed."""
    moved = place.moved(at)
    done: list[tuple[Path, Path]] = []
    with _alone(place.database) if place.database.exists() else nullcontext():
        try:
            for old, new in moved:
                old.rename(new)
                done.append((old, new))
            copy.rename(place.database)
        except OSError:
            for old, new in reversed(done):
                new.rename(old)
            raise
    synced(place.database.parent)
    return moved


def _put_away(file: Path, database: Path, at: datetime) -> Path:
    """Return the name beside it; a -wal is found by the name of its database."""
    mark = f".before-restore-{stamp(at)}"
    if file.parent == database.parent and file.name.startswith(database.name):
        end = file.name.removeprefix(database.name)
        return file.with_name(f"{database.name}{mark}{end}")
    return file.with_name(f"{file.name}{mark}")


@contextmanager
def _alone(database: Path) -> Iterator[None]:
    """Keep others out of a database for a moment; Refused where somebody has it open."""
    with database.open("rb+") as held:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB, _LOCKS, _LOCKS_AT)
        except OSError as error:
            raise Refused(IN_USE, file=database) from error
        yield
