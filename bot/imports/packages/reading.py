"""Has a package read by a process of its own, which a hostile one may break without harm."""

from pathlib import Path

import orjson

from bot.imports import reading
from bot.imports.columns import ColumnMap
from bot.imports.packages.parts import Entry, Parts
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.reading import MEGABYTE, answered, scratch
from bot.imports.sheets import Refusal, Refused

MOST_BYTES = 24 * MEGABYTE
SECONDS_EACH = 4
"""What a megabyte may take besides: ZipCrypto is undone byte by byte, about two seconds for one."""

_FLAWS = {
    Refusal.TOO_LARGE: Flaw.TOO_LARGE,
    Refusal.TOO_SLOW: Flaw.TOO_SLOW,
}


def read(file: Path, password: str, columns: ColumnMap) -> Parts:
    """Return what a package holds; raises PackageRefused, and OSError if it is not there."""
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise PackageRefused(Flaw.TOO_LARGE)
    seconds = reading.SECONDS + SECONDS_EACH * size // MEGABYTE
    names = columns.package
    asked = {"password": password, "keys": names["keys"], "parts": names["parts"]}
    with scratch() as stream:
        stream.write(orjson.dumps(asked) + b"\n")
        stream.write(file.read_bytes())
        stream.seek(0)
        try:
            told = answered("bot.imports.packages.child", stream, seconds)
        except Refused as refused:
            raise PackageRefused(_FLAWS.get(refused.why, Flaw.BROKEN)) from None
    if "flaw" in told:
        raise PackageRefused(Flaw(told["flaw"]), told["file"], told["where"])
    parts = told["parts"]
    return Parts(**{**parts, "entries": [Entry(**entry) for entry in parts["entries"]]})
