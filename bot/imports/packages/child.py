"""Reads one package from its standard input in a process of its own, and writes its rows as JSON.

`python -m bot.imports.packages.child SECONDS` gets a line of JSON (password, keys, parts) and then
the zip: the password is neither an argument nor in the environment, where others could see it.
"""

import sys
from dataclasses import asdict
from typing import Any

from bot.imports.child import TOO_LARGE, limit


def main() -> None:
    """Bound this process, read the package, and write its rows or the reason for a refusal."""
    limit(int(sys.argv[1]))
    import orjson

    try:
        asked = orjson.loads(sys.stdin.buffer.readline())
        content = sys.stdin.buffer.read()
        sys.stdout.buffer.write(orjson.dumps(answer(content, asked)))
        sys.stdout.buffer.flush()
    except (MemoryError, OSError, SystemError):  # orjson says the last when memory has run out
        sys.exit(TOO_LARGE)


def answer(content: bytes, asked: dict[str, Any]) -> dict[str, object]:
    """Return the rows of a package, or why it is refused; `asked` is the line before it."""
    from bot.imports.packages import parts
    from bot.imports.packages.refusals import PackageRefused
    from bot.imports.packages.unpacking import unpacked

    try:
        files = unpacked(content, asked["password"])
        return {"parts": asdict(parts.read(files, asked["keys"], asked["parts"]))}
    except PackageRefused as refused:
        return {"flaw": refused.why, "file": refused.file, "where": refused.where}


if __name__ == "__main__":
    main()
