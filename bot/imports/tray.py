"""The tray: where an uploaded file lies until somebody has looked at what it would change.

A folder of this installation (BOT_UPLOAD_DIR, decision 0040), a slot in it for each account of the
console, one file in a slot. Nobody else on the machine can read it; what nobody took within half an
hour is removed. Nothing of it is in the database or in a log. Several web processes share a tray,
so who works on a slot holds its lock: the system lets go of it when a process dies.
"""

import fcntl
import hashlib
import math
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

KEPT_FOR = timedelta(minutes=30)
"""How long a file lies here before it is removed."""
FILE, LINES, FAULTS = "file", "lines", "faults"
"""What may be in a slot: the file, and what is shown of it."""
_STATE, _LOCK = "state", "lock"
_PRIVATE = 0o700
_OWN = 0o600
_FRESH = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW


class Phase(StrEnum):
    """How far a file has come."""

    READING = "reading"
    REFUSED = "refused"
    SHOWN = "shown"
    TAKING = "taking"
    TAKEN = "taken"
    UNDOING = "undoing"
    UNDONE = "undone"
    BROKEN_OFF = "broken_off"


BUSY = (Phase.READING, Phase.TAKING, Phase.UNDOING)


class Held:
    """The lock of a slot that somebody works on."""

    def __init__(self, lock: int) -> None:
        self._lock = lock

    def release(self) -> None:
        """Let others work on the slot."""
        os.close(self._lock)


class NoTray(Exception):
    """The folder is not ours alone: somebody else could read what is put there."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in its slot: what it is, how far it has come, and what is said of it.

    `digest` is of all that was uploaded: whoever confirms names what they have seen. `at` is the
    moment, by the school's clock, of the import under way; `shown` is what a page draws.
    """

    school_id: int
    subject: str
    name: str = ""
    digest: str = ""
    term: str = ""
    round: int = 1
    data_at: str = ""
    phase: Phase = Phase.READING
    step: str = ""
    at: str = ""
    said: str = ""
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def is_busy(self) -> bool:
        """Say whether somebody works on it."""
        return self.phase in BUSY


def tray(folder: str, key: bytes) -> "Tray":
    """Return the tray of an installation; raises NoTray."""
    return Tray(folder_of(folder, key))


def folder_of(folder: str, key: bytes) -> Path:
    """Return the folder that is set, or one of the system's for files that do not stay.

    That one is called after the installation's key, so that every process of it finds the same.
    """
    name = hashlib.sha256(b"tray" + key).hexdigest()[:16]
    return Path(folder) if folder else Path(tempfile.gettempdir()) / f"bell-{name}"


class Tray:
    """The folder of one installation."""

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made as soon as somebody uploads something."""
        self._folder = folder

    def slot(self, user_id: int) -> "Slot":
        """Return an account's slot; raises NoTray."""
        with suppress(FileExistsError):
            self._folder.mkdir(_PRIVATE, parents=True)
        self._require_ours()
        return Slot(self._folder / str(user_id))

    def sweep(self, now: datetime) -> None:
        """Empty the slots whose time is over by the machine's clock, except where work goes on."""
        if not self._folder.exists():
            return
        self._require_ours()
        over = (now - KEPT_FOR).timestamp()
        for folder in (each for each in self._folder.iterdir() if each.name.isdecimal()):
            slot = Slot(folder)
            if slot.changed_at() < over and (held := slot.hold()) is not None:
                slot.empty()
                held.release()

    def _require_ours(self) -> None:
        found = self._folder.lstat()
        alone = stat.S_IMODE(found.st_mode) & 0o077 == 0 and found.st_uid == os.geteuid()
        if not stat.S_ISDIR(found.st_mode) or not alone:
            raise NoTray


class Slot:
    """What one account has uploaded."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hold(self) -> "Held | None":
        """Take the slot to work on it; None while somebody else does."""
        self._folder.mkdir(_PRIVATE, exist_ok=True)
        lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, _OWN)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return None
        return Held(lock)

    def path(self, name: str) -> Path:
        """Return where something of the slot is, or would be."""
        return self._folder / name

    def write(self, name: str, chunks: Iterator[bytes]) -> str:
        """Write something that only we can read; return its SHA-256."""
        digest = hashlib.sha256()
        with os.fdopen(os.open(self.path(name), _FRESH, _OWN), "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def keep(self, waiting: Waiting) -> None:
        """Write down how far a file has come: all of it or, for a reader, what stood before."""
        self.write(f"{_STATE}.new", iter([orjson.dumps(asdict(waiting))]))
        self.path(f"{_STATE}.new").replace(self.path(_STATE))

    def look(self) -> Waiting | None:
        """Return what lies here, None where nothing does."""
        try:
            told = orjson.loads(self.path(_STATE).read_bytes())
        except FileNotFoundError:
            return None
        return Waiting(**{**told, "phase": Phase(told["phase"])})

    def empty(self) -> None:
        """Remove what was uploaded and what is shown of it; the lock stays for the next file."""
        for name in (FILE, LINES, FAULTS, f"{_STATE}.new", _STATE):
            self.path(name).unlink(missing_ok=True)

    def done(self) -> None:
        """Remove the file and what is shown of it: how it ended is still told."""
        for name in (FILE, LINES, FAULTS):
            self.path(name).unlink(missing_ok=True)

    def changed_at(self) -> float:
        """Return when something was last put here, in seconds; an empty slot is of no time."""
        times = [each.stat().st_mtime for each in self._folder.glob("*") if each.name != _LOCK]
        return max(times, default=math.inf)
