"""Has a package read by a process of its own, which a hostile one may break without harm."""

from pathlib import Path

import orjson

from bot.imports.columns import ColumnMap
from bot.imports.packages.parts import Entry, Parts
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.reading import answered, scratch
from bot.imports.sheets import MOST_BYTES, Refusal, Refused

_FLAWS = {
    Refusal.TOO_LARGE: Flaw.TOO_LARGE,
    Refusal.TOO_SLOW: Flaw.TOO_SLOW,
}


def read(file: Path, password: str, columns: ColumnMap) -> Parts:
    """Return what a package holds; raises PackageRefused, and OSError if it is not there."""
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise PackageRefused(Flaw.TOO_LARGE)
    names = columns.package
    asked = {"password": password, "keys": names["keys"], "parts": names["parts"]}
    with scratch() as stream:
        stream.write(orjson.dumps(asked) + b"\n")
        stream.write(file.read_bytes())
        stream.seek(0)
        try:
            told = answered("bot.imports.packages.child", stream, size)
        except Refused as refused:
            raise PackageRefused(_FLAWS.get(refused.why, Flaw.BROKEN)) from None
    if "flaw" in told:
        raise PackageRefused(Flaw(told["flaw"]), told["file"], told["where"])
    parts = told["parts"]
    return Parts(**{**parts, "entries": [Entry(**entry) for entry in parts["entries"]]})
