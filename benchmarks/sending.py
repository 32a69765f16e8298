"""Sending: a personal Flex message each, ledgered, to a peer that is 30 ms away.

Goals: LINE's 2,000 a second to a channel from one core; at least 0.70 of raw aiohttp with ready
JSON; under 0.35 ms of CPU a message, drawing included. All send as fast as they can: the product's
own pace, of 1,980 a second, would be what is measured; benchmarks/channels.py holds it to that.
"""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks.measuring import Figure, Findings, Role
from benchmarks.racing import Contestant, Setting, Turn, race
from benchmarks.servers import server
from benchmarks.sizes import SQLITE, Size

if TYPE_CHECKING:
    from benchmarks.databases import Databases
    from handlers.replies import Reply


AT_ONCE = 100
_serial = itertools.count()


def measure(databases: "Databases", size: Size, *, rounds: int) -> Findings:
    """Race the product with ready JSON, and with the SDK's models."""
    from benchmarks.dispatching import schools

    crowd = schools(size, 1, size.messages * 5)
    setting = Setting(crowd, databases.crowded(SQLITE, crowd))
    body = databases.folder / "body.json"
    body.write_bytes(asyncio.run(_drawn(setting)))
    ready = Setting(size, file=str(body))
    raw_, models_, ours = race(
        "sending",
        (
            Contestant("raw aiohttp, ready JSON", Role.LIMIT, raw, ready),
            Contestant("line-bot-sdk's model classes", Role.TODAY, models, ready),
            Contestant("dispatch, ledgered", Role.OURS, dispatched, setting),
        ),
        rounds=rounds,
    )
    return Findings(
        (raw_, models_, ours),
        (
            Figure("sending: of raw aiohttp", ours.times(raw_), "×", 0.7, at_least=True),
            Figure("sending: to one LINE channel", ours.per_second, "/s", 2_000, at_least=True),
            Figure("sending: CPU a message", ours.cpu_ms, "ms", 0.35),
        ),
    )


@asynccontextmanager
async def dispatched(setting: Setting) -> AsyncIterator[Turn]:
    """Claim, draw, freeze, send and settle."""
    from benchmarks.channels import line
    from benchmarks.dispatching import dispatching

    async with server("line") as peer:
        channel = line(peer.address)
        channel.per_second = None
        there = Setting(setting.size, setting.url, peer.address)
        async with dispatching(there, channel) as turn:
            yield turn


@asynccontextmanager
async def raw(setting: Setting) -> AsyncIterator[Turn]:
    """Post the same ready JSON over aiohttp."""
    import aiohttp

    from benchmarks.dispatching import many

    body = _body(setting)

    async def post() -> None:
        whole = b'{"to":"U%032x","messages":%s}' % (next(_serial), body)
        headers = {"X-Line-Retry-Key": str(uuid.uuid4()), "content-type": "application/json"}
        async with http.post(url, data=whole, headers=headers) as answer:
            await answer.read()

    async def work() -> int:
        await many(post, times=setting.size.messages * 5, at_once=AT_ONCE)
        return setting.size.messages * 5

    async with server("line") as peer, aiohttp.ClientSession() as http:
        url = f"{peer.address}/v2/bot/message/push"
        yield Turn(work)


@asynccontextmanager
async def models(setting: Setting) -> AsyncIterator[Turn]:
    """Send a fifth of it as the SDK's examples do: building its models takes that long."""
    from linebot.v3.messaging import (
        AsyncApiClient,
        AsyncMessagingApi,
        Configuration,
        FlexContainer,
        FlexMessage,
        PushMessageRequest,
    )

    from benchmarks.dispatching import many

    contents = orjson.loads(_body(setting))[0]["contents"]

    async def push() -> None:
        message = FlexMessage(alt_text="x", contents=FlexContainer.from_dict(contents))
        request = PushMessageRequest(to=f"U{next(_serial):032x}", messages=[message])
        await api.push_message(request, x_line_retry_key=str(uuid.uuid4()))

    async def work() -> int:
        await many(push, times=setting.size.messages, at_once=AT_ONCE)
        return setting.size.messages

    async with server("line") as peer:
        configuration = Configuration(host=peer.address, access_token="t")  # noqa: S106
        async with AsyncApiClient(configuration) as client:
            api = AsyncMessagingApi(client)
            yield Turn(work)


def _body(setting: Setting) -> bytes:
    return Path(setting.file).read_bytes()


async def _drawn(setting: Setting) -> bytes:
    """Return the JSON of a message as the product draws it; the ledger forgets what has left."""
    from benchmarks.channels import line
    from benchmarks.dispatching import dispatching

    async with server("line") as peer:
        channel = line(peer.address)
        drawn: list[bytes] = []
        draw = channel.draw

        def keep(reply: "Reply") -> bytes:
            drawn.append(draw(reply))
            return drawn[-1]

        channel.draw = keep  # type: ignore[method-assign]
        async with dispatching(Setting(setting.size, setting.url, peer.address), channel) as turn:
            await turn.prepare()
            await turn.work()
    return drawn[-1]
