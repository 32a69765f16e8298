"""Lets answers leave after their commit: free of charge, else kept for the next free one or pushed.

An answer that left is written down as settled soon after, several at once. Nobody waits
for a slice of the channel's rate to answer: what answers take of it is charged afterwards, so that
workers, who do wait, make room.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.bodies import length
from bot.channel import ChatChannel
from bot.clock import Clock, SystemClock
from bot.i18n import DEFAULT_LOCALE
from handlers.menus import Attire, menu_for
from models.queries import accounts, answers, inbox, pacing, people, rides
from models.queries.inbox import Stored
from models.queries.rides import Rider
from models.rules.pacing import is_left_alone
from models.store import Store
from models.tables import ChatAccount, InboundEvent
from scheduler.channel import Outcome, Sent
from scheduler.preparing import Preparation
from scheduler.riding import Ride, arrive, board, was_refused

SETTLED_TOGETHER = 16
"""Answers after which it is written down that they left, though the round goes on: with eight at
once that hang for as long as a call may, it takes half a minute, and nobody thinks of a crash."""
_NOT_SENT = Sent(Outcome.TRANSIENT, reason="not sent")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to leave after the commit of one event; an account in a group stays unknown."""

    stored: Stored
    school_code: str
    account_id: int | None
    person_id: int | None
    address: str
    token: str
    body: bytes
    matters: bool
    attire: Attire | None
    ride: Ride | None = None


class Leaving:
    """The way out of one process: answers by reply token, and the menus under the chats."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Write down in this store what left."""
        self._store = store
        self._clock = clock
        self._left: list[int] = []
        self._since_settled = 0
        self._rode: list[tuple[Ride, Sent]] = []
        self._spans: dict[tuple[int, str], timedelta] = {}
        self._wishes: dict[tuple[int, str], timedelta] = {}

    async def leave(self, channel: ChatChannel, answer: Answer) -> None:
        """Answer free of charge; what cannot leave so is kept, or pushed where it matters."""
        sent, ride = await self._sent_with_ride(channel, answer)
        if sent is not None and sent.outcome is Outcome.ACCEPTED:
            self._left.append(answer.stored.id)
            self._rode += [(ride, sent)] if ride else []
        else:
            await self._keep_or_push(answer)
            if ride:
                await self._get_off(ride, sent)
        self._since_settled += 1
        if self._since_settled >= SETTLED_TOGETHER:
            await self.settle()
        if answer.attire and answer.account_id is not None:
            await self._dress(channel, answer, answer.attire, answer.account_id)

    async def settle(self) -> None:
        """Write down what has left since the last time, and what it took of the channels' rates."""
        self._since_settled = 0
        left, self._left = self._left, []
        rode, self._rode = self._rode, []
        spans, self._spans = self._spans, {}
        wishes, self._wishes = self._wishes, {}
        if not left and not spans:
            return
        async with self._store.writing() as session:
            await inbox.settle(session, left)
            for ride, sent in rode:
                await arrive(session, ride, sent, self._clock.now())
            for key, span in sorted(spans.items()):
                await pacing.reserve(session, *key, span, SystemClock().now())
            for key, wish in sorted(wishes.items()):
                await pacing.leave_alone(session, *key, wish, self._clock.now())

    async def _sent_with_ride(
        self, channel: ChatChannel, answer: Answer
    ) -> tuple[Sent | None, Ride | None]:
        """Answer, and return with what rode along; alone where both together are refused."""
        if answer.ride is None:
            return await self._sent(channel, answer), None
        sent = await self._sent(channel, replace(answer, body=answer.ride.body))
        if sent is None or not was_refused(sent):
            return sent, answer.ride
        await self._get_off(answer.ride, sent)
        return await self._sent(channel, answer), None

    async def _get_off(self, ride: Ride, sent: Sent | None) -> None:
        """Write that a ride's answer was not accepted, or never left."""
        async with self._store.writing() as session:
            await arrive(session, ride, sent or _NOT_SENT, self._clock.now())

    async def _sent(self, channel: ChatChannel, answer: Answer) -> Sent | None:
        """Answer free of charge; None where that cannot be, or the channel wants to be left."""
        if not answer.token:
            return None
        if not channel.answers_count or channel.per_second is None:
            return await channel.reply(answer.school_code, answer.token, answer.body)
        if is_left_alone(answer.stored.alone_until, self._clock.now()):
            return None
        sent = await channel.reply(answer.school_code, answer.token, answer.body)
        key = (answer.stored.school_id, channel.name)
        span = timedelta(seconds=channel.weigh(answer.body) / channel.per_second)
        self._spans[key] = self._spans.get(key, timedelta()) + span
        if sent.status == 429 and sent.retry_after is not None:
            self._wishes[key] = sent.retry_after
        return sent

    async def _keep_or_push(self, answer: Answer) -> None:
        async with self._store.writing() as session:
            if answer.matters and answer.person_id and answer.account_id:
                event = await session.get_one(InboundEvent, answer.stored.id)
                await answers.push(
                    session,
                    event,
                    person_id=answer.person_id,
                    account_id=answer.account_id,
                    body=answer.body,
                    now=self._clock.now(),
                )
                await inbox.settle(session, [event.id])
            else:
                await inbox.keep(session, answer.stored.id)

    async def _dress(
        self, channel: ChatChannel, answer: Answer, attire: Attire, account_id: int
    ) -> None:
        if await channel.dress(answer.school_code, answer.address, attire.menu, attire.locale):
            async with self._store.writing() as session:
                await accounts.wear_menu(session, account_id, attire.worn)


async def to_wear(session: AsyncSession, account: ChatAccount | None) -> Attire | None:
    """Return what a chat should be dressed in after this tap, or None where it is already."""
    if account is None:
        return None
    actor = await people.of_account(session, account)
    duties = await people.duties_of(session, actor) if actor else frozenset()
    attire = Attire(menu_for(duties), actor.locale if actor else DEFAULT_LOCALE)
    return None if account.menu == attire.worn else attire


async def to_carry(
    preparation: Preparation,
    channel: ChatChannel,
    event: InboundEvent,
    account: ChatAccount,
    body: bytes,
) -> Ride | None:
    """Return what an answer takes along where messages cost: all that waits, if it has room."""
    session, now = preparation.session, preparation.now
    if not channel.counted or account.person_id is None:
        return None
    if not await rides.waits_for(session, account.person_id, now):
        return None
    person = await people.of_account(session, account)
    if person is None or person.departed:
        return None
    ready = await board(preparation, Rider(event, account, person.id, person.locale))
    if ready is None:
        return None
    ride = Ride(ready, channel.joined(body, ready.body))
    if length(ride.body) == length(body) + length(ready.body):
        return ride
    await arrive(session, ride, _NOT_SENT, now)
    return None
