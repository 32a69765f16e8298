"""The shelf: where a file that the console made lies until whoever asked for it fetches it.

A folder beside the uploads (bot/imports/tray.py), a place in it for each account of the console,
one thing at a time in a place. Nobody else on the machine can read it; what nobody fetched within
half an hour is removed. How far the work is lies beside the file, so that every process finds it;
whoever works holds the place's lock, and the system lets go of it when a process dies.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from shutil import rmtree

import orjson

from bot.imports.tray import KEPT_FOR, Held, Slot, Tray

_BESIDE = "out"
_STATE, _FILES = "made", "files"


class Phase(StrEnum):
    """How far something has come."""

    MAKING = "making"
    READY = "ready"
    REFUSED = "refused"
    BROKEN_OFF = "broken_off"


@dataclass(frozen=True, slots=True)
class Making:
    """What is made for somebody, how far it is, and what is to be said of it: no names, no numbers.

    `gaps` is how many pupils stand in the way of a name list; whoever agrees types that number.
    """

    school_id: int
    kind: str
    title: str
    phase: Phase = Phase.MAKING
    done: int = 0
    of: int = 0
    said: list[str] = field(default_factory=list)
    gaps: int = 0


class Shelf:
    """The shelf of one installation."""

    def __init__(self, uploads: Path) -> None:
        """Use a folder in that of the uploads, made as soon as something is put there."""
        self._uploads, self._folder = Tray(uploads), uploads / _BESIDE

    def place(self, user_id: int) -> "Place":
        """Return an account's place; raises tray.NoTray."""
        self._uploads.slot(user_id)  # makes their folder, with nobody else's eyes on it
        return Place(Tray(self._folder).slot(user_id))

    def look(self, user_id: int) -> Making | None:
        """Return what lies in an account's place, None where nothing does; raises tray.NoTray."""
        return self.place(user_id).look() if self._folder.exists() else None

    def sweep(self, now: datetime) -> None:
        """Empty the places whose time is over by the machine's clock, except where work goes on."""
        if not self._folder.exists():
            return
        over = (now - KEPT_FOR).timestamp()
        for folder in self._folder.iterdir():
            place = Place(Slot(folder))
            if place.changed_at() < over and (held := place.hold()) is not None:
                place.empty()
                held.release()


class Place:
    """What was made for one account."""

    def __init__(self, slot: Slot) -> None:
        self._slot = slot

    @property
    def folder(self) -> Path:
        """Return where the files are put."""
        return self._slot.path(_FILES)

    def hold(self) -> Held | None:
        """Take the place to work on it; None while somebody else does."""
        return self._slot.hold()

    def keep(self, making: Making) -> None:
        """Write down how far it is: all of it or, for a reader, what stood before."""
        self._slot.write(f"{_STATE}.new", iter([orjson.dumps(asdict(making))]))
        self._slot.path(f"{_STATE}.new").replace(self._slot.path(_STATE))

    def look(self) -> Making | None:
        """Return what lies here; what a process was at that died is broken off."""
        try:
            told = orjson.loads(self._slot.path(_STATE).read_bytes())
        except FileNotFoundError:
            return None
        making = Making(**{**told, "phase": Phase(told["phase"])})
        if making.phase is Phase.MAKING and (held := self.hold()) is not None:
            held.release()
            return self._ended_meanwhile() or replace(making, phase=Phase.BROKEN_OFF)
        return making

    def files(self) -> list[Path]:
        """Return the files that can be fetched."""
        return sorted(self.folder.iterdir()) if self.folder.is_dir() else []

    def empty(self) -> None:
        """Remove the files and what was said of them; the lock stays for the next."""
        rmtree(self.folder, ignore_errors=True)
        for name in (f"{_STATE}.new", _STATE):
            self._slot.path(name).unlink(missing_ok=True)

    def changed_at(self) -> float:
        """Return when something was last put here, in seconds; an empty place is of no time."""
        return self._slot.changed_at()

    def _ended_meanwhile(self) -> Making | None:
        """Return how the work ended, where it did between two looks."""
        told = orjson.loads(self._slot.path(_STATE).read_bytes())
        ended = Making(**{**told, "phase": Phase(told["phase"])})
        return None if ended.phase is Phase.MAKING else ended
