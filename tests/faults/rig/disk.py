"""What is on the disk after a power cut, from the journal that journal.c wrote.

A write that no sync followed may be there, or be there in part, or not: the dice say.
"""

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct("=5q")
_WRITE, _SYNC, _TRUNCATE = 1, 2, 3
_SECTOR = 512
NAMES = {1: "", 2: "-wal"}


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: `ends` is where the journal goes on after it."""

    what: int
    file: int
    offset: int
    data: bytes
    ends: int


def changes(journal: bytes) -> Iterator[Change]:
    """Give the entries of a journal in order."""
    at = 0
    while at < len(journal):
        what, file, offset, _length, follow = _HEAD.unpack_from(journal, at)
        at += _HEAD.size
        data = journal[at : at + follow]
        at += follow
        yield Change(what, file, offset, data, at)


@dataclass(slots=True)
class File:
    """A file as it is for good, and the changes that are not."""

    kept: bytearray
    loose: list[Change] = field(default_factory=list)

    def sync(self) -> None:
        """Let all that was changed be for good."""
        for change in self.loose:
            _apply(self.kept, change, change.data)
        self.loose.clear()

    def after_a_cut(self, dice: random.Random) -> bytes:
        """Return what may be found: each loose change whole, in part, or not at all."""
        content, lucky = bytearray(self.kept), dice.choice((0, 0, 0.5, 0.9))
        for change in self.loose:
            if dice.random() < lucky:
                sectors = len(change.data) // _SECTOR + 1
                _apply(content, change, change.data[: dice.randint(0, sectors) * _SECTOR])
        return bytes(content)


class Disk:
    """The two files of a database, followed through a journal."""

    def __init__(self, database: bytes) -> None:
        """Begin with a database that is synced and has no log."""
        self.files = {1: File(bytearray(database)), 2: File(bytearray())}

    def follow(self, change: Change) -> None:
        """Take in the next entry."""
        file = self.files[change.file]
        if change.what == _SYNC:
            file.sync()
        else:
            file.loose.append(change)

    def cut(self, place: Path, dice: random.Random) -> None:
        """Write what is left after a power cut at this moment."""
        for left in place.parent.glob(f"{place.name}*"):
            left.unlink()
        for number, name in NAMES.items():
            place.with_name(place.name + name).write_bytes(self.files[number].after_a_cut(dice))


def _apply(content: bytearray, change: Change, data: bytes) -> None:
    if change.what == _TRUNCATE:
        del content[change.offset :]
        return
    content.extend(bytes(max(0, change.offset - len(content))))
    content[change.offset : change.offset + len(data)] = data
