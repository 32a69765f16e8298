"""Telegram: 30 bots at once, to each of which Telegram allows about 30 messages a second.

Goal: 30 a second to each of 30 bots at once from one core. What people write today builds the
library's objects and lets it parse Telegram's answers into others.
"""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from benchmarks.measuring import Figure, Findings, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.servers import server
from benchmarks.sizes import SQLITE, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases


BOTS = 30
AT_ONCE = 60
_serial = itertools.count(1_000_000_000)


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race 30 paced bots of the product with the library as its examples use it, unpaced."""
    from benchmarks.dispatching import schools
    from bot.telegram.channel import PER_SECOND

    crowd = schools(size, BOTS, size.messages)
    setting = Setting(crowd, databases.crowded(SQLITE, crowd, channel="telegram"))
    today, ours = race(
        "Telegram",
        (
            Contestant("python-telegram-bot's objects", Role.TODAY, objects, Setting(size)),
            Contestant(f"{BOTS} bots, paced, ledgered", Role.OURS, dispatched, setting),
        ),
        rounds=min(rounds, 2),
    )
    title = f"{BOTS} Telegram bots"
    return Findings(
        (today, ours),
        (
            Figure(f"{title}: to each bot", ours.per_second / BOTS, "/s", PER_SECOND * 0.97, True),
            Figure(f"{title}: the most in a second", ours.more["most a second"], "/s", 31),
            Figure(f"{title}: of one core", ours.cpu_ms * ours.per_second / 1000, "×", 1),
        ),
    )


@asynccontextmanager
async def dispatched(setting: Setting) -> AsyncIterator[Turn]:
    """Claim, draw, send and settle, at the pace that Telegram allows."""
    from benchmarks.dispatching import dispatching
    from bot.telegram.channel import TelegramChannel, TelegramCredentials

    async with server("telegram") as peer:
        channel = TelegramChannel(
            lambda code: TelegramCredentials("s", f"{code}:token"), api_url=peer.address
        )
        there = Setting(setting.size, setting.url, peer.address)
        async with dispatching(there, channel) as turn:
            yield turn


@asynccontextmanager
async def objects(setting: Setting) -> AsyncIterator[Turn]:
    """Send messages with buttons as the library's examples do."""
    from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.request import HTTPXRequest

    from benchmarks.dispatching import many

    async def send() -> None:
        keys = [[InlineKeyboardButton(text, callback_data=text)] for text in ("就勾這些", "稍後")]
        await bot.send_message(
            next(_serial),
            "<b>上傳課程學習成果</b>\n還有 14 天",
            parse_mode="HTML",
            reply_markup=InlineKeyboardMarkup(keys),
        )

    async def work() -> int:
        await many(send, times=setting.size.messages, at_once=AT_ONCE)
        return setting.size.messages

    async with server("telegram") as peer:
        request = HTTPXRequest(connection_pool_size=AT_ONCE, pool_timeout=60)
        bot = Bot("1:token", base_url=f"{peer.address}/bot", request=request)
        yield Turn(work)
        await request.shutdown()
