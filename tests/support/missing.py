"""What the tests need and this machine may lack: a browser, a database server.

Where a person runs the tests, what is missing is left out and named at the end of the run. With
`CI` set nothing may be missing, so the same absence is a failure.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

PREFIX = "could not run here: "


def missing(what: str, why: str) -> NoReturn:
    """Leave out the asking test because `what` cannot be had, or fail it in CI."""
    reason = f"{PREFIX}{what}: {why}"
    if os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, after everything else, which tests did not run and why."""
    left_out: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if reason.startswith(PREFIX):
            left_out[reason] = left_out.get(reason, 0) + 1
    if not left_out:
        return
    terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
    for reason, count in left_out.items():
        terminalreporter.line(f"{count} tests {reason}", red=True)
