"""What was found, as tables: printed, and written into docs/benchmarks.md.

The figures are kept in docs/benchmarks.json, so that a run of some subjects leaves those of the
others, and the page and its picture are drawn from all.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks import drawing
from benchmarks.measuring import Figure, Findings, Line, Role

DOCS = Path(__file__).parent.parent / "docs"
BEGIN, END = "<!-- written by make bench -->\n", "<!-- up to here -->"
Rows = Sequence[Sequence[str]]
_GOALS = ("figure", "seen", "goal", "")
_RACES = ("race", "contestant", "a second", "ratio", "CPU ms each", "peak MB")


def text(findings: Findings) -> str:
    """Return what one subject came to, as two aligned tables."""
    tables = [rows for rows in (_races([findings]), _goals([findings])) if len(rows) > 1]
    return "\n".join(_aligned(rows) + "\n" for rows in tables)


def write(found: Mapping[str, Findings], folder: Path = DOCS) -> None:
    """Bring the page, its figures and its picture up to date with what was found."""
    kept = folder / "benchmarks.json"
    seen = _read(kept) | {name: (_when(), findings) for name, findings in found.items()}
    kept.write_bytes(orjson.dumps(_plain(seen), option=orjson.OPT_INDENT_2) + b"\n")
    page = folder / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    page.write_text(f"{before}{BEGIN}{_page(seen)}{END}{rest.partition(END)[2]}", "utf-8")
    lines = [line for _, findings in seen.values() for line in findings.lines]
    if lines:
        drawing.draw(lines, folder / "pictures" / "benchmarks.svg")


Seen = dict[str, tuple[str, Findings]]


def _page(seen: Seen) -> str:
    findings = [one for _, one in seen.values()]
    days = sorted({when for when, _ in seen.values()})
    met = [figure.is_met for one in findings for figure in one.figures]
    return (
        f"\n{' and '.join(days)}; {sum(met)} of {len(met)} figures reach their goal.\n\n"
        f"{_markdown(_goals(findings))}\n\n"
        "![How many things a second each contestant did](pictures/benchmarks.svg)\n\n"
        f"{_markdown(_races(findings))}\n\n"
    )


def _goals(found: Iterable[Findings]) -> Rows:
    return [
        _GOALS,
        *(
            (
                figure.work,
                f"{_short(figure.seen)} {figure.unit}",
                f"{'≥' if figure.at_least else '≤'} {_short(figure.goal)} {figure.unit}",
                "met" if figure.is_met else f"**missed** by {_missed(figure)}",
            )
            for one in found
            for figure in one.figures
        ),
    ]


def _missed(figure: Figure) -> str:
    return f"{_short(abs(figure.seen - figure.goal))} {figure.unit}"


def _races(found: Iterable[Findings]) -> Rows:
    rows: list[Sequence[str]] = [_RACES]
    for one in found:
        for line in one.lines:
            first = next(each for each in one.lines if each.race == line.race)
            rows.append(
                (
                    line.race if line is first else "",
                    line.name,
                    _short(line.per_second),
                    _short(line.times(first)),
                    _short(line.cpu_ms),
                    _short(line.megabytes),
                )
            )
    return rows


def _short(value: float) -> str:
    """Return a number with three digits that count."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _aligned(rows: Rows) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _markdown(rows: Rows) -> str:
    head, *rest = rows
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _when() -> str:
    cores = os.cpu_count() or 1
    return f"Seen on {datetime.now(UTC):%Y-%m-%d}, on {cores} cores"


def _plain(seen: Seen) -> dict[str, Any]:
    return {name: {"when": when, **asdict(findings)} for name, (when, findings) in seen.items()}


def _read(file: Path) -> Seen:
    if not file.exists():
        return {}
    return {
        name: (
            one["when"],
            Findings(
                tuple(Line(**{**line, "role": Role(line["role"])}) for line in one["lines"]),
                tuple(Figure(**figure) for figure in one["figures"]),
            ),
        )
        for name, one in orjson.loads(file.read_bytes()).items()
    }
