"""Lets answers leave after their commit: free of charge, else kept for the next free one or pushed.

An answer that left is written down as settled with the next round, several at once.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import ChatChannel
from bot.clock import Clock
from bot.i18n import DEFAULT_LOCALE
from handlers.menus import Attire, menu_for
from models.queries import accounts, answers, inbox, people
from models.queries.inbox import Stored
from models.store import Store
from models.tables import ChatAccount, InboundEvent
from scheduler.channel import Outcome


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


class Leaving:
    """The way out of one process: answers by reply token, and the menus under the chats."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Write down in this store what left."""
        self._store = store
        self._clock = clock
        self._left: list[int] = []

    async def leave(self, channel: ChatChannel, answer: Answer) -> None:
        """Answer free of charge; what cannot leave so is kept, or pushed where it matters."""
        sent = answer.token and await channel.reply(answer.school_code, answer.token, answer.body)
        if sent and sent.outcome is Outcome.ACCEPTED:
            self._left.append(answer.stored.id)
        else:
            await self._keep_or_push(answer)
        if answer.attire and answer.account_id is not None:
            await self._dress(channel, answer, answer.attire, answer.account_id)

    async def settle(self) -> None:
        """Write down what has left since the last time."""
        left, self._left = self._left, []
        if left:
            async with self._store.writing() as session:
                await inbox.settle(session, left)

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
