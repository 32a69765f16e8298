"""The whole demonstration with a small school, open in a real browser.

One server runs for each module, in a thread of its own, since every test has its own event loop.
Each test begins with the first morning of the demonstration.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
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


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, served: Served) -> AsyncIterator[Opened]:
    """Give a function that opens the page on a screen; afterwards nothing went wrong in it."""
    async with aiohttp.ClientSession(served.url) as http:
        async with http.post("/demo/faults", json={"kind": "none"}) as answer:
            assert answer.status == 200
        async with http.post("/demo/reset", json={}) as answer:
            assert answer.status == 200, await answer.text()
    pages: list[Page] = []
    troubles: list[str] = []

    async def open_window(screen: Screen) -> Window:
        context = await browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            has_touch=screen.touch,
            locale="zh-TW",
        )
        page = await context.new_page()
        pages.append(page)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(served.url)
        await page.locator(".flex-bubble >> visible=true").first.wait_for()
        return Window(page)

    yield open_window
    for page in pages:
        await page.context.close()
    assert troubles == []


@pytest_asyncio.fixture(loop_scope="session")
async def window(opened: Opened) -> Window:
    """Give the page on a laptop."""
    return await opened(LAPTOP)
