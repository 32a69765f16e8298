"""Asking from a chat account, as the conversation does: the account says who the person is."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from handlers import router
from handlers.actions import Action
from handlers.context import Context
from handlers.replies import Bar, Block, Entry, Fact, Paragraph, Reply
from handlers.words import Words
from models.queries import people
from models.queries.schools import rulebook_of
from models.store import Store
from models.tables import ChatAccount, Person, School
from models.vocabulary import Duty
from tests.support.apps import APPS
from tests.support.cast import CHANNEL, Cast

MSGIDS = Words("en", lambda said: said, lambda one, many, n: one if n == 1 else many)
PEPPER = b"a pepper of the tests"


async def ask_from(
    store: Store,
    cast: Cast,
    account: ChatAccount,
    action: Action,
    *,
    at: datetime,
    in_group: bool = False,
) -> Reply:
    """Let whoever holds an account ask, in a transaction that commits."""
    async with store.writing() as session:
        own = await session.get_one(ChatAccount, account.id)
        school = await session.get_one(School, cast.school.id)
        context = await surroundings(session, school, own, at=at, in_group=in_group)
        return await router.answer(action, context)


async def surroundings(
    session: AsyncSession,
    school: School,
    account: ChatAccount,
    *,
    at: datetime,
    in_group: bool = False,
) -> Context:
    """Return what a handler is given when whoever holds an account asks."""
    actor = await people.of_account(session, account)
    duties = await people.duties_of(session, actor) if actor else frozenset[Duty]()
    return context_of(session, school, account, actor, duties, at=at, in_group=in_group)


def context_of(
    session: AsyncSession,
    school: School,
    account: ChatAccount,
    actor: Person | None,
    duties: frozenset[Duty],
    *,
    at: datetime,
    in_group: bool,
) -> Context:
    """Return what a handler is given, of rows that are known already."""
    return Context(
        session=session,
        now=at,
        words=MSGIDS,
        words_in=lambda _locale: MSGIDS,
        school=school,
        rulebook=rulebook_of(school),
        account=account,
        actor=actor,
        duties=duties,
        via=CHANNEL,
        pepper=PEPPER,
        in_group=in_group,
        chats=APPS,
    )


async def stranger(store: Store, cast: Cast, address: str = "Ustranger") -> ChatAccount:
    """Add a chat account that belongs to nobody."""
    async with store.writing() as session:
        row = ChatAccount(
            school_id=cast.school.id,
            channel=CHANNEL,
            address=address,
            state_at=cast.windows["upload"].opens_at,
        )
        session.add(row)
    return row


async def snapshot(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table, to prove that nothing changed."""
    async with store.reading() as session:
        return {
            table.name: sorted(map(tuple, await session.execute(table.select())), key=repr)
            for table in SQLModel.metadata.sorted_tables
        }


def all_text(reply: Reply) -> str:
    """Return every word of a reply: summary, titles, blocks, buttons."""
    cards = [
        line
        for card in reply.cards
        for line in (
            card.title,
            *(text for block in card.blocks for text in _words_of(block)),
            *(f"{button.label} {button.said}" for button in card.buttons),
        )
    ]
    return "\n".join([reply.summary, *cards, *(button.label for button in reply.quick)])


def actions_of(reply: Reply) -> list[Action]:
    """Return the action of every button of a reply."""
    inner = [
        block.button.action
        for card in reply.cards
        for block in card.blocks
        if isinstance(block, Entry) and block.button
    ]
    outer = [button.action for card in reply.cards for button in card.buttons]
    return [*inner, *outer, *(button.action for button in reply.quick)]


def _words_of(block: Block) -> tuple[str, ...]:
    match block:
        case Paragraph():
            return (block.text,)
        case Fact():
            return (block.label, block.value)
        case Entry():
            return (block.title, block.detail, block.state)
        case Bar():
            return (block.label, block.caption)
        case _:
            return ()
