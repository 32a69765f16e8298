"""Carrying updates to a bot: at its webhook, again until they are taken, or when it asks."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta

import orjson

from bot.simulator.carrying import Carrier, Outcome
from bot.simulator.faults import Fault
from bot.simulator.telegram.answers import OTHER_GET_UPDATES, Rejected
from bot.simulator.telegram.objects import unix
from bot.simulator.telegram.state import Bot, Json, Pending
from bot.simulator.telegram.world import ANSWERED_WITHIN, TelegramWorld

TIME_LIMIT = 60.0
KEPT_FOR = timedelta(hours=24)
LONGEST_PAUSE = 60
LONGEST_RETRY_AFTER = 3_600
LOOK_EVERY = 0.25
GONE = 410
NOT_BY_DEFAULT = ("chat_member", "message_reaction", "message_reaction_count")


class Updates:
    """Hands updates to bots, those of one chat in order.

    What a bot does not take comes again on world time: at once, after 2, 4, 8 … 60 seconds, or as
    its Retry-After says, for 24 hours (taps: 150 seconds). `retrying` false leaves that to
    `redeliver_due()` and `redeliver()`, which lets tests set the pace.
    """

    def __init__(
        self, world: TelegramWorld, *, time_limit: float = TIME_LIMIT, retrying: bool = True
    ) -> None:
        self._world = world
        self._carrier = Carrier(world.faults, time_limit)
        self._retrying = retrying
        self._locks: dict[tuple[str, tuple[str, int]], asyncio.Lock] = {}
        self._rooms: dict[tuple[str, int], asyncio.Semaphore] = {}
        self._turns: dict[str, int] = {}
        self._arrivals = asyncio.Condition()
        self._watch: asyncio.Task[None] | None = None
        self._closed = False

    async def send(self, bot: Bot, kind: str, body: Json, queue: int) -> tuple[int | None, Outcome]:
        """Give a bot an update; its id, or None for a kind it does not want, and what became of it.

        `queue` is the chat; taps have a queue for each person instead, so that one may overtake.
        """
        if not _wants(bot, kind):
            return None, Outcome(None, "not_wanted")
        pending = self._keep(bot, kind, body, queue)
        if not bot.hook.url:
            await self._wake()
            return pending.update_id, Outcome(None, "kept_for_get_updates")
        fault = self._world.faults.strike_webhook()
        if fault is not None and fault.kind == "reorder":
            pending.aside = True
            outcome = await self._try(bot, pending, fault)
            pending.aside = False
        else:
            outcome = await self._run(bot, pending.queue, {pending.update_id: fault})
        self._keep_watch()
        return pending.update_id, outcome

    async def repeat(self, bot: Bot, update: Json) -> Outcome:
        """Bring an update once more that the bot has taken already."""
        return await self._carrier.post(bot.hook.url, orjson.dumps(update), _headers(bot))

    async def redeliver(self) -> list[Outcome]:
        """Try at once everything that waits."""
        for bot in self._world.bots.values():
            for pending in bot.pending.values():
                pending.due_at = self._world.now()
        return await self.redeliver_due()

    async def redeliver_due(self) -> list[Outcome]:
        """Try what world time says is due, the queues side by side; the last outcome of each."""
        now = self._world.now()
        runs = [self._run(bot, head.queue, {}) for bot, head in self._heads() if head.due_at <= now]
        return list(await asyncio.gather(*runs))

    async def poll(self, bot: Bot, offset: int, limit: int, seconds: float) -> Sequence[Json]:
        """What waits from `offset` on, confirming all before it; waits so long for the first.

        Raises Rejected when another request takes this one's place.
        """
        turn = self._turns[bot.account] = self._turns.get(bot.account, 0) + 1
        await self._wake()
        self._confirm(bot, offset)

        def over() -> bool:
            return bool(bot.pending) or self._closed or self._turns[bot.account] != turn

        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._arrivals:
                await self._arrivals.wait_for(over)
        if self._turns[bot.account] != turn:
            raise Rejected(409, OTHER_GET_UPDATES)
        self._drop_expired(bot)
        return [pending.update for pending in list(bot.pending.values())[:limit]]

    async def hook_changed(self, bot: Bot) -> None:
        """A webhook was set: what waited until now goes there."""
        for pending in bot.pending.values():
            pending.due_at = self._world.now()
        self._keep_watch()

    async def aclose(self) -> None:
        """Stop trying, end long polls, and close the connections."""
        self._closed = True
        await self._wake()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._carrier.aclose()

    def _keep(self, bot: Bot, kind: str, body: Json, queue: int) -> Pending:
        now = self._world.now()
        is_tap = kind == "callback_query"
        pending = bot.pending[bot.next_update_id] = Pending(
            bot.next_update_id,
            {"update_id": bot.next_update_id, kind: body},
            ("tap" if is_tap else "chat", queue),
            now,
            now + (ANSWERED_WITHIN if is_tap else KEPT_FOR),
        )
        bot.next_update_id += 1
        return pending

    async def _run(
        self, bot: Bot, queue: tuple[str, int], faults: dict[int, Fault | None]
    ) -> Outcome:
        """Deliver what is due in one queue, oldest first, until one has to wait."""
        outcome = Outcome(None, "waits_its_turn")
        async with self._locks.setdefault((bot.account, queue), asyncio.Lock()):
            while (head := self._head(bot, queue)) and head.due_at <= self._world.now():
                outcome = await self._try(bot, head, faults.pop(head.update_id, None))
        return outcome

    def _head(self, bot: Bot, queue: tuple[str, int]) -> Pending | None:
        self._drop_expired(bot)
        if not bot.hook.url:
            return None
        waiting = (each for each in bot.pending.values() if each.queue == queue)
        return next((each for each in waiting if not each.aside), None)

    def _heads(self) -> list[tuple[Bot, Pending]]:
        """The oldest update of every queue, with its bot."""
        heads: dict[tuple[str, tuple[str, int]], tuple[Bot, Pending]] = {}
        for bot in self._world.bots.values():
            self._drop_expired(bot)
            for pending in bot.pending.values() if bot.hook.url else ():
                heads.setdefault((bot.account, pending.queue), (bot, pending))
        return list(heads.values())

    async def _try(self, bot: Bot, pending: Pending, fault: Fault | None) -> Outcome:
        hook = bot.hook
        key = (bot.account, hook.max_connections)
        async with self._rooms.setdefault(key, asyncio.Semaphore(hook.max_connections)):
            body = orjson.dumps(pending.update)
            outcome = await self._carrier.carry_under(fault, hook.url, body, _headers(bot))
        if outcome.accepted:
            bot.pending.pop(pending.update_id, None)
            return outcome
        if outcome.status == GONE:
            self._world.violate(bot, "410 answered to a webhook", str(pending.update_id))
        hook.last_error_at = self._world.now()
        hook.last_error = _reason(outcome)
        pending.tries += 1
        pause = 0 if pending.tries == 1 else min(2 ** (pending.tries - 1), LONGEST_PAUSE)
        pause = min(outcome.retry_after, LONGEST_RETRY_AFTER) or pause
        pending.due_at = self._world.now() + timedelta(seconds=pause)
        if pending.due_at > pending.expires_at:
            bot.pending.pop(pending.update_id, None)
        return outcome

    def _confirm(self, bot: Bot, offset: int) -> None:
        newest = list(bot.pending)[offset:] if offset < 0 else bot.pending
        for update_id in list(bot.pending):
            if update_id < offset or update_id not in newest:
                del bot.pending[update_id]

    def _drop_expired(self, bot: Bot) -> None:
        now = self._world.now()
        for pending in list(bot.pending.values()):
            if now > pending.expires_at:
                del bot.pending[pending.update_id]

    async def _wake(self) -> None:
        async with self._arrivals:
            self._arrivals.notify_all()

    def _keep_watch(self) -> None:
        """Try again by itself from now on, as long as anything waits."""
        idle = self._watch is None or self._watch.done()
        if self._retrying and idle and self._anything_waits():
            self._watch = asyncio.create_task(self._keep_trying())

    async def _keep_trying(self) -> None:
        # World time may leap: its next instant cannot be slept for, only looked for.
        while self._anything_waits():
            await self.redeliver_due()
            await asyncio.sleep(LOOK_EVERY)

    def _anything_waits(self) -> bool:
        return any(bot.pending and bot.hook.url for bot in self._world.bots.values())


def _wants(bot: Bot, kind: str) -> bool:
    """Whether a bot asked for this kind of update; without a list, for most."""
    return kind in bot.hook.allowed if bot.hook.allowed else kind not in NOT_BY_DEFAULT


def _headers(bot: Bot) -> dict[str, str]:
    headers = {"content-type": "application/json"}
    if bot.hook.secret:
        headers["x-telegram-bot-api-secret-token"] = bot.hook.secret
    return headers


def _reason(outcome: Outcome) -> str:
    """Why a webhook failed, as getWebhookInfo tells it."""
    if outcome.status is not None:
        return f"Wrong response from the webhook: {outcome.status}"
    timed_out = outcome.reason == "request_timeout"
    return "Read timeout expired" if timed_out else "Connection refused"


def hook_object(bot: Bot) -> Json:
    """What getWebhookInfo answers."""
    hook = bot.hook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(bot.pending),
        "max_connections": hook.max_connections,
    }
    if hook.last_error_at is not None:
        info["last_error_date"] = unix(hook.last_error_at)
        info["last_error_message"] = hook.last_error
    if hook.allowed:
        info["allowed_updates"] = hook.allowed
    return info
