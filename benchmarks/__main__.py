"""`make bench`: runs the benchmarks and prints a table; ARGS="ingest planning" chooses some."""

import argparse
import importlib
import sys
import tempfile
from pathlib import Path

from benchmarks.databases import Databases
from benchmarks.measuring import Measured, peak_megabytes, table

SUBJECTS = ("ingest", "planning", "claiming", "sending", "startup")


async def main() -> None:
    """Run the chosen benchmarks one after another."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("subjects", nargs="*", default=SUBJECTS, metavar=" | ".join(SUBJECTS))
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    lines: list[Measured] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            for subject in chosen.subjects:
                say(f"… {subject}")
                module = importlib.import_module(f"benchmarks.{subject}")
                more_lines, more_notes = await module.measure(databases, rounds=chosen.rounds)
                lines += more_lines
                notes += more_notes
        finally:
            databases.close()
    say(table(lines), *notes, f"peak memory of this process: {peak_megabytes():.0f} MB")


def say(*texts: str) -> None:
    """Print lines at once: a long run shows where it is."""
    print(*texts, sep="\n", file=sys.stdout, flush=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
