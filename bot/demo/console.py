"""The demonstration's console: one click signs in as the demonstration's registrar.

These doors are the demonstration's alone. Sessions go by real time, whatever the school's clock
says. A colleague is there for what needs two people: a message to the whole school.
"""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from starlette.responses import Response

from bot.console.caller import Caller
from bot.console.doors import Doors
from bot.console.entering import LOCAL, enter
from models.queries.console import users
from models.rules.access import Grant
from models.tables import ConsoleUser, Person, Role, School
from models.vocabulary import ConsoleRole, Duty

ADDRESS = "registrar@demo.example"
PATH = "/demonstration"
COLLEAGUE = "colleague@demo.example"
doors = Doors()


@doors.anybody_gets(PATH)
async def sign_in(caller: Caller) -> Response:
    """Sign in as the registrar of the demonstration, and open the school."""
    async with caller.desk.installation.store.writing() as session:
        user = await _registrar(session, caller)
        await _colleague(session, caller)
        await enter(caller, session, user.id, LOCAL, confirmed=True)
    return caller.go("/")


@doors.anybody_gets(f"{PATH}/colleague")
async def sign_in_besides(caller: Caller) -> Response:
    """Sign in as the registrar's colleague, in a browser of their own or instead of them."""
    async with caller.desk.installation.store.writing() as session:
        user = await _colleague(session, caller)
        await enter(caller, session, user.id, LOCAL, confirmed=True)
    return caller.go("/")


async def _colleague(session: AsyncSession, caller: Caller) -> ConsoleUser:
    school = (await session.execute(select(School))).scalar_one()
    grant = Grant(ConsoleRole.REGISTRAR, school.id)
    name = caller.words.say("The registrar's colleague")
    return await users.added(session, COLLEAGUE, name, caller.right_now, [grant])


async def _registrar(session: AsyncSession, caller: Caller) -> ConsoleUser:
    school = (await session.execute(select(School))).scalar_one()
    office = (
        select(Person)
        .join(Role, col(Role.person_id) == col(Person.id))
        .where(col(Role.duty) == Duty.REGISTRAR, col(Person.school_id) == school.id)
        .order_by(col(Person.id))
        .limit(1)
    )
    person = (await session.execute(office)).scalar_one()
    grant = Grant(ConsoleRole.REGISTRAR, school.id)
    user = await users.added(session, ADDRESS, person.name, caller.right_now, [grant])
    user.person_id = person.id
    return user
