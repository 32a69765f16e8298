"""Works on what came in: one tap, one job, one transaction; then its answer may leave.

The transaction locks the stored event, acts, and marks it acted upon together with the drawn
answer. So a tap acts exactly once, whatever is redelivered, and a crash anywhere leaves either an
event to take up again or an answer that rides on the next free one.
"""

import asyncio
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.channel import ChatChannel
from bot.clock import Clock
from bot.heard import Heard
from bot.i18n import DEFAULT_LOCALE, words
from bot.leaving import Answer, Leaving, to_carry, to_wear
from handlers import router
from handlers.actions import Action
from handlers.apology import sorry
from handlers.context import Context
from handlers.replies import Reply
from models.queries import accounts, inbox, people
from models.queries.inbox import Stored
from models.queries.schools import rulebook_of
from models.store import Store
from models.tables import ChatAccount, School
from models.vocabulary import AccountState
from scheduler.preparing import Preparation

log = structlog.get_logger()

BATCH = 200
AT_ONCE = 8
LOOK_AGAIN = 2.0
"""Seconds after which the inbox is looked through without being woken: a crash left something."""
ON_ITS_WAY = timedelta(minutes=2)
"""An answer that is older and still on its way was left by a crash."""


Answering = Callable[[Action, Context], Awaitable[Reply]]


class Conversation:
    """Takes up stored events as they come; safe to run in many processes at once."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Iterable[ChatChannel],
        pepper: bytes,
        web_url: str = "",
    ) -> None:
        """Work on the store's inbox and answer through these channels."""
        self._store = store
        self._clock = clock
        self._channels = {channel.name: channel for channel in channels}
        self._pepper = pepper
        self._web_url = web_url
        self._woken = asyncio.Event()
        self._finishing = False
        self._room = asyncio.Semaphore(AT_ONCE)
        self._leaving = Leaving(store, clock)

    def wake(self) -> None:
        """Say that something was stored."""
        self._woken.set()

    def finish(self) -> None:
        """Let `run` return after what is under way; other processes take up what is still there."""
        self._finishing = True
        self.wake()

    async def run(self) -> None:
        """Work until finished: at once when woken, and every few seconds for what a crash left."""
        while not self._finishing:
            try:
                async with asyncio.timeout(LOOK_AGAIN):
                    await self._woken.wait()
            except TimeoutError:
                await self._calmly(self._keep_leftovers())
            self._woken.clear()
            await self._calmly(self.drain())

    async def drain(self) -> None:
        """Work on everything that is stored now; raises DBAPIError when the database is away."""
        while events := await self._waiting():
            try:
                async with asyncio.TaskGroup() as group:
                    for one_chat in self._by_chat(events):
                        group.create_task(self._work_through(one_chat))
            finally:
                await self._leaving.settle()
            if len(events) < BATCH or self._finishing:
                return

    async def _calmly(self, work: Coroutine[None, None, None]) -> None:
        """Do a round of work; whatever breaks in it is tried again in the next round."""
        try:
            await work
        except* (DBAPIError, PoolTimeout) as errors:
            log.warning("inbox_unreachable", kinds=_kinds(errors))
        except* Exception as errors:  # noqa: BLE001 - one round that breaks must not be the last
            log.error("inbox_failed", kinds=_kinds(errors))

    async def _waiting(self) -> list[Stored]:
        async with self._store.reading() as session:
            return await inbox.received(session, limit=BATCH)

    async def _keep_leftovers(self) -> None:
        async with self._store.writing() as session:
            await inbox.keep_leftovers(session, self._clock.now() - ON_ITS_WAY)

    def _by_chat(self, events: Sequence[Stored]) -> list[list[tuple[Stored, Heard]]]:
        """Put the events of one chat behind one another: a person's taps act in their order."""
        chats: dict[tuple[int, str, str], list[tuple[Stored, Heard]]] = defaultdict(list)
        for stored in events:
            heard = self._channels[stored.channel].hear(stored.raw, stored.received_at)
            key = (stored.school_id, stored.channel, heard.place or stored.event_key)
            chats[key].append((stored, heard))
        return list(chats.values())

    async def _work_through(self, events: list[tuple[Stored, Heard]]) -> None:
        for stored, heard in events:
            async with self._room:
                if self._finishing:
                    return
                await metrics.event(stored, self._clock.now, self._work_on(stored, heard))

    async def _work_on(self, stored: Stored, heard: Heard) -> None:
        channel = self._channels[stored.channel]
        await channel.acknowledge(stored.school_code, heard.reply_token)
        answer = await self._acted(stored, heard)
        if answer is not None:
            await self._leaving.leave(channel, answer)

    async def _acted(self, stored: Stored, heard: Heard) -> Answer | None:
        try:
            return await self._act_again_if_beaten(stored, heard)
        except Exception as error:
            if _is_outage(error):
                raise
            problem = _place_of(error)
            metrics.PROBLEMS.labels(stored.channel).inc()
            log.error("event_failed", inbound=stored.id, problem=problem)
            return await self._apologise(stored, heard, problem)

    async def _act_again_if_beaten(self, stored: Stored, heard: Heard) -> Answer | None:
        """Act, and once more where a row was there first: the second look sees what it says."""
        try:
            return await self._act(stored, heard, router.answer)
        except IntegrityError:
            return await self._act(stored, heard, router.answer)

    async def _apologise(self, stored: Stored, heard: Heard, problem: str) -> Answer | None:
        """Say that something broke; an event of which nothing can be kept is given up."""
        try:
            return await self._act(stored, heard, apologise, problem=problem)
        except (DataError, IntegrityError):
            async with self._store.writing() as session:
                await inbox.fail(session, stored.id, problem, self._clock.now())
            return None

    async def _act(
        self, stored: Stored, heard: Heard, answer: Answering, *, problem: str = ""
    ) -> Answer | None:
        """Act upon one event in one transaction; None where nothing is to be said."""
        channel = self._channels[stored.channel]
        now = self._clock.now()
        async with self._store.writing() as session:
            event = await inbox.take(session, stored.id)
            if event is None:
                return None
            event.problem = problem
            school = await session.get_one(School, stored.school_id)
            account = await self._met(session, stored, heard)
            account_id = account.id if account else None
            if heard.action is None:
                inbox.acted(event, account_id=account_id, answer=None, now=now)
                return None
            context = await self._context(session, school, account, heard)
            reply = await answer(heard.action, context)
            body = channel.draw(reply)
            if account is not None and not heard.in_group:
                kept = await inbox.take_kept_answer(session, account.id)
                body = channel.joined(kept, body) if kept else body
            inbox.acted(event, account_id=account_id, answer=body, now=now)
            ride = None
            if account is not None and heard.reply_token and not (heard.in_group or problem):
                preparation = Preparation(
                    session, school, self._channels, words, now, answers_tap=True
                )
                ride = await to_carry(preparation, channel, event, account, body)
            return Answer(
                stored=stored,
                school_code=school.code,
                account_id=account_id,
                person_id=account.person_id if account else None,
                address=heard.address,
                token=heard.reply_token,
                body=body,
                matters=reply.matters,
                attire=await to_wear(session, account) if not heard.in_group else None,
                ride=ride,
            )

    async def _met(self, session: AsyncSession, stored: Stored, heard: Heard) -> ChatAccount | None:
        """Meet the account that speaks, and note what the event says about it."""
        if not heard.address:
            return None
        now = self._clock.now()
        account = await accounts.meet(session, stored.school_id, stored.channel, heard.address, now)
        if heard.follow is not None:
            state = AccountState.OPEN if heard.follow else AccountState.BLOCKED
            accounts.note_state(account, state, heard.happened_at)
        else:
            accounts.note_state(account, AccountState.OPEN, heard.happened_at)
            account.seen_at = now
        return account

    async def _context(
        self, session: AsyncSession, school: School, account: ChatAccount | None, heard: Heard
    ) -> Context:
        actor = await people.of_account(session, account) if account else None
        return Context(
            session=session,
            now=self._clock.now(),
            words=words(actor.locale if actor else DEFAULT_LOCALE),
            words_in=words,
            school=school,
            rulebook=rulebook_of(school),
            account=account,
            actor=actor,
            duties=await people.duties_of(session, actor) if actor else frozenset(),
            via=account.channel if account else "",
            pepper=self._pepper,
            in_group=heard.in_group,
            chats=self._channels,
            web_url=self._web_url,
        )


def _is_outage(error: Exception) -> bool:
    """Tell a database that is unwell from one that does not take what this event brings."""
    refused = DataError | IntegrityError
    return isinstance(error, DBAPIError | PoolTimeout) and not isinstance(error, refused)


def _kinds(errors: BaseExceptionGroup[BaseException]) -> list[str]:
    return sorted({type(error).__name__ for error in errors.exceptions})


async def apologise(_action: Action, context: Context) -> Reply:
    """Say that something broke on our side and that nothing has changed."""
    return sorry(context.words)


def _place_of(error: Exception) -> str:
    """Name a bug by its kind and place: a message could hold a name or a title."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {frame.name}, line {frame.lineno}"
