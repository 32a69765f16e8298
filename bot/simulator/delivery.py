"""Carrying webhooks to the bot: signed, within two seconds, and again when not taken."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bot.simulator.carrying import Carrier, Outcome
from bot.simulator.state import Json, OfficialAccount
from bot.simulator.world import World

TIME_LIMIT = 2.0
REDELIVERY_DELAYS = (5.0, 30.0, 120.0, 600.0)


def signature(secret: str, body: bytes) -> str:
    """The value of `x-line-signature`: HMAC-SHA256 of the raw body, in Base64."""
    return base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()


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
        self._carrier = Carrier(world.faults, time_limit)
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, account: OfficialAccount, events: Sequence[Json]) -> Outcome:
        """Deliver events in one webhook, as a fault in force would have it."""
        parcel = Parcel(account, events)
        body, headers = _signed(account, events)
        outcome = await self._carrier.carry(account.webhook_url, body, headers)
        if not outcome.accepted:
            self._plan_redelivery(parcel)
        return outcome

    async def redeliver(self) -> list[Outcome]:
        """Try everything in `waiting` again, now."""
        parcels, self.waiting = self.waiting, []
        return [await self._redeliver(parcel) for parcel in parcels]

    async def try_address(self, account: OfficialAccount, url: str) -> Outcome:
        """Send a webhook without events to an address, as the console's Verify button does."""
        return await self._carrier.post(url, *_signed(account, []))

    async def aclose(self) -> None:
        """Drop what is still to be redelivered and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._carrier.aclose()

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
        body, headers = _signed(parcel.account, parcel.events)
        outcome = await self._carrier.post(parcel.account.webhook_url, body, headers)
        if not outcome.accepted:
            self._plan_redelivery(parcel)
        return outcome


def _signed(account: OfficialAccount, events: Sequence[Json]) -> tuple[bytes, dict[str, str]]:
    """The body of a webhook and its headers."""
    body = orjson.dumps({"destination": account.user_id, "events": events})
    return body, {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "LineBotWebhook/2.0",
        "x-line-signature": signature(account.secret, body),
    }
