"""Has a file read by a process of its own, which a hostile file may break without harm."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from math import ceil
from pathlib import Path
from typing import IO, Any, BinaryIO

import orjson

from bot.imports import child
from bot.imports.sheets import (
    MOST_BYTES,
    TO_A_CHUNK,
    PackedRows,
    Refusal,
    Refused,
    Sheet,
)

SECONDS = 10
"""How long reading may take; every further megabyte of an honest file gets one second more."""

MEGABYTE = 1024 * 1024

_OUT_OF_TIME = (-signal.SIGXCPU, -signal.SIGKILL)
_OUT_OF_MEMORY = (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGXFSZ, child.TOO_LARGE)


def read(file: Path) -> list[Sheet]:
    """Return the sheets of an XLSX or CSV file; raises Refused, and OSError if it is not there."""
    size = file.stat().st_size
    if size > MOST_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    with file.open("rb") as content:
        told = iter(_lines("bot.imports.child", content, SECONDS + size // MEGABYTE))
    return [_sheet(orjson.loads(head), told) for head in told]


def read_bytes(content: bytes) -> list[Sheet]:
    """Return the sheets of a file that no disk of ours is to hold; raises Refused."""
    if len(content) > MOST_BYTES:
        raise Refused(Refusal.TOO_LARGE)
    with scratch() as stream:
        stream.write(content)
        stream.seek(0)
        told = iter(_lines("bot.imports.child", stream, SECONDS + len(content) // MEGABYTE))
    return [_sheet(orjson.loads(head), told) for head in told]


def _sheet(head: dict[str, Any], told: Iterator[bytes]) -> Sheet:
    """Return the sheet of which a line has spoken, with the rows of the lines after it."""
    if "refused" in head:
        raise Refused(Refusal(head["refused"]))
    rows = head["rows"]
    return Sheet(head["sheet"], PackedRows([*islice(told, ceil(rows / TO_A_CHUNK))], rows))


def answered(module: str, content: IO[bytes], seconds: int) -> dict[str, Any]:
    """Return what a module makes of bytes, in a process that lives so long; raises Refused."""
    told: dict[str, Any] = orjson.loads(b"".join(_lines(module, content, seconds)))
    return told


def _lines(module: str, content: IO[bytes], seconds: int) -> list[bytes]:
    with scratch() as answer:
        try:
            code = subprocess.run(  # noqa: S603 - our own module, in our own interpreter
                [sys.executable, "-m", module, str(seconds)],
                stdin=content,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)},
                timeout=seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise Refused(Refusal.TOO_SLOW) from None
        _require_success(code)
        answer.seek(0)
        return answer.readlines()


def scratch() -> BinaryIO:
    """Open a place for bytes that no disk ever holds, where the system has such a thing."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sheets"), "w+b")
    return tempfile.TemporaryFile()


def _require_success(code: int) -> None:
    if code in _OUT_OF_TIME:
        raise Refused(Refusal.TOO_SLOW)
    if code in _OUT_OF_MEMORY:
        raise Refused(Refusal.TOO_LARGE)
    if code != 0:
        raise Refused(Refusal.BROKEN)
