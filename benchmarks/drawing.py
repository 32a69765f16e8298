"""Draws the races: how many things a second each contestant did, on a scale of powers of ten."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.measuring import Line, Role

_COLOURS = {Role.TODAY: "#9aa5b1", Role.LIMIT: "#d9b44a", Role.OURS: "#067a3b"}
_SAID = {
    Role.TODAY: "what people write today",
    Role.LIMIT: "the limit below",
    Role.OURS: "Portfolio Bell",
}
_ROW = 0.24
"""Inches that a bar and its name take."""


def draw(lines: Sequence[Line], file: Path) -> None:
    """Write the picture as SVG; the same lines always make the same bytes."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "benchmarks"
    from matplotlib import pyplot as plt
    from matplotlib.patches import Patch

    bars = [(line, place) for place, line in _placed(lines)]
    figure, axes = plt.subplots(figsize=(9, 1.2 + _ROW * (bars[-1][1] + 1)))
    for line, place in bars:
        axes.barh(place, line.per_second, color=_COLOURS[line.role], height=0.8)
        axes.text(line.per_second * 1.1, place, f"{line.per_second:,.0f}", va="center", size=7)
    axes.set_xscale("log")
    axes.set_xlabel("things done a second (more is better)")
    axes.set_yticks([place for _, place in bars], [_label(line) for line, _ in bars], size=7)
    axes.invert_yaxis()
    axes.margins(x=0.12, y=0.01)
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    keys = [Patch(color=colour, label=_SAID[role]) for role, colour in _COLOURS.items()]
    figure.legend(handles=keys, loc="upper center", ncols=3, frameon=False, fontsize=8)
    figure.savefig(file, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)


def _placed(lines: Sequence[Line]) -> list[tuple[float, Line]]:
    """Return the lines with their places from the top, races a little apart."""
    placed: list[tuple[float, Line]] = []
    place = 0.0
    for _, of_race in groupby(lines, key=lambda line: line.race):
        for line in of_race:
            placed.append((place, line))
            place += 1
        place += 0.6
    return placed


def _label(line: Line) -> str:
    return f"{line.race}: {line.name}"
