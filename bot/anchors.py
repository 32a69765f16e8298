"""Keeps the heads of the audit's chains outside of the database, where a cut end is seen.

One line a head, signed, in a file that only grows and in the log: `bot audit verify` reads either.
"""

import asyncio
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson
import structlog

from bot.settings import Settings
from models.rules.chain import Head
from models.store import Store
from scheduler import sealing

log = structlog.get_logger()

EVENT = "audit_anchored"
_READABLE_BY_OWNER = 0o600


@dataclass(slots=True)
class Sealer:
    """Seals the audit at every tick, and then writes the new heads outside.

    The first tick writes all heads, so that a crash between the two leaves none without.
    """

    store: Store
    key: bytes
    path: Path | None
    _pending: dict[int, Head] = field(default_factory=dict)
    _began: bool = False

    async def tick(self) -> None:
        """Seal and anchor what is new; OSError if the file cannot be written."""
        if not self._began:
            self._note(await sealing.heads(self.store))
            self._began = True
        self._note(await sealing.seal(self.store, self.key))
        if self._pending:
            await asyncio.to_thread(self._write, list(self._pending.values()))
            self._pending.clear()

    def _note(self, heads: Iterable[Head]) -> None:
        self._pending |= {head.school_id: head for head in heads}

    def _write(self, heads: list[Head]) -> None:
        signed = [{**asdict(head), "mac": _mac(self.key, head)} for head in heads]
        if self.path is not None:
            lines = b"".join(orjson.dumps({"event": EVENT, **each}) + b"\n" for each in signed)
            _append(self.path, lines)
        for each in signed:
            log.info(EVENT, **each)


def place(settings: Settings) -> Path | None:
    """Return the file of the heads: as set, else beside the SQLite file; None without either."""
    if settings.audit_anchors:
        return Path(settings.audit_anchors)
    scheme, _, file = settings.database_url.partition(":///")
    return Path(f"{file}.anchors") if scheme.startswith("sqlite") and file else None


def read(path: Path, key: bytes) -> Iterator[Head]:
    """Yield the heads in a file or a log that this installation signed; other lines are nothing."""
    with path.open("rb") as lines:
        for line in lines:
            head = _head(line)
            if head is not None and hmac.compare_digest(_mac(key, head[0]), head[1]):
                yield head[0]


def _head(line: bytes) -> tuple[Head, str] | None:
    try:
        said = orjson.loads(line)
        if said["event"] != EVENT:
            return None
        return Head(int(said["school_id"]), int(said["position"]), str(said["seal"])), said["mac"]
    except (ValueError, KeyError, TypeError):
        return None


def _mac(key: bytes, head: Head) -> str:
    said = f"head {head.school_id} {head.position} {head.seal}".encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def _append(path: Path, lines: bytes) -> None:
    """Write lines at the end in one piece and wait until they are on the disk."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _READABLE_BY_OWNER)
    try:
        os.write(file, lines)
        os.fsync(file)
    finally:
        os.close(file)
