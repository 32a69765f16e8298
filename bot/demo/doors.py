"""Opens the doors once the server answers: everybody's menus, and a first card for the cast."""

from collections import defaultdict

import aiohttp
import sqlalchemy as sa
from linebot.v3.messaging import RichMenuBulkLinkRequest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo import lineside
from bot.demo.seed import cast
from bot.demo.seed.chats import address_of
from bot.demo.stage import Stage
from handlers.menus import BY_WEIGHT, Attire, menu_for
from models.tables import ChatAccount, Course, Person, Role, SchoolClass
from models.vocabulary import AccountState, Duty, PersonKind

_AT_ONCE = 500
_WITHIN = 30.0


async def open_doors(stage: Stage) -> None:
    """Dress every chat through LINE's API, then let the cast add the account as new friends do."""
    await dress_everybody(stage)
    await greet(stage)


async def greet(stage: Stage) -> None:
    """Follow the account from the phones of the cast, so that it answers with their first cards."""
    async with aiohttp.ClientSession(stage.url) as http:
        for part in cast.ON_STAGE:
            address = address_of(part.number)
            path = f"/simulator/phone/{lineside.ACCOUNT}/{address}/follow"
            async with http.post(path, json={}) as answer:
                answer.raise_for_status()


async def dress_everybody(stage: Stage) -> None:
    """Link every open chat to its menu in its language, and write down which it has."""
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
    """Return the addresses of the open chats of the school, by what they should be dressed in."""
    duties = await _duties(session)
    rows = await session.execute(
        sa.select(col(ChatAccount.address), col(Person.id), col(Person.kind), col(Person.locale))
        .join(Person, col(Person.id) == col(ChatAccount.person_id))
        .where(col(ChatAccount.state) == AccountState.OPEN)
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
