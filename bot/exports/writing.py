"""Writes rows of text as CSV or XLSX, one after the other; nothing a spreadsheet could run.

A text that begins like a formula stays text in XLSX by its type. In CSV it is up to whoever exports
how a cell is fitted in: behind an apostrophe, exactly, or not at all.
"""

import csv
import fcntl
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Protocol, Self, TextIO

import xlsxwriter

from models.rules.namelists.cells import begins_a_formula

Fit = Callable[[str, str, int, str], str]
"""Returns a text as a CSV file can hold it, by its sheet, row (1 has headings) and column."""

CP950 = "cp950"
STAND_IN = "□"
"""What is written for a character that cp950 does not have; cp950 has the box."""
_WIDTH = 16
_ASIDE = ".export-"


@dataclass(frozen=True, slots=True)
class Misfit:
    """A character that the encoding does not have, where it first stood (row 1 has headings)."""

    character: str
    sheet: str
    row: int
    column: str


@dataclass(slots=True)
class Misfits:
    """The characters that did not fit, how often, and where each stood first."""

    counts: Counter[Misfit] = field(default_factory=Counter)
    first: dict[str, Misfit] = field(default_factory=dict)

    def fit(self, text: str, sheet: str, row: int, column: str) -> str:
        """Return the text as cp950 can hold it, noting what could not stay."""
        try:
            text.encode(CP950)
        except UnicodeEncodeError:
            return "".join(self._fit(each, sheet, row, column) for each in text)
        return text

    def _fit(self, character: str, sheet: str, row: int, column: str) -> str:
        try:
            character.encode(CP950)
        except UnicodeEncodeError:
            place = self.first.setdefault(character, Misfit(character, sheet, row, column))
            self.counts[place] += 1
            return STAND_IN
        return character


class Softened:
    """Fits cells in for whoever opens a CSV file in a spreadsheet program.

    What begins like a formula gets an apostrophe, a character that cp950 lacks becomes a box.
    """

    def __init__(self, encoding: str) -> None:
        """Fit into utf-8 or cp950."""
        self.misfits = Misfits()
        self._encoding = encoding

    def fit(self, text: str, sheet: str, row: int, column: str) -> str:
        """Return the text as it can stand there."""
        harmless = f"'{text}" if begins_a_formula(text) else text
        if self._encoding != CP950:
            return harmless
        return self.misfits.fit(harmless, sheet, row, column)


class Writer(Protocol):
    """Writes sheets one after the other; use it in a `with`."""

    files: list[Path]

    def begin(self, title: str, headings: Sequence[str]) -> None:
        """Begin a sheet with its headings."""

    def row(self, cells: Sequence[str]) -> None:
        """Write one row of the sheet that was begun."""

    def __enter__(self) -> Self:
        """Open."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the files."""


class CsvWriter:
    """Writes each sheet into a file `{prefix}_{sheet}.csv`: UTF-8 with a mark, or cp950."""

    def __init__(self, folder: Path, prefix: str, *, encoding: str, fit: Fit) -> None:
        """Write into a folder that exists; `encoding` is utf-8 or cp950."""
        self.files: list[Path] = []
        self._fit = fit
        self._folder = folder
        self._prefix = prefix
        self._encoding = encoding
        self._stream: TextIO | None = None
        self._title = ""
        self._headings: Sequence[str] = ()
        self._count = 0

    def __enter__(self) -> Self:
        """Return itself; files are opened sheet by sheet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the last file."""
        self._close()

    def begin(self, title: str, headings: Sequence[str]) -> None:
        """Begin a file."""
        self._close()
        path = self._folder / f"{self._prefix}_{title}.csv"
        encoding = "utf-8-sig" if self._encoding == "utf-8" else self._encoding
        self._stream = path.open("w", encoding=encoding, newline="")
        self.files.append(path)
        self._title, self._headings, self._count = title, headings, 0
        self.row(headings)

    def row(self, cells: Sequence[str]) -> None:
        """Write a row, each cell as it fits in."""
        if self._stream is None:
            raise ValueError("a row needs a sheet")
        self._count += 1
        csv.writer(self._stream, lineterminator="\r\n").writerow(
            [
                self._fit(cell, self._title, self._count, column)
                for cell, column in zip(cells, self._headings, strict=True)
            ]
        )

    def _close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None


class XlsxWriter:
    """Writes all sheets into `{prefix}.xlsx`; every cell is text, so that 學號 keep their zeros."""

    def __init__(self, folder: Path, prefix: str) -> None:
        """Write into a folder that exists, which holds the unfinished parts meanwhile, too."""
        self.files = [folder / f"{prefix}.xlsx"]
        options = {"constant_memory": True, "tmpdir": str(folder)}
        self._book = xlsxwriter.Workbook(str(self.files[0]), options)
        self._text = self._book.add_format({"num_format": "@"})
        self._head = self._book.add_format({"num_format": "@", "bold": True})
        self._count = 0

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the workbook."""
        self._book.close()

    def begin(self, title: str, headings: Sequence[str]) -> None:
        """Begin a sheet whose headings stay in sight."""
        self._sheet = self._book.add_worksheet(title)
        self._sheet.set_column(0, len(headings) - 1, _WIDTH, self._text)
        self._sheet.freeze_panes(1, 0)
        for place, heading in enumerate(headings):
            self._sheet.write_string(0, place, heading, self._head)
        self._count = 1

    def row(self, cells: Sequence[str]) -> None:
        """Write a row of texts."""
        for place, cell in enumerate(cells):
            self._sheet.write_string(self._count, place, cell, self._text)
        self._count += 1


@contextmanager
def aside_of(folder: Path) -> Iterator[Path]:
    """Make the folder where there is none, and a place in it for unfinished files.

    What a killed run left in it goes first: it may hold identity numbers. A place is held by a lock
    that ends with its process, however that ends.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        with _locked(folder):
            _sweep(folder)
            place = Path(held.enter_context(TemporaryDirectory(dir=folder, prefix=_ASIDE)))
            held.enter_context(_locked(place))
        yield place


def _sweep(folder: Path) -> None:
    for left in folder.glob(f"{_ASIDE}*"):
        with suppress(OSError), _locked(left, fcntl.LOCK_NB):
            rmtree(left)


@contextmanager
def _locked(folder: Path, how: int = 0) -> Iterator[None]:
    """Hold a folder against other processes; raises OSError where that may not wait and has to."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(descriptor)


def publish(finished: Path, folder: Path) -> Path:
    """Put a finished file in its place, readable by nobody else; an earlier one is replaced."""
    finished.chmod(0o600)
    return finished.replace(folder / finished.name)
