"""Opens the doors once the server answers: webhooks, menus for all, first cards for the cast."""

from collections import defaultdict
from typing import Any

import aiohttp
import sqlalchemy as sa
from linebot.v3.messaging import RichMenuBulkLinkRequest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo import lineside, telegramside
from bot.demo.seed import cast
from bot.demo.seed.chats import LINE, TELEGRAM, address_of
from bot.demo.stage import Stage
from handlers.menus import BY_WEIGHT, Attire, menu_for
from models.tables import ChatAccount, Course, Person, Role, SchoolClass
from models.vocabulary import AccountState, Duty, PersonKind

_AT_ONCE = 500
_WITHIN = 30.0
_PHONES = {
    LINE: f"/simulator/phone/{lineside.ACCOUNT}",
    TELEGRAM: f"/simulator/telegram/phone/{telegramside.ACCOUNT}",
}
_ENTERING = {LINE: "follow", TELEGRAM: "start"}


async def open_doors(stage: Stage) -> None:
    """Dress every chat in LINE, and let the cast add the account as new friends do."""
    await dress_everybody(stage)
    await greet(stage)


async def set_webhook(stage: Stage) -> None:
    """Let Telegram send to the bot's webhook, as `bot school webhook` does; it stays set."""
    async with stage.store.reading() as session:
        code = (await stage.school(session)).code
    client = await stage.installation.telegram.client(code)
    secret = stage.installation.credentials.telegram(code).secret
    await client.set_webhook(f"{stage.url}/telegram/{code}", secret)


async def greet(stage: Stage) -> None:
    """Follow the account from the phones of the cast, so that it answers with their first cards."""
    for part in cast.ON_STAGE:
        await enter(stage, LINE, address_of(part.number, LINE))


async def enter(stage: Stage, channel: str, address: str) -> None:
    """Add the account as a friend, or press Start, so that it answers with a first card."""
    await _do(stage, f"{_PHONES[channel]}/{address}/{_ENTERING[channel]}", {})


async def create_group(stage: Stage, channel: str, name: str, members: list[str]) -> str:
    """Make a group whose first member adds the school's account; return the group's id."""
    made = await _do(stage, f"{_PHONES[channel]}/groups", {"name": name, "members": members})
    return str(made["groupId"])


async def _do(stage: Stage, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Act on somebody's phone as the page does."""
    async with (
        aiohttp.ClientSession(stage.url) as http,
        http.post(path, json=body) as answer,
    ):
        answer.raise_for_status()
        done: dict[str, Any] = await answer.json()
        return done


async def dress_everybody(stage: Stage) -> None:
    """Link every open chat in LINE to its menu in its language, and write down which it has."""
    async with stage.store.reading() as session:
        school = await stage.school(session)
        code = school.code
        chats = await _by_attire(session)
    line = stage.installation.line
    api = line.api(code)
    for attire, addresses in chats.items():
        menu_id = await line.menu_id(code, attire.menu, attire.locale)
        for start in range(0, len(addresses), _AT_ONCE):
            request = RichMenuBulkLinkRequest(
                rich_menu_id=menu_id, user_ids=addresses[start : start + _AT_ONCE]
            )
            await api.link_rich_menu_id_to_users(request, _request_timeout=_WITHIN)
    async with stage.store.writing() as session:
        for attire, addresses in chats.items():
            of_menu = col(ChatAccount.address).in_(addresses)
            await session.execute(sa.update(ChatAccount).where(of_menu).values(menu=attire.worn))


async def _by_attire(session: AsyncSession) -> dict[Attire, list[str]]:
    """Return the addresses of the open chats in LINE, by what they should be dressed in."""
    duties = await _duties(session)
    rows = await session.execute(
        sa.select(col(ChatAccount.address), col(Person.id), col(Person.kind), col(Person.locale))
        .join(Person, col(Person.id) == col(ChatAccount.person_id))
        .where(col(ChatAccount.state) == AccountState.OPEN, col(ChatAccount.channel) == LINE)
    )
    found: dict[Attire, list[str]] = defaultdict(list)
    for address, person_id, kind, locale in rows:
        held = {Duty.PUPIL} if kind is PersonKind.PUPIL else duties[person_id]
        found[Attire(menu_for(frozenset(held)), locale)].append(address)
    return found


async def _duties(session: AsyncSession) -> dict[int, set[Duty]]:
    """Return the duties of everybody who works at the school."""
    latest = sa.select(sa.func.max(col(SchoolClass.year))).scalar_subquery()
    asked = {
        Duty.SUBJECT_TEACHER: sa.select(col(Course.teacher_id)),
        Duty.HOMEROOM_TEACHER: sa.select(col(SchoolClass.homeroom_teacher_id)).where(
            col(SchoolClass.year) == latest
        ),
        Duty.REGISTRAR: sa.select(col(Role.person_id)).where(col(Role.duty) == Duty.REGISTRAR),
    }
    found: dict[int, set[Duty]] = defaultdict(set)
    for duty in BY_WEIGHT:
        for person_id in (await session.scalars(asked[duty])).all() if duty in asked else ():
            found[person_id or 0].add(duty)
    return found
