"""Sending: a personal Flex message each, ledgered, to a peer that is 30 ms away.

Goal: LINE's 2,000 a second to a channel from one core; at least 0.70 of raw aiohttp with ready
JSON; under 0.35 ms of CPU a message, drawing included.
"""

import asyncio
import itertools
import time
import uuid
from functools import partial

import aiohttp
import orjson
import sqlalchemy as sa
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    FlexContainer,
    FlexMessage,
    PushMessageRequest,
)
from sqlmodel import col

from benchmarks import crowd
from benchmarks.databases import Databases
from benchmarks.ingest import server
from benchmarks.measuring import Measured, Variant, compare
from bot.i18n import words
from bot.line.channel import LineChannel, LineCredentials
from handlers.replies import Reply
from models.store import Store
from models.tables import Attempt, Delivery, Notice, School
from models.vocabulary import DeliveryState
from scheduler.bundling import bundle
from scheduler.dispatch import Dispatcher
from scheduler.planning import plan

MESSAGES = 1_500
AT_ONCE = 100
_serial = itertools.count()


class Attentive(LineChannel):
    """Remembers what was drawn last: the ledger forgets a body once it was accepted."""

    drawn = b""

    def draw(self, reply: Reply) -> bytes:
        """Draw a reply and remember it."""
        self.drawn = super().draw(reply)
        return self.drawn


async def measure(databases: Databases, *, rounds: int) -> tuple[list[Measured], list[str]]:
    """Return the speeds, and what a message costs in CPU."""
    store = Store(databases.sqlite())
    await crowd.gather(store, schools=1, pupils=MESSAGES)
    costs: list[float] = []
    async with server("far", "-") as peer, aiohttp.ClientSession() as http:
        channel = Attentive(lambda _code: LineCredentials("s", "t"), api_url=peer)
        dispatcher = Dispatcher(store, {"line": channel}, words, lambda: crowd.AFTER)
        planned = partial(_planned, store)
        await planned()
        await _dispatched(store, dispatcher, [])
        body = channel.drawn
        variants = {
            "raw aiohttp, ready JSON": Variant(lambda: _raw(http, peer, body)),
            "SDK's model classes": Variant(lambda: _models(peer, body)),
            "dispatch, ledgered": Variant(
                lambda: _dispatched(store, dispatcher, costs), "≥ 0.70", planned
            ),
        }
        lines = await compare("sending", variants, rounds=rounds)
        await channel.aclose()
    await store.close()
    cost = sorted(costs)[len(costs) // 2] * 1000
    return lines, [f"sending: {cost:.2f} ms of CPU a message (goal: < 0.35)"]


async def _planned(store: Store) -> None:
    """Plan and bundle the reminders anew."""
    async with store.writing() as session:
        for table in (Attempt, Notice, Delivery):
            await session.execute(sa.delete(table))
        await session.execute(
            sa.update(School).where(col(School.id) >= 100).values(planned_until=crowd.BEFORE)
        )
    await plan(store, crowd.AFTER)
    await bundle(store, crowd.AFTER, {"line"})


async def _dispatched(store: Store, dispatcher: Dispatcher, costs: list[float]) -> int:
    """Claim, draw, freeze, send and settle all of it."""
    started = time.process_time()
    await dispatcher.tick()
    await dispatcher.idle()
    costs.append((time.process_time() - started) / MESSAGES)
    async with store.reading() as session:
        accepted = await session.scalar(
            sa.select(sa.func.count()).where(col(Delivery.state) == DeliveryState.ACCEPTED)
        )
    if accepted != MESSAGES:
        raise RuntimeError(f"{accepted} of {MESSAGES} were accepted")
    return MESSAGES


async def _raw(http: aiohttp.ClientSession, peer: str, body: bytes) -> int:
    async def worker() -> None:
        for _ in range(MESSAGES // AT_ONCE):
            whole = b'{"to":"U%032x","messages":%s}' % (next(_serial), body)
            headers = {"X-Line-Retry-Key": str(uuid.uuid4()), "content-type": "application/json"}
            async with http.post(
                f"{peer}/v2/bot/message/push", data=whole, headers=headers
            ) as answer:
                await answer.read()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return MESSAGES


async def _models(peer: str, body: bytes) -> int:
    """Send a fifth of it as the SDK's examples do: building its models takes that long."""
    contents = orjson.loads(body)[0]["contents"]
    async with AsyncApiClient(Configuration(host=peer, access_token="t")) as client:  # noqa: S106
        api = AsyncMessagingApi(client)

        async def worker() -> None:
            for _ in range(MESSAGES // 5 // AT_ONCE):
                message = FlexMessage(alt_text="x", contents=FlexContainer.from_dict(contents))
                request = PushMessageRequest(to=f"U{next(_serial):032x}", messages=[message])
                await api.push_message(request, x_line_retry_key=str(uuid.uuid4()))

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return MESSAGES // 5
