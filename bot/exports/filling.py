"""Fills the sheets of a name list: which rows, what is in their cells, and what to say of them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from bot.exports import NoSuchTerm
from bot.exports.columns import ListColumns, NameListMap, SheetColumns
from bot.exports.exactly import Exactly, Unfit
from bot.exports.writing import Writer
from models.queries import namelists, submissions, windows
from models.queries.namelists import Row, Span
from models.rules.namelists.cells import rewritten_day, tidy, written_day
from models.rules.namelists.identities import Gap, Identities, Identity, has_own_form
from models.rules.namelists.lists import Batch, Listed, concerns
from models.tables import NameList, School
from models.vocabulary import Stage

UNREMEMBERED = ("identity", "birth_date")
"""What is written and not remembered."""

Advance = Callable[[int, int], None]
_EVERY = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list: of an academic year (semester 0) or a semester, and for grade 12 which batch."""

    columns: ListColumns
    year: int
    semester: int
    batch: Batch = Batch.REGULAR

    @property
    def code(self) -> str:
        """Return the 名冊別."""
        return self.columns.codes[self.batch]


@dataclass(frozen=True, slots=True)
class Order:
    """A list to write, and how: `kind` is xlsx or csv, `encoding` utf-8 or cp950 (of CSV).

    `leave_out` is the number of pupils with gaps that somebody agreed to leave out.
    """

    wanted: Wanted
    layout: NameListMap
    identities: Identities
    kind: str = "xlsx"
    encoding: str = "utf-8"
    leave_out: int = 0


@dataclass(slots=True)
class Report:
    """What came of an export; without `files` nothing was written.

    `gaps` are pupils whose rows cannot be written, `unfit` cells that cannot, `empty` counts cells
    that the central database wants by (sheet, column), `odd_days` those that say no day.
    """

    counts: dict[str, int] = field(default_factory=dict)
    pupils: set[int] = field(default_factory=set)
    departed: set[int] = field(default_factory=set)
    gaps: dict[int, tuple[Listed, Gap]] = field(default_factory=dict)
    unfit: Sequence[Unfit] = ()
    unfit_count: int = 0
    empty: Counter[tuple[str, str]] = field(default_factory=Counter)
    odd_days: Counter[tuple[str, str]] = field(default_factory=Counter)
    odd_numbers: dict[int, Listed] = field(default_factory=dict)
    first_batch: NameList | None = None
    open_until: datetime | None = None
    files: tuple[Path, ...] = ()
    sha256: str = ""

    @property
    def rows(self) -> int:
        """Return how many rows all sheets have."""
        return sum(self.counts.values())


class Filling:
    """Fills a writer with one list; `spool` gets what is to be remembered, a row in a line."""

    def __init__(
        self, order: Order, writer: Writer, exactly: Exactly, spool: IO[bytes], report: Report
    ) -> None:
        self.order = order
        self.wanted = order.wanted
        self.layout = order.layout
        self.writer = writer
        self.exactly = exactly
        self.spool = spool
        self.report = report
        self._done = 0

    async def fill(
        self, session: AsyncSession, school: School, now: datetime, advance: Advance
    ) -> None:
        """Write every sheet, the cover first."""
        wanted, part = self.wanted, self.wanted.columns.part
        span = await _span(session, school.id, wanted)
        pupils = await namelists.pupils_of(session, school.id, wanted.year)
        before = await self._first_batch(session, school.id)
        self.report.open_until = await _open_until(session, school.id, wanted.year, now)
        self._cover(school)
        total = 0
        for sheet in wanted.columns.sheets:
            total += await namelists.count_of(session, part, sheet.key, span)
        for sheet in wanted.columns.sheets:
            self.exactly.pupil = None  # headings are nobody's
            self.writer.begin(sheet.title, sheet.headings)
            self.report.counts[sheet.title] = 0
            async for row in namelists.rows_of(session, part, sheet.key, span):
                if (row["person_id"], row["item_id"]) not in before:
                    self._row(sheet, pupils[row["person_id"]], row)
                self._done += 1
                if self._done % _EVERY == 0:
                    advance(self._done, total)
        advance(total, total)

    async def _first_batch(
        self, session: AsyncSession, school_id: int
    ) -> frozenset[tuple[int, int]]:
        """Return what the first batch held already, for the second: it is not submitted twice."""
        wanted = self.wanted
        if wanted.batch is not Batch.SECOND:
            return frozenset()
        code = wanted.columns.codes[Batch.FIRST]
        found = await submissions.latest(session, school_id, wanted.year, wanted.semester, code)
        self.report.first_batch = found
        return await submissions.items_in(session, found.id) if found else frozenset()

    def _cover(self, school: School) -> None:
        cover = self.layout.cover
        said = {
            "school_code": school.code,
            "year": str(self.wanted.year),
            "semester": str(self.wanted.semester),
            "code": self.wanted.code,
        }
        self.writer.begin(cover["title"], [cover[key] for key in said])
        self.writer.row(list(said.values()))

    def _row(self, sheet: SheetColumns, pupil: Listed, row: Row) -> None:
        columns = self.wanted.columns
        if not concerns(pupil, self.wanted.batch, columns.divisions, columns.elsewhere):
            return
        identity = self.order.identities.of(pupil.number) if pupil.grade else Gap.NO_CLASS
        if isinstance(identity, Gap):
            self.report.gaps[pupil.id] = pupil, identity
            return
        self._note(pupil, identity)
        values = {**row, **_of_pupil(pupil), **_of_identity(identity)}
        cells = [self._cell(sheet, each, values) for each in sheet.columns]
        self.exactly.pupil = pupil
        self.writer.row(cells)
        self.report.counts[sheet.title] += 1
        self.spool.write(orjson.dumps(self._line(sheet, row, cells)) + b"\n")

    def _note(self, pupil: Listed, identity: Identity) -> None:
        self.report.pupils.add(pupil.id)
        if pupil.departed:
            self.report.departed.add(pupil.id)
        if not has_own_form(identity.number):
            self.report.odd_numbers[pupil.id] = pupil

    def _cell(self, sheet: SheetColumns, column: tuple[tuple[str, ...], str], values: Row) -> str:
        sources, heading = column
        value = next(filter(_is_something, (_value(values, source) for source in sources)), "")
        if isinstance(value, date):
            return written_day(value, self.layout.calendar)
        text = tidy(str(value))
        if not text and heading in self.wanted.columns.needed:
            self.report.empty[sheet.title, heading] += 1
        if text and heading in self.layout.day_columns:
            day = rewritten_day(text, self.layout.calendar)
            if day is None:
                self.report.odd_days[sheet.title, heading] += 1
            return day or text
        return text

    def _line(self, sheet: SheetColumns, row: Row, cells: Sequence[str]) -> dict[str, Any]:
        kept = {
            heading: cell
            for (sources, heading), cell in zip(sheet.columns, cells, strict=True)
            if not set(sources) & set(UNREMEMBERED)
        }
        return {
            "person_id": row["person_id"],
            "part": self.wanted.columns.part.value,
            "sheet": sheet.title,
            "item_id": row["item_id"],
            "title": row["title"],
            "cells": kept,
        }


async def _span(session: AsyncSession, school_id: int, wanted: Wanted) -> Span:
    terms = await namelists.terms_of(session, school_id, wanted.year)
    chosen = [id_ for semester, id_ in terms.items() if wanted.semester in (0, semester)]
    if not chosen:
        raise NoSuchTerm
    return Span(school_id, wanted.year, tuple(chosen))


async def _open_until(
    session: AsyncSession, school_id: int, year: int, now: datetime
) -> datetime | None:
    """Return when selecting ends, if pupils can still select works of the year."""
    ends = [
        each.window.closes_at
        for each in await windows.of_school(session, school_id)
        if each.stage is Stage.SELECTION
        and each.term.year == year
        and each.window.opens_at <= now < each.window.closes_at
    ]
    return max(ends, default=None)


def _of_pupil(pupil: Listed) -> Mapping[str, object]:
    return {
        "number": pupil.number,
        "name": pupil.name,
        "class_name": pupil.class_name,
        "seat": pupil.seat,
        "grade": pupil.grade,
    }


def _of_identity(identity: Identity) -> Mapping[str, object]:
    return {"identity": identity.number, "birth_date": identity.born_on}


def _value(values: Row, source: str) -> object:
    if source.isascii():
        return values.get(source)
    return (values.get("details") or {}).get(source)


def _is_something(value: object) -> bool:
    return value not in (None, "")
