"""A real Chromium for the tests, driven by Playwright.

One Chromium and one Playwright driver run for each pytest worker. Tests with the `browser` fixture,
and the asynchronous fixtures they build on it, run in the session's event loop, where the driver
lives; each test closes the contexts that it opens.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event

import pytest
import pytest_asyncio
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test with a browser run in the session's event loop, where its driver lives."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_address: str) -> AsyncIterator[Browser]:
    """Give a connection to Chromium; open a context of your own in it."""
    async with async_playwright() as playwright:
        connection = await playwright.chromium.connect_over_cdp(chromium_address)
        yield connection
        await connection.close()
