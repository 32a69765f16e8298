"""What a backup says about itself in the file beside it, signed with the installation's key.

A backup is a pair: `bell-20261122T020000Z.db` and `….json`. The database may be whole and yet not
all there: a copy of a live one leaves out what its -wal holds. So the manifest counts the rows of
every table and names the ends of the audit's chains.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import orjson

FORMAT = 1
_NAME = re.compile(r"bell-(\d{8}T\d{6}Z)\.db")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: the instant it shows, its shape, its size and hash, and its rows."""

    made_at: datetime
    version: str
    migration: str
    size: int
    sha256: str
    counts: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]
    format: int = FORMAT
    mac: str = ""

    def signed(self, key: bytes) -> "Manifest":
        """Return it with the signature of an installation."""
        return replace(self, mac=self._mac(key))

    def is_signed_with(self, key: bytes) -> bool:
        """Say whether this installation has made it and nobody changed it."""
        return hmac.compare_digest(self.mac, self._mac(key))

    def as_bytes(self) -> bytes:
        """Return what stands in the file."""
        return orjson.dumps(self._data(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)

    def _data(self) -> dict[str, object]:
        return {**asdict(self), "made_at": self.made_at.isoformat()}

    def _mac(self, key: bytes) -> str:
        said = orjson.dumps({**self._data(), "mac": ""}, option=orjson.OPT_SORT_KEYS)
        return hmac.new(key, b"backup " + said, hashlib.sha256).hexdigest()


def read(file: Path) -> Manifest | None:
    """Return what stands beside a backup, or None where nothing legible does."""
    try:
        data = orjson.loads(beside(file).read_bytes())
        heads = {school: (int(place), str(seal)) for school, (place, seal) in data["heads"].items()}
        made_at = datetime.fromisoformat(data["made_at"]).astimezone(UTC)
        return Manifest(**{**data, "made_at": made_at, "heads": heads})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def beside(file: Path) -> Path:
    """Return where the manifest of a backup lies."""
    return file.with_suffix(".json")


def name_at(made_at: datetime) -> str:
    """Return the name of a backup that shows this instant."""
    return f"bell-{stamp(made_at)}.db"


def stamp(at: datetime) -> str:
    """Return an instant as it stands in the names of files, in UTC."""
    return at.astimezone(UTC).strftime(_STAMP)


def made_at_of(file: Path) -> datetime | None:
    """Return the instant of a backup by its name, or None where the name is not one of ours."""
    found = _NAME.fullmatch(file.name)
    return datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC) if found else None
