"""Find Simplified Chinese characters, which have no place in anything a person here reads.

A character is Simplified if it is in GB 2312, is not in code page 950, and OpenCC's s2tw changes
it. The three together raise no false alarm on 台, 后, 里 (used in Taiwan as they are) or 煊 (not in
code page 950, but Traditional). Characters that are right in one word and wrong in another, such
as the 后 of 后面, are beyond this check.

`python -m tools.simplified` reads every text file that git knows or would take.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import opencc

ROOT = Path(__file__).resolve().parents[1]


@cache
def simplified_characters() -> frozenset[str]:
    """Return the characters to refuse."""
    to_taiwan = opencc.OpenCC("s2tw")
    return frozenset(
        character
        for character in _gb2312_characters()
        if not _in_code_page_950(character) and to_taiwan.convert(character) != character
    )


def _gb2312_characters() -> Iterator[str]:
    """Give the 6,763 Chinese characters of GB 2312: rows 16 to 87 of its table."""
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield from bytes((row, cell)).decode("gb2312", errors="ignore")


def _in_code_page_950(character: str) -> bool:
    try:
        character.encode("cp950")
    except UnicodeEncodeError:
        return False
    return True


def simplified_in(text: str) -> list[str]:
    """Return the Simplified characters in `text`, in order."""
    refused = simplified_characters()
    return [character for character in text if character in refused]


def problems(files: Iterable[Path]) -> list[str]:
    """Return one sentence for each line with Simplified characters, with its file and number."""
    return [
        f"{file.relative_to(ROOT)}:{number}: Simplified: {''.join(found)}"
        for file in files
        for number, line in enumerate(_lines(file), start=1)
        if (found := simplified_in(line))
    ]


def _lines(file: Path) -> list[str]:
    """Return the lines of a text file; none for a picture, a font or a removed file."""
    try:
        return file.read_text("utf-8").splitlines()
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        return []


def files_of_the_repository() -> list[Path]:
    """Return every file that git tracks, or would track if it were added."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in sorted(set(listing.stdout.split("\0"))) if name]


def main() -> None:
    """Print what is found; the exit status is 1 if there is anything."""
    found = problems(files_of_the_repository())
    for problem in found:
        print(problem, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
