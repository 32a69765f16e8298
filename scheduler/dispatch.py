"""Sends what is bundled: claim, look once more, draw, freeze, call, settle; nothing twice.

Each channel of each school is emptied by itself (draining.py) and has its share of the process's
calls (fairness.py), so that a slow one holds up nobody. A batch is one short transaction that also
settles what has ended before it, and takes the slice of the channel's rate in which its calls
begin; no transaction is open during a call. What a crash leaves open keeps its lease until the
sweep takes it up with the same key.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.words import Words
from models.queries import bundles, claiming, leave, outbox, pacing
from models.queries.claiming import Claimed
from models.queries.leave import Leave
from models.queries.outbox import Result
from models.queries.schools import rulebook_of
from models.rules.pacing import too_early
from models.rules.quiet import is_night
from models.store import Store
from scheduler.budgeting import run_out
from scheduler.bundling import bundle_school
from scheduler.channel import Channel, Outcome, Sent
from scheduler.draining import BATCH, Batch, Draining
from scheduler.fairness import OpenCalls, Outlet
from scheduler.judging import QUOTA, judge
from scheduler.preparing import Preparation, Ready
from scheduler.separately import GoesOn, each_by_itself, quietly
from scheduler.witness import Nobody, Witness

log = structlog.get_logger()
_NOBODY = Nobody()

AT_ONCE = 2
"""Batches that are taken up at the same time: more would only wait for one another, on SQLite for
its one writer, and people's taps would wait behind them."""
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
        *,
        machine_clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Send through these channels by name, in the words of each person's locale.

        Rates are kept by `machine_clock`, which goes on with the event loop's time while `clock`
        may be moved about.
        """
        self._store = store
        self._channels = channels
        self._counted = frozenset(name for name, each in channels.items() if each.counted)
        self._words = words
        self._clock = clock
        self._witness = witness
        self._machine_clock = machine_clock or clock
        self._open_calls = OpenCalls()
        self._taking_up = asyncio.Semaphore(AT_ONCE)
        self._outlets: dict[tuple[int, str], Outlet] = {}
        self._draining: dict[Outlet, asyncio.Task[None]] = {}
        self._finishing = False
        self._broke: BaseException | None = None

    async def tick(self, goes_on: GoesOn = quietly) -> None:
        """Bundle what is due and begin to send it; does not wait for the sending.

        Where something is due, sending begins after it was bundled: it may say what waits as well.
        """
        async with self._store.reading() as session:
            due = await bundles.schools_with_due(session, self._clock())
        await self._begin(lambda school_id: school_id not in due)
        await each_by_itself("bundle", due, self._bundle, goes_on)

    async def _bundle(self, school_id: int) -> None:
        try:
            await bundle_school(self._store, school_id, self._clock(), self._counted)
        finally:
            await self._begin(lambda each: each == school_id)

    async def _begin(self, is_ready: Callable[[int], bool]) -> None:
        """Begin to empty those queues of these schools that nobody here empties already."""
        now = self._clock()
        async with self._store.reading() as session:
            for school_id, code in await claiming.schools_with_queued(session, now):
                if not is_ready(school_id) or self._is_busy(school_id):
                    continue
                for channel in await claiming.channels_with_queued(session, school_id, now):
                    self._drain(self._outlet(school_id, code, channel))
        for outlet in [each for each in self._outlets.values() if each.results]:
            if is_ready(outlet.school_id):  # a database that was away has not heard of them
                self._drain(outlet)

    def _is_busy(self, school_id: int) -> bool:
        """Say whether all of a school's queues are being emptied or must wait."""
        known = [self._outlets.get((school_id, name)) for name in self._channels]
        return all(each is not None and self._must_wait(each) for each in known)

    def _must_wait(self, outlet: Outlet) -> bool:
        now = self._clock()
        return outlet in self._draining or outlet.rests(now) or outlet.is_left_alone(now)

    def _outlet(self, school_id: int, code: str, channel: str) -> Outlet:
        key = (school_id, channel)
        if key not in self._outlets:
            self._outlets[key] = Outlet(school_id, code, channel)
        return self._outlets[key]

    def _drain(self, outlet: Outlet) -> None:
        if self._must_wait(outlet):
            return
        known = self._channels.get(outlet.channel)
        draining = Draining(
            outlet,
            self._open_calls,
            self._taking_up,
            at_once=known.at_once if known else BATCH,
            take_up=self._take_up,
            call=self._call,
            watched=self._watched,
        )
        task = asyncio.create_task(draining.run())
        self._draining[outlet] = task
        self._open_calls.at_work = len(self._draining)
        task.add_done_callback(partial(self._drained, outlet))

    async def idle(self) -> None:
        """Wait until everything that was begun has ended; raises what broke last on the way."""
        while tasks := list(self._draining.values()):
            await asyncio.wait(tasks)
        broke, self._broke = self._broke, None
        if broke is not None:
            raise broke

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

    def _drained(self, outlet: Outlet, task: asyncio.Task[None]) -> None:
        del self._draining[outlet]
        self._open_calls.at_work = len(self._draining)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broke = error
            log.error(
                "dispatch_failed",
                school=outlet.school_id,
                channel=outlet.channel,
                kind=type(error).__name__,
            )

    def _watched(self, outlet: Outlet, messages: int) -> AbstractContextManager[None]:
        return self._witness.sending(outlet.code, outlet.channel, messages)

    async def _take_up(self, outlet: Outlet, at_most: int) -> Batch:
        """Settle what has ended and take up the next batch, in one short transaction."""
        now = self._clock()
        settled, wish = list(outlet.results), outlet.wish
        async with self._store.writing() as session:
            await self._settle(session, outlet, settled, now)
            if wish is not None:
                await pacing.leave_alone(session, outlet.school_id, outlet.channel, wish, now)
            batch = await self._batch(session, outlet, at_most, now)
        # Not before the commit: what could not be written is written with the next batch.
        del outlet.results[: len(settled)]
        outlet.wish = None if outlet.wish == wish else outlet.wish
        self._witness.ended(outlet.channel, settled)
        return batch

    async def _batch(
        self, session: AsyncSession, outlet: Outlet, at_most: int, now: datetime
    ) -> Batch:
        if self._finishing or outlet.rests(now):
            return Batch()
        may = await leave.asked(session, outlet.school_id, outlet.channel)
        outlet.hear_of(may.alone_until)
        if may.is_held or outlet.is_left_alone(now):
            return Batch()
        wait = too_early(may.free_at, self._machine_clock())
        if wait:
            return Batch(later=wait.total_seconds())
        ready = await self._claimed(session, outlet, may, at_most, now)
        return await self._in_turn(session, outlet, ready)

    async def _claimed(
        self, session: AsyncSession, outlet: Outlet, may: Leave, at_most: int, now: datetime
    ) -> list[Ready]:
        """Claim messages, answers first, and ready those that are still wanted."""
        preparation = Preparation(session, may.school, self._channels, self._words, now)
        rests = outlet.channel in self._resting(may, now)
        while True:
            claimed: list[Claimed] = []
            for answers_only in (True,) if rests else (True, False):
                claimed += await claiming.claim(
                    session,
                    outlet.school_id,
                    outlet.channel,
                    now,
                    limit=at_most - len(claimed),
                    lease=LEASE,
                    answers_only=answers_only,
                )
            ready = await preparation.ready(claimed)
            # A batch of which nothing is wanted any more must not end the sending.
            if ready or not claimed:
                return ready

    async def _in_turn(
        self, session: AsyncSession, outlet: Outlet, ready: Sequence[Ready]
    ) -> Batch:
        """Take the slice of the channel's rate in which these calls may begin."""
        channel = self._channels.get(outlet.channel)
        if not ready or channel is None or channel.per_second is None:
            return Batch(ready, spans=[0.0] * len(ready))
        spans = [channel.weigh(each.body) / channel.per_second for each in ready]
        at = self._machine_clock()
        begins_at = await pacing.reserve(
            session, outlet.school_id, outlet.channel, timedelta(seconds=sum(spans)), at
        )
        return Batch(ready, begins_in=(begins_at - at).total_seconds(), spans=spans)

    async def _call(self, outlet: Outlet, ready: Ready) -> None:
        """Make one call, unless it must not be made any more, and keep how it ended."""
        clock = asyncio.get_running_loop().time
        began = clock()
        sent = self._why_not(outlet, ready.claimed)
        if sent is None:
            sent = await self._sent(outlet, ready)
            outlet.hear(sent, clock() - began, self._clock())
        has_key = self._channels[outlet.channel].retry_key_lasts is not None
        outlet.results.append(
            judge(ready.claimed, ready.attempt_id, sent, self._clock(), has_key=has_key)
        )

    def _why_not(self, outlet: Outlet, claimed: Claimed) -> Sent | None:
        """Return the end of a call that is not made; None if it is to be made."""
        now = self._clock()
        if now >= claimed.leased_until:
            # The process stood still: by now this may be another's, or wanted no more.
            return Sent(Outcome.TRANSIENT, reason="lease over")
        if outlet.is_left_alone(now) and outlet.alone_until is not None:
            return Sent(Outcome.TRANSIENT, reason="rate", retry_after=outlet.alone_until - now)
        return None

    async def _sent(self, outlet: Outlet, ready: Ready) -> Sent:
        claimed = ready.claimed
        try:
            async with asyncio.timeout(LONGEST_CALL):
                return await self._channels[outlet.channel].send(
                    outlet.code, claimed.address, ready.body, claimed.retry_key
                )
        except TimeoutError:
            return Sent(Outcome.UNKNOWN, reason="timeout")
        except Exception as error:  # noqa: BLE001 - a bug in a channel must not stop the others
            log.error("channel_failed", delivery=claimed.id, kind=type(error).__name__)
            return Sent(Outcome.UNKNOWN, reason="bug")

    async def _settle(
        self, session: AsyncSession, outlet: Outlet, results: Sequence[Result], now: datetime
    ) -> None:
        await outbox.settle(session, results, now)
        blocked = [each.blocked_account_id for each in results if each.blocked_account_id]
        await outbox.note_blocked(session, blocked, now)
        spent = [each.delivery_id for each in results if each.reason == QUOTA]
        if spent:
            await outbox.give_up(session, spent, now, reason=QUOTA)
            await run_out(session, outlet.school_id, self._counted, now)

    def _resting(self, may: Leave, now: datetime) -> Collection[str]:
        """Return where nothing but answers may leave: at night all, with the month used up some."""
        if is_night(now, rulebook_of(may.school)):
            return self._channels.keys()
        until = may.stopped_until
        return self._counted if until is not None and until > now else ()
