"""No file breaks the import: each is read or refused in seconds, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.imports import reading
from bot.imports.reading import SECONDS, read
from bot.imports.sheets import MOST_ROWS, Refusal, Refused
from tests.imports.hostile import FILES, packed, parts

WHY = {
    "100 MB of rows": Refusal.TOO_LARGE,
    "bomb beside the sheet": Refusal.TOO_LARGE,
    "five thousand parts": Refusal.TOO_LARGE,
    "cell in the last corner": Refusal.TOO_LARGE,
    "three thousand sheets": Refusal.TOO_LARGE,
    "CSV of empty rows": Refusal.TOO_LARGE,
    "CSV of commas": Refusal.TOO_LARGE,
    "parent folder": Refusal.HAND_MADE,
    "absolute name": Refusal.HAND_MADE,
    "billion laughs": Refusal.HAND_MADE,
    "billion laughs in the workbook": Refusal.HAND_MADE,
    "file from outside": Refusal.HAND_MADE,
    "old workbook": Refusal.OLD_OR_LOCKED,
    "marked as encrypted": Refusal.OLD_OR_LOCKED,
    "document of another program": Refusal.NO_WORKBOOK,
    "web page": Refusal.NO_WORKBOOK,
    "PDF": Refusal.NO_WORKBOOK,
    "nothing": Refusal.EMPTY,
    "only a mark": Refusal.EMPTY,
    "cut at a third": Refusal.BROKEN,
    "CSV with zero bytes": Refusal.UNKNOWN_ENCODING,
}
"""The reason of those refusals that help only when it is the right one."""


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_for_its_reason_within_seconds(
    name: str, tmp_path: Path
) -> None:
    """Never an exception of another kind, and never much more than ten seconds."""
    file = tmp_path / "list.xlsx"
    file.write_bytes(FILES[name]())
    begun = time.monotonic()
    rows, why = 0, None
    try:
        rows = sum(len(sheet.rows) for sheet in read(file))
    except Refused as refused:
        why = refused.why
    assert rows <= MOST_ROWS
    assert time.monotonic() - begun < SECONDS + file.stat().st_size / 1_000_000 + 3
    assert why is WHY.get(name, why)


def test_every_reason_is_that_of_a_hostile_file() -> None:
    """None of them goes unasked because a file has another name now."""
    assert set(WHY) <= set(FILES)


def test_a_file_that_takes_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading process is ended from outside when its time is over."""
    monkeypatch.setattr(reading, "SECONDS", 0)
    (tmp_path / "list.csv").write_text("學號\n01\n", "utf-8")
    with pytest.raises(Refused) as refused:
        read(tmp_path / "list.csv")
    assert refused.value.why is Refusal.TOO_SLOW


def test_the_reading_process_cannot_take_more_than_512_megabytes() -> None:
    """The bound is the system's: it holds for the libraries as well."""
    code = "from bot.imports import child; child.limit(5); bytearray(512 * 1024 * 1024)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"MemoryError" in ended.stderr


def test_a_file_larger_than_any_list_is_not_even_opened(tmp_path: Path) -> None:
    """Fifty megabytes are the most."""
    file = tmp_path / "list.csv"
    with file.open("wb") as out:
        out.truncate(51 * 1024 * 1024)
    with pytest.raises(Refused) as refused:
        read(file)
    assert refused.value.why is Refusal.TOO_LARGE


def test_the_workbook_that_hostile_ones_are_made_from_is_read(tmp_path: Path) -> None:
    """What is refused is refused for its own harm."""
    file = tmp_path / "list.xlsx"
    file.write_bytes(packed(parts()))
    assert [[*sheet.rows] for sheet in read(file)] == [[["學號"]]]


def test_at_least_sixty_files_mean_harm() -> None:
    """The goal's own number."""
    assert len(FILES) >= 60
