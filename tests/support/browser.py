"""A real Chromium for the tests, driven by Playwright.

One Chromium runs for each pytest worker; every test connects to it from its own event loop, so the
`browser` fixture goes together with any other asynchronous fixture. Contexts and pages that a test
opens are closed with its connection.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event

import pytest
from playwright.async_api import Browser, async_playwright

from tests.support.children import Child
from tests.support.missing import missing
from tools.chromium import find_chromium

STARTING_TAKES_AT_MOST = 30.0
"""Seconds until a browser that opens no debugging port counts as broken."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)


@pytest.fixture(scope="session")
def chromium_address() -> Iterator[str]:
    """Start this worker's Chromium and give the address of its debugging port."""
    executable = find_chromium()
    if executable is None:
        missing("the browser tests", "no Chromium was found and none could be installed")
    folder = Path(tempfile.mkdtemp(prefix="bell-chromium-"))
    child = Child([str(executable), *FLAGS, f"--user-data-dir={folder}/profile"], folder)
    try:
        yield _debugging_address(child)
    finally:
        child.stop()


def _debugging_address(child: Child) -> str:
    """Wait until Chromium has written its port beside its profile."""
    announcement = child.folder / "profile" / "DevToolsActivePort"
    pause = Event()
    for _ in range(int(STARTING_TAKES_AT_MOST / 0.05)):
        if announcement.exists() and (lines := announcement.read_text().splitlines()):
            return f"http://127.0.0.1:{lines[0]}"
        pause.wait(0.05)
    return missing("the browser tests", f"Chromium does not start: {child.output[-500:]}")


@pytest.fixture
async def browser(chromium_address: str) -> AsyncIterator[Browser]:
    """Give a connection to Chromium; open a context of your own in it."""
    async with async_playwright() as playwright:
        connection = await playwright.chromium.connect_over_cdp(chromium_address)
        yield connection
        await connection.close()
