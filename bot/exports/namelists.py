"""Exports one name list (名冊): one reading of one consistent state, all of it or nothing.

Rows are streamed into files that are published, audited and remembered together. What was written
is remembered without identity numbers; these are in the files alone.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from bot.exports.exactly import Exactly
from bot.exports.filling import Advance, Filling, Order, Report
from bot.exports.writing import CsvWriter, Writer, XlsxWriter, aside_of, publish
from models.queries import audit, submissions
from models.store import Store
from models.tables import NameList, School


async def export_name_list(
    store: Store,
    school: School,
    order: Order,
    folder: Path,
    *,
    now: datetime,
    by: int | None = None,
    advance: Advance = lambda _done, _of: None,
) -> Report:
    """Write a name list into a folder; raises NoSuchTerm, and OSError where it cannot be written.

    Nothing is written while a cell is unfit, or pupils have gaps that nobody agreed to leave out;
    and no list without a row, for it would count as what was submitted. `by` is the account of the
    console that asks, None at the terminal.
    """
    report = Report()
    exactly = Exactly(order.layout, order.encoding)
    with aside_of(folder) as aside, (aside / "lines").open("w+b") as spool:
        with _writer(aside, order, exactly) as writer:
            async with store.reading() as session:
                filling = Filling(order, writer, exactly, spool, report)
                await filling.fill(session, school, now, advance)
        report.unfit, report.unfit_count = exactly.unfit, exactly.unfit_count
        if report.unfit_count or len(report.gaps) != order.leave_out or not report.rows:
            return report
        report.sha256 = _digest(writer.files)
        published: list[Path] = []
        try:
            async with store.writing() as session:
                await _remember(session, school, order, report, _lines(spool), now=now, by=by)
                published += [publish(path, folder) for path in writer.files]
        except BaseException:
            for path in published:
                path.unlink(missing_ok=True)
            raise
    report.files = tuple(published)
    return report


async def _remember(
    session: AsyncSession,
    school: School,
    order: Order,
    report: Report,
    lines: Iterator[dict[str, Any]],
    *,
    now: datetime,
    by: int | None,
) -> None:
    """Keep what is submitted, and who may be asked about it; no names, no identity numbers."""
    wanted = order.wanted
    submitted = NameList(
        school_id=school.id,
        year=wanted.year,
        semester=wanted.semester,
        code=wanted.code,
        exported_at=now,
        sha256=report.sha256,
        rows=report.rows,
    )
    await submissions.remember(session, submitted, lines)
    await audit.record(
        session,
        school_id=school.id,
        at=now,
        deed="exported name list",
        thing=f"name_list:{submitted.id}",
        list=wanted.columns.key,
        code=wanted.code,
        year=wanted.year,
        semester=wanted.semester,
        rows=report.rows,
        left_out=len(report.gaps),
        form=order.kind,
        sha256=report.sha256,
        **audit.entered_by(by),
    )
    await session.flush()


def _writer(folder: Path, order: Order, exactly: Exactly) -> Writer:
    wanted = order.wanted
    name = wanted.columns.name + order.layout.batches.get(wanted.batch, "")
    prefix = f"{wanted.year}_{wanted.semester}_{name}"
    if order.kind == "xlsx":
        return XlsxWriter(folder, prefix)
    return CsvWriter(folder, prefix, encoding=order.encoding, fit=exactly.fit)


def _lines(spool: IO[bytes]) -> Iterator[dict[str, Any]]:
    spool.seek(0)
    return map(orjson.loads, spool)


def _digest(files: Sequence[Path]) -> str:
    """Return the hash of one file, or that of the lines `filename,sha256` of several."""
    digests = {path.name: _sha256(path) for path in files}
    if len(digests) == 1:
        return next(iter(digests.values()))
    lines = "".join(f"{name},{digest}\n" for name, digest in digests.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
