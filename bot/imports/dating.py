"""Of what moment a file's data is (資料時間): as somebody says, as the file says, or its own time.

What a workbook says of itself is read in a few kilobytes with a pattern, not parsed: a hostile one
gains nothing.
"""

import re
import zipfile
from datetime import UTC, datetime, time
from pathlib import Path

from models.rules.roc import any_day
from models.rules.taipei import instant

_PROPERTIES = "docProps/core.xml"
_LONGEST = 64 * 1024
_MODIFIED = re.compile(rb"<dcterms:modified[^>]{0,200}>(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)<")
_TYPED = re.compile(r"(?P<day>\S+)(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d\d))?")


def data_at(file: Path, given: datetime | None, now: datetime) -> datetime:
    """Return the moment at which a file was true, which is never to come.

    What is given counts before what a workbook says of itself, and that before the file's time.
    """
    written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return min(given or stamp_of(file) or written, now)


def stamp_of(file: Path) -> datetime | None:
    """Return when a workbook was last saved, as it says itself; None for anything else."""
    try:
        with zipfile.ZipFile(file) as parts, parts.open(_PROPERTIES) as part:
            found = _MODIFIED.search(part.read(_LONGEST))
            return datetime.fromisoformat(found[1].decode()) if found else None
    except (OSError, KeyError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return None


def read_moment(typed: str) -> datetime:
    """Return a moment in Taipei as people type it: 113/5/20 08:00; without an hour it is midnight.

    Raises ValueError for anything else.
    """
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise ValueError(typed)
    clock = time(int(found["hour"]), int(found["minute"])) if found["hour"] else time.min
    return instant(any_day(found["day"]), clock)
