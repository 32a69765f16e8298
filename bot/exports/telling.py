"""Says what came of exporting a name list: what was written, or everything that is in its way.

Pupils are named by class, seat and 學號; no identity number is ever said.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice

from bot.exports.exactly import Unfit
from bot.exports.filling import Order, Report
from handlers.words import N_, Words
from models.rules.namelists.identities import Gap
from models.rules.namelists.lists import Batch, Listed

MOST_SHOWN = 30
"""So many pupils or cells of one kind are shown as text; --format json has more."""

GAPS = {
    Gap.NO_CLASS: N_(
        "without a class in that academic year: import the list of people of that year"
    ),
    Gap.ABSENT: N_("not in the file of identity numbers"),
    Gap.LOST_ZERO: N_(
        "in the file without the zeros at the beginning of 學號. Format the column as text"
    ),
    Gap.INCOMPLETE: N_("in the file without identity number or birth date"),
    Gap.WRONG_NUMBER: N_("in the file with an identity number whose check digit is wrong"),
    Gap.WRONG_DAY: N_("in the file with a birth date that is no day such as 97/5/3"),
    Gap.CONTRADICTS: N_("in the file twice, with different identity numbers or birth dates"),
    Gap.SHARED: N_("in the file with the identity number of somebody else"),
}


def lines(report: Report, order: Order, words: Words) -> list[str]:
    """Return what was written, or why nothing was; what to do then depends on where it is said."""
    if report.files:
        files = [words.say("Written: {file}", file=path) for path in report.files]
        return [*files, *summary(report, order, words), *remarks(report, order, words)]
    return [*hindrances(report, order, words), words.say("Nothing was written.")]


def hindrances(report: Report, order: Order, words: Words) -> list[str]:
    """Return everything that is in the way of a list."""
    said = [*_gap_lines(report, words), *_unfit_lines(report, words)]
    if order.leave_out and order.leave_out != len(report.gaps):
        said.append(
            words.count(
                "{n} pupil cannot be written now, not {agreed} as was agreed. Look again.",
                "{n} pupils cannot be written now, not {agreed} as was agreed. Look again.",
                len(report.gaps),
                agreed=order.leave_out,
            )
        )
    if not report.rows and not report.unfit_count and len(report.gaps) == order.leave_out:
        said.append(_empty_line(report, order, words))
    return said


def _empty_line(report: Report, order: Order, words: Words) -> str:
    """Say why a list is empty: it would count as what was submitted."""
    if order.wanted.batch is Batch.SECOND and report.first_batch is not None:
        return words.say("The first batch held everything that was selected.")
    if report.gaps:
        return words.say("Nobody is left in this list.")
    return words.say(
        "Nothing belongs in this list: no record of this time, of pupils of these grades and "
        "divisions, that is certified and selected where it has to be."
    )


def summary(report: Report, order: Order, words: Words) -> list[str]:
    """Return what was written: how many rows, and which hash."""
    said = [
        words.say(
            "名冊別 {code}: {rows} rows of {pupils} pupils",
            code=order.wanted.code,
            rows=report.rows,
            pupils=len(report.pupils),
        )
    ]
    said += [
        words.count("{sheet}: {n} row", "{sheet}: {n} rows", count, sheet=title)
        for title, count in report.counts.items()
        if count
    ]
    said.append(words.say("SHA-256: {digest}", digest=report.sha256))
    said.append(
        words.say("These files hold identity numbers. Delete them once they were submitted.")
    )
    return said


def remarks(report: Report, order: Order, words: Words) -> list[str]:
    """Return what the registrar should look at before submitting."""
    said = []
    if report.open_until:
        said.append(
            words.say(
                "Pupils can still select works, until {moment}: export again after that.",
                moment=words.deadline(report.open_until),
            )
        )
    if order.wanted.batch is Batch.SECOND and report.first_batch is None:
        said.append(
            words.say(
                "No first batch was exported here, so this list holds everything that was selected."
            )
        )
    if report.departed:
        said.append(
            words.count(
                "{n} departed pupil is in the list: what they selected is submitted "
                "(111函 五(三)).",
                "{n} departed pupils are in the list: what they selected is submitted "
                "(111函 五(三)).",
                len(report.departed),
            )
        )
    if report.gaps:
        said += _gap_lines(report, words)
        said.append(words.say("They were left out, as you said."))
    said += _counted(
        report.empty,
        N_("{column} is empty, and the central database wants it: {where}"),
        words,
    )
    said += _counted(report.odd_days, N_("{column} is no day: {where}"), words)
    if report.odd_numbers:
        said.append(
            words.say(
                "Identity numbers of another form than 身分證字號 and 居留證號, not checked: "
                "{pupils}",
                pupils=_pupils(report.odd_numbers.values(), words),
            )
        )
    return said


def _counted(counts: Counter[tuple[str, str]], msgid: str, words: Words) -> list[str]:
    columns: dict[str, list[str]] = {}
    for (sheet, column), count in counts.items():
        where = words.count("{sheet}: {n} row", "{sheet}: {n} rows", count, sheet=sheet)
        columns.setdefault(column, []).append(where)
    return [
        words.say(msgid, column=column, where="、".join(some)) for column, some in columns.items()
    ]


def _gap_lines(report: Report, words: Words) -> list[str]:
    return [
        words.count(
            "{n} pupil is {why}: {pupils}",
            "{n} pupils are {why}: {pupils}",
            len(some),
            why=words.say(GAPS[gap]),
            pupils=_pupils(some, words),
        )
        for gap in Gap
        if (some := [pupil for pupil, each in report.gaps.values() if each is gap])
    ]


def _unfit_lines(report: Report, words: Words) -> list[str]:
    if not report.unfit_count:
        return []
    said = [_unfit_line(each, words) for each in islice(report.unfit, MOST_SHOWN)]
    if report.unfit_count > MOST_SHOWN:
        said.append(words.say("… {n} cells in all", n=report.unfit_count))
    return said


def _unfit_line(unfit: Unfit, words: Words) -> str:
    facts = {"sheet": unfit.sheet, "row": unfit.row, "column": unfit.column}
    facts["pupil"] = _pupil(unfit.pupil, words) if unfit.pupil else "–"
    if not unfit.character:
        return words.say(
            "{sheet}, row {row}, {column} ({pupil}): a spreadsheet program would take this for a "
            "formula",
            **facts,
        )
    return words.say(
        "{sheet}, row {row}, {column} ({pupil}): {character} (U+{code}) is not in Big5",
        character=unfit.character,
        code=f"{ord(unfit.character):04X}",
        **facts,
    )


def _pupils(some: Iterable[Listed], words: Words) -> str:
    ordered = sorted(some, key=lambda pupil: (pupil.class_name, pupil.seat, pupil.number))
    shown = "、".join(_pupil(pupil, words) for pupil in ordered[:MOST_SHOWN])
    return shown + ("…" if len(ordered) > MOST_SHOWN else "")


def _pupil(pupil: Listed, words: Words) -> str:
    if not pupil.class_name:
        return pupil.number
    return words.say(
        "{class_name} no. {seat} ({number})",
        class_name=pupil.class_name,
        seat=pupil.seat,
        number=pupil.number,
    )


def as_data(report: Report, order: Order) -> dict[str, object]:
    """Return what came of the export as plain data for scripts; no names, no identity numbers."""
    return {
        "written": bool(report.files),
        "files": [str(path) for path in report.files],
        "sha256": report.sha256,
        "code": order.wanted.code,
        "rows": report.counts,
        "pupils": len(report.pupils),
        "departed": len(report.departed),
        "gaps": [
            {
                "number": pupil.number,
                "class": pupil.class_name,
                "seat": pupil.seat,
                "why": gap.value,
                "row": order.identities.row_of(pupil.number),
            }
            for pupil, gap in report.gaps.values()
        ],
        "unfit": _unfit_data(report.unfit),
        "unfit_cells": report.unfit_count,
        "empty": _cell_data(report.empty),
        "odd_days": _cell_data(report.odd_days),
        "unchecked_numbers": sorted(pupil.number for pupil in report.odd_numbers.values()),
    }


def _unfit_data(unfit: Sequence[Unfit]) -> list[dict[str, object]]:
    return [
        {
            "number": each.pupil.number if each.pupil else "",
            "sheet": each.sheet,
            "row": each.row,
            "column": each.column,
            "character": each.character,
        }
        for each in unfit
    ]


def _cell_data(counts: Counter[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"sheet": sheet, "column": column, "rows": count}
        for (sheet, column), count in counts.items()
    ]
