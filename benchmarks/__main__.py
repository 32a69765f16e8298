"""`make bench`: runs the benchmarks and prints a table; ARGS="ingest planning" chooses some."""

import argparse
import importlib
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from benchmarks.databases import Databases
from benchmarks.measuring import Measured, peak_megabytes, table
from bot.commands import running

SUBJECTS = ("ingest", "planning", "claiming", "sending", "startup")


def main() -> None:
    """Run the chosen benchmarks one after another, in a process as the product's own are."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("subjects", nargs="*", default=SUBJECTS, metavar=" | ".join(SUBJECTS))
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in chosen.subjects}
    running.run(measure_all(modules, chosen.rounds))


async def measure_all(modules: Mapping[str, ModuleType], rounds: int) -> None:
    """Measure one subject after another and print a table of all."""
    lines: list[Measured] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for subject, module in modules.items():
                say(f"… {subject}")
                more_lines, more_notes = await module.measure(databases, rounds=rounds)
                lines += more_lines
                notes += more_notes
        finally:
            databases.close()
    say(table(lines), *notes, f"peak memory of this process: {peak_megabytes():.0f} MB")


def say(*texts: str) -> None:
    """Print lines at once: a long run shows where it is."""
    print(*texts, sep="\n", file=sys.stdout, flush=True)


if __name__ == "__main__":
    main()
