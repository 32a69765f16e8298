"""The whole demonstration with a small school, open in a real browser.

One server runs for each module, in a thread of its own, since every test has its own event loop.
Each test begins with the first morning of the demonstration.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.demo.seed import Size
from bot.demo.showing import running, settings_for
from bot.listening import listening
from models import migrations

from .school import LAPTOP, Screen, Window

SMALL = Size(day=2, continuing=1, pupils=14)
STARTING_TAKES_AT_MOST = 30.0
"""Seconds until a demonstration that does not answer counts as broken."""
QUIET = "/simulator/static/bell.svg"
"""A picture of the same server: nothing moves there and nothing listens."""

Opened = Callable[[Screen], Awaitable[Window]]


class Served:
    """A demonstration in a thread: `url` once it answers."""

    def __init__(self, folder: Path) -> None:
        """Serve from a fresh database in this folder."""
        self._folder = folder
        self._answers = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._serve()])
        self.url = ""

    def start(self) -> None:
        """Start, and wait until the page can be opened."""
        self._thread.start()
        assert self._answers.wait(STARTING_TAKES_AT_MOST), "the demonstration does not answer"

    def stop(self) -> None:
        """Stop, and wait until the thread has ended."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        with listening("127.0.0.1", 0) as sock:
            settings = settings_for(self._folder / "school.sqlite3", sock)
            await asyncio.to_thread(migrations.upgrade, settings.database_url)
            async with running(settings, sock, size=SMALL) as stage:
                self.url = stage.url
                self._answers.set()
                await self._stopped.wait()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the demonstration for a module's tests."""
    demonstration = Served(tmp_path_factory.mktemp("demonstration"))
    demonstration.start()
    yield demonstration
    demonstration.stop()


@dataclass(slots=True)
class Windows:
    """A module's browser windows, one for each screen: a window is loaded anew for every test."""

    browser: Browser
    url: str
    pages: dict[Screen, Page] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    async def open(self, screen: Screen) -> Window:
        """Show the page as if nobody had used it before."""
        page = self.pages.get(screen) or await self._new(screen)
        await page.goto(self.url)
        await page.locator(".flex-bubble >> visible=true").first.wait_for()
        return Window(page)

    async def leave(self) -> None:
        """Let go of the demonstration, so that it can begin anew, and forget what a page kept."""
        for page in self.pages.values():
            await page.goto(f"{self.url}{QUIET}")
            await page.evaluate("sessionStorage.clear()")

    async def close(self) -> None:
        """Close every window."""
        for page in self.pages.values():
            await page.context.close()

    async def _new(self, screen: Screen) -> Page:
        context = await self.browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            has_touch=screen.touch,
            locale="zh-TW",
            reduced_motion="reduce",
        )
        page = self.pages[screen] = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return page


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def windows(browser: Browser, served: Served) -> AsyncIterator[Windows]:
    """Give a module's windows: a browser keeps the page's files, so that loading again is quick."""
    found = Windows(browser, served.url)
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def opened(windows: Windows) -> AsyncIterator[Opened]:
    """Give a function that opens the page on a screen; afterwards nothing went wrong in it."""
    async with aiohttp.ClientSession(windows.url) as http:
        async with http.post("/demo/faults", json={"kind": "none"}) as answer:
            assert answer.status == 200
        async with http.post("/demo/reset", json={}) as answer:
            assert answer.status == 200, await answer.text()
    yield windows.open
    await windows.leave()
    assert windows.troubles == []


@pytest_asyncio.fixture(loop_scope="session")
async def window(opened: Opened) -> Window:
    """Give the page on a laptop."""
    return await opened(LAPTOP)
