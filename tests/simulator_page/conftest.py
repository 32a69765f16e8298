"""A stand-in server, and the page open in a browser, at a laptop's size or a phone's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page

from .standin import World, serve

LAPTOP = (1440, 900)
PHONE = (390, 844)


@dataclass
class Served:
    """A running stand-in: where it answers, and what it knows."""

    url: str
    world: World

    def asked(self, ending: str) -> list[dict[str, Any]]:
        """The bodies of the POST requests whose path ends like this."""
        return [body for path, body in self.world.requests if path.endswith(ending)]


@pytest.fixture
def served() -> Iterator[Served]:
    """Give a fresh stand-in to every test."""
    server, world = serve()
    yield Served(f"http://127.0.0.1:{server.server_address[1]}", world)
    server.shutdown()
    server.server_close()


Opened = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def opened(browser: Browser, served: Served) -> AsyncIterator[Opened]:
    """Give a function that opens the page in a window of a size; afterwards nothing went wrong."""
    troubles: list[str] = []
    contexts = []

    async def open_page(size: tuple[int, int] = LAPTOP, **options: Any) -> Page:
        width, height = size
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-TW", **options
        )
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda line: _note(line.text, troubles))
        await page.goto(served.url)
        await page.locator(".flex-bubble >> visible=true").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        await context.close()
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


@pytest_asyncio.fixture(loop_scope="session")
async def drawn(browser: Browser, served: Served) -> AsyncIterator[Drawn]:
    """Give a function that draws one Flex container in a room as wide as LINE's phones."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{served.url}/room")

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
