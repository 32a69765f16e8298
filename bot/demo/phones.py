"""Puts people of the school, and a group of theirs, on phones: in LINE or in Telegram."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.demo.doors import create_group, enter
from bot.demo.seed import cast
from bot.demo.seed.chats import LINE, address_of
from bot.demo.stage import Stage
from models.queries import linking, preferences
from models.tables import ChatAccount, Person
from models.vocabulary import AccountState

GROUP = f"{cast.CLASS_NAME} 班群組"

Json = dict[str, Any]


async def put_on_phone(stage: Stage, person_id: int, channel: str) -> Json:
    """Give somebody a phone with this app; who is not linked anywhere also gets a joining code.

    Who is linked in the other app is linked in this one too, the first time: on the page that is
    a switch. Who let this chat go joins with a code like everybody.
    """
    async with stage.store.writing() as session:
        person = await session.get_one(Person, person_id)
        address = address_of(person.number, channel)
        account = await _account(session, stage, person, channel, address)
        code = None
        if account is None:
            pepper = stage.installation.vault.pepper
            code = await linking.issue(session, person, stage.clock.now(), pepper)
        else:
            address = account.address
            await preferences.prefer(session, person, channel)
    _give_app(stage, channel, address, person.name)
    if account is not None and account.state is AccountState.OPEN:
        await _look_in(stage, channel, address)
    return {"userId": address, "linked": account is not None, "code": code}


async def put_group_on_phone(stage: Stage, channel: str) -> Json:
    """Give a group of the cast's class with the school's account in it, made when first wanted."""
    async with stage.store.reading() as session:
        people = await _in_group(session)
    members = {address_of(person.number, channel): person.name for person in people}
    for address, name in members.items():
        _give_app(stage, channel, address, name)
    group_id = _group_of(stage, channel) or await create_group(stage, channel, GROUP, [*members])
    return {
        "userId": group_id,
        "name": GROUP,
        "members": [{"userId": address, "name": name} for address, name in members.items()],
    }


async def _account(
    session: AsyncSession, stage: Stage, person: Person, channel: str, address: str
) -> ChatAccount | None:
    """Return the account of a person on a channel, linking one where there is none to be asked."""
    held = await linking.accounts_of(session, person.id)
    found = next((each for each in held if each.channel == channel), None)
    if found is not None or not held:
        return found
    met = select(ChatAccount.id).where(
        col(ChatAccount.channel) == channel, col(ChatAccount.address) == address
    )
    if (await session.execute(met)).scalar_one_or_none() is not None:
        return None
    now = stage.clock.now()
    account = ChatAccount(
        school_id=person.school_id,
        channel=channel,
        address=address,
        person_id=person.id,
        state_at=now,
        linked_at=now,
    )
    session.add(account)
    await session.flush()
    return account


def _give_app(stage: Stage, channel: str, address: str, name: str) -> None:
    """Install an app on somebody's phone, unless it is there."""
    if channel == LINE:
        if address not in stage.world.users:
            stage.world.add_user(address, name)
    elif int(address) not in stage.telegram.users:
        stage.telegram.add_user(name, int(address))


async def _look_in(stage: Stage, channel: str, address: str) -> None:
    """Open a chat in which nothing was said yet, so that a first card stands in it."""
    if channel == LINE:
        said: Any = stage.world.chat(stage.account, address).entries
    else:
        said = stage.telegram.chat(stage.telegram_bot, int(address)).entries
    if not said:
        await enter(stage, channel, address)


def _group_of(stage: Stage, channel: str) -> str | None:
    """Return the group that was made earlier."""
    chats: Any = (stage.account if channel == LINE else stage.telegram_bot).chats.values()
    return next((str(chat.chat_id) for chat in chats if chat.is_group), None)


async def _in_group(session: AsyncSession) -> list[Person]:
    """Return who is in the group: the homeroom teacher first, who has made it."""
    numbers = (cast.HOMEROOM_TEACHER.number, cast.PUPIL.number, *cast.CLASSMATES)
    found = sa.select(Person).where(col(Person.number).in_(numbers))
    people = {each.number: each for each in (await session.execute(found)).scalars()}
    return [people[number] for number in numbers if number in people]
