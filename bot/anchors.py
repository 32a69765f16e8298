"""Keeps the heads of the audit's chains outside of the database, where a cut end is seen.

One line a head, signed, in a file that only grows and in the log: `bot audit verify` reads either.
They outlive the database: where it has gone back behind them, nothing more is sent (decision 0023).
"""

import asyncio
import hashlib
import hmac
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import structlog

from bot.settings import Settings
from models.queries import audit, claiming, holds
from models.queries.holds import Hold
from models.rules.chain import Head
from models.store import Store
from scheduler import sealing

log = structlog.get_logger()

EVENT = "audit_anchored"
CALLS = "calls_anchored"
"""The event of a line that says how many calls had been begun, by the id of the newest."""
_READABLE_BY_OWNER = 0o600
LOOKS_BACK_EVERY = timedelta(minutes=1)
NOBODY = "worker"
"""Who has put on a hold where no person did."""


@dataclass(slots=True)
class Sealer:
    """Seals the audit at every tick, and then writes the new heads outside.

    The first tick writes all heads, so that a crash between the two leaves none without. What a
    restore has taken back is noticed here as well: `look_back` comes before the first message.
    """

    store: Store
    key: bytes
    path: Path | None
    _pending: dict[int, Head] = field(default_factory=dict)
    _began: bool = False
    _seen: dict[int, Head] = field(default_factory=dict)
    _calls: int = 0
    _looked_back_at: datetime | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def tick(self) -> None:
        """Seal and anchor what is new; OSError if the file cannot be written."""
        async with self._turn:
            await self._tick()

    async def look_back(self, now: datetime) -> None:
        """Put everything on hold where the database has gone back behind what was seen of it.

        Looks before the first message and then every minute; OSError if the file cannot be read.
        """
        async with self._turn:
            await self._look_back(now)

    @asynccontextmanager
    async def starting_over(self) -> AsyncIterator[None]:
        """Let the database become another one while the block runs; nothing is held against it.

        A demonstration begins again like this; an installation never does.
        """
        async with self._turn:
            yield
            if self.path is not None:
                self.path.unlink(missing_ok=True)
            self._pending.clear()
            self._seen.clear()
            self._began, self._calls, self._looked_back_at = False, 0, None

    async def _tick(self) -> None:
        if not self._began:
            self._note(await sealing.heads(self.store))
            self._began = True
        self._note(await sealing.seal(self.store, self.key))
        if self._pending:
            await asyncio.to_thread(self._write, list(self._pending.values()))
            self._pending.clear()
        await self._note_calls()

    async def _note_calls(self) -> None:
        """Write outside how far the calls have come: what was sent need not have been audited."""
        async with self.store.reading() as session:
            calls = await claiming.newest_attempt(session)
        if calls != self._calls and self.path is not None:
            said = {"event": CALLS, "attempt": calls, "mac": _mac_of_calls(self.key, calls)}
            await asyncio.to_thread(_append, self.path, orjson.dumps(said) + b"\n")
        self._calls = calls

    async def _look_back(self, now: datetime) -> None:
        if self._looked_back_at is None:
            self._seen = await asyncio.to_thread(newest, self.path, self.key) | self._seen
            self._calls = await asyncio.to_thread(newest_call, self.path, self.key)
        elif now - self._looked_back_at < LOOKS_BACK_EVERY:
            return
        async with self.store.reading() as session:
            gone = await audit.missing(session, self._seen.values())
            calls = await claiming.newest_attempt(session)
        if gone or calls < self._calls:
            await self._put_on_hold(gone, now)
            self._calls = calls
        self._looked_back_at = now

    async def _put_on_hold(self, gone: list[Head], now: datetime) -> None:
        log.error("database_went_back", schools=[head.school_id for head in gone])
        async with self.store.writing() as session:
            held = await holds.on(session, None)
            if held is None or not held.restored:
                hold = Hold(now, reason="", by=NOBODY, restored=True)
                await holds.put_on(session, hold, via=NOBODY)
        for head in gone:
            del self._seen[head.school_id]
        self._began = False  # from here on the heads that are there now are what was seen last

    def _note(self, heads: Iterable[Head]) -> None:
        found = {head.school_id: head for head in heads}
        self._pending |= found
        self._seen |= found

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


def newest(path: Path | None, key: bytes) -> dict[int, Head]:
    """Return the last head of each school in a file; none where there is no file."""
    if path is None or not path.exists():
        return {}
    return {head.school_id: head for head in read(path, key)}


def newest_call(path: Path | None, key: bytes) -> int:
    """Return the id of the newest call that a file knows of, 0 where it knows of none."""
    found = 0
    if path is not None and path.exists():
        with path.open("rb") as lines:
            for line in lines:
                if CALLS.encode() in line:
                    found = _call(line, key) or found
    return found


def _call(line: bytes, key: bytes) -> int | None:
    try:
        said = orjson.loads(line)
        calls, mac = int(said["attempt"]), str(said["mac"])
    except (ValueError, KeyError, TypeError):
        return None
    return calls if hmac.compare_digest(_mac_of_calls(key, calls), mac) else None


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


def _mac_of_calls(key: bytes, calls: int) -> str:
    return hmac.new(key, f"calls {calls}".encode(), hashlib.sha256).hexdigest()


def _append(path: Path, lines: bytes) -> None:
    """Write lines at the end in one piece and wait until they are on the disk."""
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _READABLE_BY_OWNER)
    try:
        os.write(file, lines)
        os.fsync(file)
    finally:
        os.close(file)
