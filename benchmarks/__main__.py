"""`make bench`: runs the benchmarks and prints what they found; ARGS="planning --write"."""

import argparse
import importlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import progress, report
from benchmarks.databases import databases
from benchmarks.measuring import Findings
from benchmarks.sizes import SIZES

SUBJECTS: dict[str, tuple[str, ...]] = {
    "startup": ("a school", "500 schools"),
    "ingest": ("a school",),
    "sending": ("a school",),
    "channels": ("a school",),
    "telegram": ("a school",),
    "importing": ("a school", "500 schools"),
    "planning": ("a school", "500 schools"),
    "bundling": ("a school", "500 schools"),
    "claiming": ("a school", "500 schools"),
    "ticking": ("a school", "500 schools"),
}
"""What is measured, at which sizes: a webhook does not know how many schools there are."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the chosen benchmarks one after another, print the tables, and write them if asked."""
    chosen = _parser().parse_args(arguments)
    found: dict[str, Findings] = {}
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as places:
        for size in (SIZES[name] for name in chosen.size or ("a school", "500 schools")):
            for subject in chosen.subjects:
                if size.name in SUBJECTS[subject] or size.name == "tiny":
                    progress.step(f"{subject}, {size.name}")
                    module = importlib.import_module(f"benchmarks.{subject}")
                    findings = module.measure(places, size, rounds=chosen.rounds or size.rounds)
                    found[f"{subject}, {size.name}"] = findings
                    print(report.text(findings), flush=True)
    if chosen.write:
        report.write(found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("subjects", nargs="*", default=list(SUBJECTS), metavar=" | ".join(SUBJECTS))
    parser.add_argument(
        "--size", action="append", choices=list(SIZES), help="both, unless one is named"
    )
    parser.add_argument("--rounds", type=int, help="of each race; the median counts")
    parser.add_argument(
        "--write", action="store_true", help="bring docs/benchmarks.md and its picture up to date"
    )
    return parser


if __name__ == "__main__":
    main()
