"""A stand-in server, and the page open in a browser, at a laptop's size or a phone's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page

from .standin import StandIn, World, serve

LAPTOP = (1440, 900)
PHONE = (390, 844)
STREAMS = 2
"""How many streams the page listens to: the simulator's and the school's."""
LISTENING_TAKES_AT_MOST = 10.0
"""Seconds until a page that does not listen counts as broken."""


@dataclass
class Served:
    """A running stand-in: where it answers, and what it knows."""

    url: str
    world: World

    def asked(self, ending: str) -> list[dict[str, Any]]:
        """The bodies of the POST requests whose path ends like this."""
        return [body for path, body in self.world.requests if path.endswith(ending)]


@pytest.fixture(scope="module")
def standin() -> Iterator[StandIn]:
    """Serve for a module's tests."""
    server = serve()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def served(standin: StandIn) -> Served:
    """Give a fresh world to every test."""
    return Served(standin.url, standin.begin())


Opened = Callable[..., Awaitable[Page]]


@dataclass(slots=True)
class Windows:
    """A module's browser windows, one for each size and manner: each is loaded anew for a test."""

    browser: Browser
    standin: StandIn
    pages: dict[str, Page] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    async def open(self, size: tuple[int, int] = LAPTOP, **options: Any) -> Page:
        """Show the page as if nobody had used it before."""
        width, height = size
        manner = {"reduced_motion": "reduce", **options}
        key = f"{size} {sorted(manner.items())}"
        page = self.pages.get(key)
        if page is None:
            context = await self.browser.new_context(
                viewport={"width": width, "height": height}, locale="zh-TW", **manner
            )
            page = self.pages[key] = await context.new_page()
            page.on("pageerror", lambda error: self.troubles.append(str(error)))
            page.on("console", lambda line: _note(line.text, self.troubles))
        await page.goto(self.standin.url)
        await page.locator(".flex-bubble >> visible=true").first.wait_for()
        await self._heard()
        await page.locator(".plan").first.wait_for(state="attached")  # the first meter is in
        return page

    async def _heard(self) -> None:
        """Wait until the page listens, so that nothing is told to nobody."""
        came = self.standin.world.came.acquire
        for _ in range(STREAMS):
            assert await asyncio.to_thread(came, timeout=LISTENING_TAKES_AT_MOST)

    async def leave(self) -> None:
        """Go where nothing moves, and forget what the page has kept."""
        for page in self.pages.values():
            if not page.url.endswith("/room"):
                await page.goto(f"{self.standin.url}/room")
                await page.evaluate("sessionStorage.clear()")

    async def close(self) -> None:
        """Close every window."""
        for page in self.pages.values():
            await page.context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def windows(browser: Browser, standin: StandIn) -> AsyncIterator[Windows]:
    """Give a module's windows: a browser keeps the page's files, so that loading again is quick."""
    found = Windows(browser, standin)
    yield found
    await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def opened(windows: Windows, served: Served) -> AsyncIterator[Opened]:
    """Give a function that opens the page in a window of a size; afterwards nothing went wrong."""
    assert served.world is windows.standin.world
    yield windows.open
    await windows.leave()
    troubles, windows.troubles = windows.troubles, []
    assert troubles == []


def _note(line: str, troubles: list[str]) -> None:
    """Keep what the console said about the page's own safety policy."""
    if "Content Security Policy" in line:
        troubles.append(line)


@pytest_asyncio.fixture(loop_scope="session")
async def page(opened: Opened) -> Page:
    """Give the page in a laptop's window."""
    return await opened()


@pytest_asyncio.fixture(loop_scope="session")
async def pupil(page: Page) -> Locator:
    """Give the pupil's phone."""
    return page.locator(".slot").first


Drawn = Callable[..., Awaitable[Locator]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def drawn(browser: Browser, standin: StandIn) -> AsyncIterator[Drawn]:
    """Give a function that draws one Flex container in a room as wide as LINE's phones."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{standin.url}/room")

    async def draw(contents: dict[str, Any]) -> Locator:
        await page.evaluate(
            """async (contents) => {
                const { drawFlex } = await import("/simulator/static/flex.js");
                const room = document.createElement("div");
                room.id = "room";
                room.style.width = "324px";
                window.acts = [];
                room.append(drawFlex(contents, (action) => window.acts.push(action)));
                document.body.replaceChildren(room);
            }""",
            contents,
        )
        return page.locator("#room")

    yield draw
    await context.close()
