"""Sends what is bundled: claim, look once more, draw, freeze, call, settle; nothing twice.

Each school is sent by itself, and in it each channel, so that a slow one holds up nobody. A batch
is one short transaction that also settles the batch before; no transaction is open during a call.
What a crash leaves open keeps its lease until the sweep takes it up with the same key.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.words import Words
from models.queries import claiming, holds, outbox, pauses
from models.queries.outbox import Result
from models.queries.schools import rulebook_of
from models.rules import quota
from models.rules.quiet import is_quiet
from models.store import Store
from models.tables import School
from scheduler.bundling import bundle
from scheduler.channel import Channel, Outcome, Sent
from scheduler.judging import QUOTA, judge
from scheduler.preparing import Preparation, Ready
from scheduler.witness import Nobody, Witness

log = structlog.get_logger()
_NOBODY = Nobody()

BATCH = 200
"""Messages to a batch: all of its calls run at once, so this bounds a school's open calls."""
LANES = 2
"""Batches of a school's channel under way at once: one is claimed while the other is being sent."""
LEASE = timedelta(seconds=60)
LONGEST_CALL = 10.5
"""Seconds after which a call counts as unknown, whatever the peer drips."""


class Dispatcher:
    """Bundles and sends; any number of them may run over one database."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        words: Callable[[str], Words],
        clock: Callable[[], datetime],
        witness: Witness = _NOBODY,
    ) -> None:
        """Send through these channels by name, in the words of each person's locale."""
        self._store = store
        self._channels = channels
        self._counted = frozenset(name for name, each in channels.items() if each.counted)
        self._words = words
        self._clock = clock
        self._witness = witness
        self._draining: dict[int, asyncio.Task[None]] = {}
        self._finishing = False

    async def tick(self) -> None:
        """Bundle what is due and begin to send it; does not wait for the sending."""
        now = self._clock()
        await bundle(self._store, now, self._counted)
        async with self._store.reading() as session:
            queued = await claiming.schools_with_queued(session, now)
        for school_id, code in queued:
            if school_id not in self._draining:
                task = asyncio.create_task(self._drain(school_id, code))
                self._draining[school_id] = task
                task.add_done_callback(partial(self._drained, school_id))

    async def idle(self) -> None:
        """Wait until everything that was begun has ended; raises what broke on the way."""
        while tasks := list(self._draining.values()):
            await asyncio.gather(*tasks)

    async def finish(self, within: float) -> None:
        """Claim nothing more, and wait some seconds until the calls under way are settled."""
        self._finishing = True
        if self._draining:
            await asyncio.wait(self._draining.values(), timeout=within)
        await self.stop()

    async def stop(self) -> None:
        """Break off what is under way; the sweep takes it up again."""
        tasks = list(self._draining.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _drained(self, school_id: int, task: asyncio.Task[None]) -> None:
        del self._draining[school_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("dispatch_failed", school=school_id, kind=type(error).__name__)

    async def _drain(self, school_id: int, code: str) -> None:
        async with self._store.reading() as session:
            queued = await claiming.channels_with_queued(session, school_id, self._clock())
        async with asyncio.TaskGroup() as group:
            for channel in queued:
                for _ in range(LANES):
                    group.create_task(self._lane(school_id, code, channel))

    async def _lane(self, school_id: int, code: str, channel: str) -> None:
        results: list[Result] = []
        while ready := await self._take_up(school_id, channel, results):
            with self._witness.sending(code, channel, len(ready)):
                results = await asyncio.gather(*(self._send(code, each) for each in ready))
            self._witness.ended(channel, results)

    async def _take_up(
        self, school_id: int, channel: str, results: Sequence[Result]
    ) -> list[Ready]:
        """Settle one batch and take up the next, in one short transaction."""
        now = self._clock()
        async with self._store.writing() as session:
            await self._settle(session, school_id, results, now)
            if self._finishing or await holds.standing(session, school_id) is not None:
                return []
            school = await session.get_one(School, school_id)
            preparation = Preparation(session, school, self._channels, self._words, now)
            resting = await self._resting(session, school, now)
            while True:
                claimed = await claiming.claim(
                    session,
                    school_id,
                    channel,
                    now,
                    limit=self._at_once(channel),
                    lease=LEASE,
                    answers_only=channel in resting,
                )
                ready = await preparation.ready(claimed)
                # A batch of which nothing is wanted any more must not end the sending.
                if ready or not claimed:
                    return ready

    async def _send(self, code: str, ready: Ready) -> Result:
        claimed = ready.claimed
        channel = self._channels[claimed.channel]
        has_key = channel.retry_key_lasts is not None
        if self._clock() >= claimed.leased_until:
            # The process stood still: by now this may be another's, or wanted no more.
            sent = Sent(Outcome.TRANSIENT, reason="lease over")
            return judge(claimed, ready.attempt_id, sent, self._clock(), has_key=has_key)
        try:
            async with asyncio.timeout(LONGEST_CALL):
                sent = await channel.send(code, claimed.address, ready.body, claimed.retry_key)
        except TimeoutError:
            sent = Sent(Outcome.UNKNOWN, reason="timeout")
        except Exception as error:  # noqa: BLE001 - a bug in a channel must not stop the others
            log.error("channel_failed", delivery=claimed.id, kind=type(error).__name__)
            sent = Sent(Outcome.UNKNOWN, reason="bug")
        return judge(claimed, ready.attempt_id, sent, self._clock(), has_key=has_key)

    async def _settle(
        self, session: AsyncSession, school_id: int, results: Sequence[Result], now: datetime
    ) -> None:
        await outbox.settle(session, results, now)
        blocked = [each.blocked_account_id for each in results if each.blocked_account_id]
        await outbox.note_blocked(session, blocked, now)
        spent = [each.delivery_id for each in results if each.reason == QUOTA]
        if spent:
            await outbox.give_up(session, spent, now, reason=QUOTA)
            await pauses.stop(session, school_id, quota.renews_at(now), now, self._counted)

    def _at_once(self, channel: str) -> int:
        """Return how many messages to a batch: what a channel cannot carry now stays queued."""
        known = self._channels.get(channel)
        return min(BATCH, known.at_once) if known else BATCH

    async def _resting(
        self, session: AsyncSession, school: School, now: datetime
    ) -> Collection[str]:
        """Return where nothing but answers may leave: at night all, with the month used up some."""
        if is_quiet(now, rulebook_of(school).reminders.quiet):
            return self._channels.keys()
        until = await pauses.stopped_until(session, school.id)
        return self._counted if until is not None and until > now else ()
