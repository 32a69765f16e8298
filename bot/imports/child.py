"""Reads one file from its standard input in a process of its own, and writes its cells as JSON.

A line for each sheet with its name and how many rows it has, after it a line for each chunk of its
rows; or one line that says why the file is refused.

`python -m bot.imports.child SECONDS` is started by bot/imports/reading.py with no secrets in its
environment. It bounds its own memory, processor time and output before it looks at a byte.
"""

import contextlib
import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.imports.sheets import Sheet

MEMORY = 512 * 1024 * 1024
LONGEST_OUTPUT = 256 * 1024 * 1024
TOO_LARGE = 3
"""The exit code of a file that needs more memory or output than it may."""


def main() -> None:
    """Bound this process, read the file, and write either sheets or the reason for a refusal."""
    limit(int(sys.argv[1]))
    try:
        sys.stdout.buffer.writelines(line + b"\n" for line in _answer(sys.stdin.buffer.read()))
        sys.stdout.buffer.flush()
    except (MemoryError, OSError):
        sys.exit(TOO_LARGE)


def limit(seconds: int) -> None:
    """Bound this process's memory, processor time and output; nothing undoes it."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, LONGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system knows every bound
            resource.setrlimit(kind, (most, most))


def _answer(content: bytes) -> "Iterator[bytes]":
    import orjson

    from bot.imports.sheets import Refused, packed

    try:
        sheets = _sheets(content)
    except Refused as refused:
        yield orjson.dumps({"refused": refused.why})
        return
    for sheet in sheets:
        yield orjson.dumps({"sheet": sheet.name, "rows": len(sheet.rows)})
        yield from packed(sheet.rows)


def _sheets(content: bytes) -> "list[Sheet]":
    from bot.imports import csvs, xlsx
    from bot.imports.sheets import Refusal, Refused

    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise Refused(Refusal.EMPTY)
    if content.startswith(b"PK"):
        return xlsx.read(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused(Refusal.OLD_OR_LOCKED)
    if content.startswith((b"%PDF", b"\x1f\x8b", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")):
        raise Refused(Refusal.NO_WORKBOOK)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Refused(Refusal.NO_WORKBOOK)
    return csvs.read(content)


if __name__ == "__main__":
    main()
