"""What every test of the simulator can ask for."""

from collections.abc import AsyncIterator

import pytest

from tests.simulator.line import Line, line_world
from tests.simulator.telegram import Telegram, telegram_world


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """LINE, with one account, two friends of it, and a bot that records its webhooks."""
    async with line_world() as line:
        yield line


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """Telegram, with one bot, two people who started it, and a webhook that records."""
    async with telegram_world() as telegram:
        yield telegram
