"""A real Chromium for the tests, driven by Playwright.

One Chromium and one Playwright driver run for each pytest worker. Tests with the `browser` fixture,
and the asynchronous fixtures they build on it, run in the session's event loop, where the driver
lives; each test closes the contexts that it opens.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.support.missing import missing
from tools.chromium import find_chromium

STARTING_TAKES_AT_MOST = 60_000.0
"""Milliseconds until a browser that does not answer counts as broken."""

SHOWING_TAKES_AT_MOST = 20_000.0
"""Milliseconds until a page that does not show what it should has failed; five seconds are too
few where a school's day goes by on a busy machine."""

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test with a browser run in the session's event loop, where its driver lives."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give this worker's Chromium; open a context of your own in it, and close it."""
    executable = find_chromium()
    if executable is None:
        missing("the browser tests", "no Chromium was found and none could be installed")
    expect.set_options(timeout=SHOWING_TAKES_AT_MOST)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=executable, args=FLAGS, timeout=STARTING_TAKES_AT_MOST
        )
        yield chromium
        await chromium.close()
