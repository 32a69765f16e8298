"""Exports what was done in a term: one reading of one consistent state, streamed into files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.exports import NoSuchTerm
from bot.exports.layout import Layout
from bot.exports.writing import (
    CsvWriter,
    Misfits,
    Softened,
    Writer,
    XlsxWriter,
    aside_of,
    publish,
)
from models.queries import audit, exporting
from models.queries.exporting import Rows
from models.rules.roc import Term
from models.store import Store
from models.tables import School
from models.tables import Term as TermRow

SHEETS: Mapping[str, Rows] = {
    "selections": exporting.selections,
    "certifications": exporting.certifications,
    "confirmations": exporting.confirmations,
    "queries": exporting.queries,
    "decisions": exporting.decisions,
}
"""Every sheet of the layout by its key, and where its rows come from."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the files, how many rows each sheet has, and what did not fit."""

    files: tuple[Path, ...]
    counts: Mapping[str, int]
    misfits: Misfits


async def export_done(
    store: Store,
    school: School,
    term: Term,
    folder: Path,
    layout: Layout,
    *,
    form: str,
    encoding: str,
    now: datetime,
    by: int | None = None,
) -> Exported:
    """Write a term's export into a folder, with an audit entry of the counts; raises NoSuchTerm.

    `form` is xlsx or csv, `encoding` utf-8 or cp950 (of CSV). Files stand complete or not at all;
    earlier ones of the same names are replaced. `by` is the account of the console that asks.
    """
    prefix = f"{term.year}_{term.semester}_{layout.name}"
    with aside_of(folder) as aside:
        softened = Softened(encoding)
        writer = (
            XlsxWriter(aside, prefix)
            if form == "xlsx"
            else CsvWriter(aside, prefix, encoding=encoding, fit=softened.fit)
        )
        with writer:
            async with store.reading() as session:
                row = await exporting.term_of(session, school.id, term.year, term.semester)
                if row is None:
                    raise NoSuchTerm
                counts = await _write(session, row, layout, writer, now)
        files = tuple(publish(path, folder) for path in writer.files)
    async with store.writing() as session:
        await audit.record(
            session,
            school_id=school.id,
            at=now,
            deed="exported done",
            thing=f"term:{row.id}",
            rows=counts,
            **audit.entered_by(by),
        )
    return Exported(files, counts, softened.misfits)


async def _write(
    session: AsyncSession,
    term: TermRow,
    layout: Layout,
    writer: Writer,
    now: datetime,
) -> dict[str, int]:
    counts: dict[str, int] = {}
    for sheet in layout.sheets:
        writer.begin(sheet.title, list(sheet.columns.values()))
        counts[sheet.key] = 0
        async for row in SHEETS[sheet.key](session, term, now):
            writer.row(layout.cells(sheet, row))
            counts[sheet.key] += 1
    return counts
