"""Carrying webhooks to the bot: signed, within two seconds, and again when not taken."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import orjson

from bot.simulator.faults import Fault
from bot.simulator.state import Json, OfficialAccount
from bot.simulator.world import World

TIME_LIMIT = 2.0
REDELIVERY_DELAYS = (5.0, 30.0, 120.0, 600.0)


def signature(secret: str, body: bytes) -> str:
    """The value of `x-line-signature`: HMAC-SHA256 of the raw body, in Base64."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one webhook: the bot's status, or why there was none, in LINE's words."""

    status: int | None
    reason: str

    @property
    def accepted(self) -> bool:
        """Whether the bot answered 2xx."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Parcel:
    """Events that travel together, and how often they were tried."""

    account: OfficialAccount
    events: Sequence[Json]
    tries: int = 0


class Deliveries:
    """Sends webhooks, and sends them again.

    `redelivery_delays` are real seconds between the tries. None leaves what the bot did not take
    in `waiting` until `redeliver()` is called, which lets tests set the pace.
    """

    def __init__(
        self,
        world: World,
        *,
        time_limit: float = TIME_LIMIT,
        redelivery_delays: Sequence[float] | None = REDELIVERY_DELAYS,
    ) -> None:
        self.waiting: list[Parcel] = []
        self.redelivery_delays = redelivery_delays
        self._world = world
        self._time_limit = time_limit
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._overtaken = asyncio.Event()

    async def send(self, account: OfficialAccount, events: Sequence[Json]) -> Outcome:
        """Deliver events in one webhook, as a fault in force would have it."""
        parcel = Parcel(account, events)
        fault = self._world.faults.strike_webhook()
        if fault is None:
            outcome = await self._post(parcel)
        else:
            outcome = await self._send_badly(parcel, fault)
        if fault is None or fault.kind != "reorder":
            self._overtaken.set()
        if not outcome.accepted:
            self._plan_redelivery(parcel)
        return outcome

    async def redeliver(self) -> list[Outcome]:
        """Try everything in `waiting` again, now."""
        parcels, self.waiting = self.waiting, []
        return [await self._redeliver(parcel) for parcel in parcels]

    async def try_address(self, account: OfficialAccount, url: str) -> Outcome:
        """Send a webhook without events to an address, as the console's Verify button does."""
        return await self._call(account, url, [])

    async def aclose(self) -> None:
        """Drop what is still to be redelivered and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def _send_badly(self, parcel: Parcel, fault: Fault) -> Outcome:
        seconds = fault.milliseconds / 1_000
        match fault.kind:
            case "lose":
                return Outcome(None, "unclassified")
            case "duplicate":
                first, _ = await asyncio.gather(self._post(parcel), self._post(parcel))
                return first
            case "delay":
                await asyncio.sleep(seconds)
            case "reorder":
                await self._let_another_pass(seconds)
        return await self._post(parcel)

    async def _let_another_pass(self, seconds: float) -> None:
        """Wait until another webhook was delivered, but no longer than this."""
        self._overtaken.clear()
        try:
            await asyncio.wait_for(self._overtaken.wait(), seconds)
        except TimeoutError:
            return

    def _plan_redelivery(self, parcel: Parcel) -> None:
        if not parcel.account.redelivery:
            return
        if self.redelivery_delays is None:
            self.waiting.append(parcel)
        elif parcel.tries < len(self.redelivery_delays):
            delay = self.redelivery_delays[parcel.tries]
            task = asyncio.create_task(self._redeliver_after(delay, parcel))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _redeliver_after(self, delay: float, parcel: Parcel) -> None:
        await asyncio.sleep(delay)
        await self._redeliver(parcel)

    async def _redeliver(self, parcel: Parcel) -> Outcome:
        """The same events with the same ids and tokens, marked as redelivered."""
        parcel.tries += 1
        parcel.events = [
            event | {"deliveryContext": {"isRedelivery": True}} for event in parcel.events
        ]
        for event in parcel.events:
            self._world.renew_reply_token(event.get("replyToken", ""))
        outcome = await self._post(parcel)
        if not outcome.accepted:
            self._plan_redelivery(parcel)
        return outcome

    async def _post(self, parcel: Parcel) -> Outcome:
        return await self._call(parcel.account, parcel.account.webhook_url, parcel.events)

    async def _call(self, account: OfficialAccount, url: str, events: Sequence[Json]) -> Outcome:
        body = orjson.dumps({"destination": account.user_id, "events": events})
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": signature(account.secret, body),
        }
        try:
            async with self._session().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                await response.read()
        except TimeoutError:
            return Outcome(None, "request_timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return Outcome(None, "could_not_connect")
        ok = 200 <= response.status < 300
        return Outcome(response.status, "OK" if ok else "error_status_code")

    def _session(self) -> aiohttp.ClientSession:
        # Made at the first webhook: a mounted application has no start-up of its own.
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._time_limit),
                # Shorter than servers keep idle connections, so that none is found closed.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2),
                auto_decompress=False,
            )
        return self._http
