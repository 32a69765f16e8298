"""The people of a school: who they are, whether a message reaches them, and how they join."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from bot.console import asked, endings
from bot.console.asked import Values
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE, SEES_PUPILS
from bot.console.visit import VIA, Visit
from handlers import labels
from handlers.preferences import hours_of
from handlers.words import N_
from models.queries import linking, preferences, schools
from models.queries.codes import Issuer
from models.queries.console import life, merging, people, transfers
from models.queries.console.people import Found, Presence, Wanted
from models.queries.console.sight import classes_seen
from models.rules.linking import VALID_FOR
from models.rules.sight import Sight, sight
from models.tables import ChatAccount, Person
from models.vocabulary import Duty, PersonKind

AT = f"{IN_SCHOOL}/people"
ONE = AT + "/{person:int}"
LONGEST_REASON = 200
EVERYBODY = Sight(everybody=True)
"""What the office sees: its doors are not open to narrower roles."""
PRESENCES: dict[Presence, str] = {
    Presence.JOINED: N_("Has joined"),
    Presence.NOT_JOINED: N_("Has not joined"),
    Presence.BLOCKED: N_("Has blocked the account"),
    Presence.DEPARTED: N_("Has left the school"),
}
_LANGUAGES = {"zh_Hant_TW": N_("Chinese"), "en": N_("English")}

doors = Doors()


class ReasonForm(ConsoleForm):
    """A reason in somebody's own words."""

    reason = StringField()

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        wanted = visit.words.say("Please give a reason: it is kept in the audit.")
        short = visit.words.say("At most {n} signs, please.", n=LONGEST_REASON)
        self.reason.validators = [DataRequired(wanted), Length(max=LONGEST_REASON, message=short)]

    @property
    def why(self) -> str:
        """Return the reason as it is kept."""
        return (self.reason.data or "").strip()


class UnlinkForm(ReasonForm):
    """Which chat is taken off a person, and why."""

    chat = SelectField(coerce=int)

    def __init__(self, visit: Visit, chats: list[ChatAccount]) -> None:
        super().__init__(visit)
        self.chat.choices = [
            (each.id, endings.channel(each.channel, visit.words)) for each in chats
        ]


@doors.get(AT, to=SEES_PUPILS)
async def search(visit: Visit) -> Response:
    """Find people by name, number, class and role, and by whether they have joined."""
    values, seen = visit.request.query_params, sight(visit.held)
    wanted = _wanted(values)
    rows = await people.found(
        visit.session,
        visit.school.id,
        seen,
        wanted,
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    return visit.page(
        "people/people.html",
        page=asked.page(values, rows),
        wanted=wanted,
        rooms=await classes_seen(visit.session, visit.school.id, seen),
        duties=Duty if seen.everybody else (),
        presences=PRESENCES,
        office=is_office(visit),
        **vocabulary(visit),
    )


@doors.get(ONE, to=SEES_PUPILS)
async def show(visit: Visit) -> Response:
    """Show who somebody is, which chats they have joined with, and what can be done."""
    found = await found_here(visit)
    return absent(visit) if found is None else await shown(visit, found)


@doors.post(ONE + "/code", to=OFFICE)
async def make_code(visit: Visit) -> Response:
    """Make a new joining code, which is shown this once; an earlier one is void."""
    person = await locked(visit)
    if person is None or person.departed:
        return absent(visit)
    pepper = visit.desk.installation.vault.pepper
    code = await linking.issue(visit.session, person, visit.now, pepper, by=issuer(visit))
    return visit.page(
        "people/code.html",
        person=person,
        code=code,
        until=visit.now + VALID_FOR,
        known_as=await schools.known_as(visit.session, visit.school.id),
        **vocabulary(visit),
    )


@doors.post(ONE + "/unlink", to=OFFICE)
async def unlink(visit: Visit) -> Response:
    """Take a chat off its person, with a reason."""
    found = await found_here(visit)
    if found is None:
        return absent(visit)
    chats = list(await life.chats(visit.session, found.person_id))
    form = UnlinkForm(visit, chats)
    if not form.validate():
        return await shown(visit, found, unlinking=form, status=422)
    chat = next(each for each in chats if each.id == form.chat.data)
    await linking.unlink(visit.session, chat, visit.now)
    await visit.record(
        "unlinked",
        f"chat_account:{chat.id}",
        person_id=found.person_id,
        reason=form.why,
    )
    visit.say(
        "{name} is no longer joined in {app}. With a new joining code they can join again.",
        name=found.name,
        app=endings.channel(chat.channel, visit.words),
    )
    return visit.go(to_person(visit, found.person_id))


@doors.post(ONE + "/registrar", to=OFFICE)
async def change_duty(visit: Visit) -> Response:
    """Give somebody of the staff the registrar's duty in chats, or take it."""
    person = await locked(visit)
    if person is None or person.kind is not PersonKind.STAFF:
        return absent(visit)
    session, duty = visit.session, Duty.REGISTRAR
    if visit.sent.get("turn") == "give":
        if not person.departed and await people.give_duty(session, person, duty):
            await visit.record("gave duty", f"person:{person.id}", person_id=person.id)
            visit.say("{name} acts for the office in chats from now on.", name=person.name)
    elif await people.take_duty(session, person, duty):
        await visit.record("took duty", f"person:{person.id}", person_id=person.id)
        visit.say(
            "{name} no longer acts for the office in chats. If the next list of staff names this "
            "office, it comes back.",
            name=person.name,
        )
    return visit.go(to_person(visit, person.id))


async def shown(
    visit: Visit,
    found: Found,
    *,
    unlinking: UnlinkForm | None = None,
    departing: ReasonForm | None = None,
    status: int = 200,
) -> Response:
    """Draw a person's page, with a form that was not in order where there was one."""
    session, office = visit.session, is_office(visit)
    chats = list(await life.chats(session, found.person_id))
    person = await session.get_one(Person, found.person_id)
    return visit.page(
        "people/person.html",
        status,
        found=found,
        person=person,
        chats=chats,
        unlinking=unlinking or UnlinkForm(visit, chats),
        departing=departing or ReasonForm(visit),
        code_until=await people.code_until(session, found.person_id, visit.now),
        courses=await people.courses_of(session, visit.school.id, found),
        leads=await people.leads(session, visit.school.id, found.person_id),
        quiet=hours_of(await preferences.quiet_of(session, found.person_id), visit.words),
        spoken=visit.words.say(_LANGUAGES.get(person.locale, person.locale)),
        became=await _became(session, visit, found),
        office=office,
        **vocabulary(visit),
    )


async def locked(visit: Visit) -> Person | None:
    """Return the person that the path names, locked; None where this school has none such."""
    id_ = visit.request.path_params["person"]
    return (await transfers.locked(visit.session, visit.school.id, [id_])).get(id_)


def to_person(visit: Visit, person_id: int) -> str:
    """Return the path of a person's page."""
    return visit.to_school(f"/people/{person_id}")


def issuer(visit: Visit) -> Issuer:
    """Return who makes codes in this visit."""
    return Issuer(VIA, visit.user.person_id, visit.user.id)


def is_office(visit: Visit) -> bool:
    """Say whether somebody may change what this page shows."""
    return any(each.role in OFFICE for each in visit.held)


def vocabulary(visit: Visit) -> dict[str, Any]:
    """Return what the templates call things by."""
    words = visit.words
    return {
        "word": lambda member: labels.word(member, words),
        "room": lambda name: labels.room(name, words),
        "seat": lambda name, seat: labels.seat(name, seat, words),
        "division": visit.rulebook.label_of,
        "channel": lambda name: endings.channel(name, words),
        "presence": lambda each: words.say(PRESENCES[each]),
    }


async def found_here(visit: Visit) -> Found | None:
    """Return the person that the path names, if whoever asks sees them."""
    id_ = visit.request.path_params["person"]
    return await people.one(visit.session, visit.school.id, sight(visit.held), id_)


async def _became(session: AsyncSession, visit: Visit, found: Found) -> Person | None:
    """Return with whom a row became one, where it did."""
    if not found.departed:
        return None
    kept_id = await merging.became(session, visit.school.id, found.person_id)
    return None if kept_id is None else await session.get(Person, kept_id)


def _wanted(values: Values) -> Wanted:
    return Wanted(
        whom=asked.text(values, "whom"),
        room=asked.text(values, "class"),
        duty=asked.member(values, "role", Duty),
        presence=asked.member(values, "state", Presence),
    )
