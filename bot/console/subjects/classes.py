"""The classes of this year: who leads them, who has joined, and what is printed for them."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.responses import Response
from wtforms import SelectField

from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.later import Later
from bot.console.papers import handed_out, together
from bot.console.roles import OFFICE, SEES_PUPILS
from bot.console.subjects.people import EVERYBODY, is_office, issuer, vocabulary
from bot.console.visit import Visit
from bot.issuing import NoBasicId, NoBotName, Wanted, account_of, issue
from bot.paper.class_notices import notice_of
from models.queries import codes, schools
from models.queries.console import classes, people
from models.queries.console.classes import Room
from models.rules.linking import VALID_FOR
from models.rules.roc import Term
from models.rules.sight import sight
from models.rules.taipei import day_of
from models.tables import SchoolClass

AT = f"{IN_SCHOOL}/classes"
ONE = AT + "/{room:int}"
_NOBODY = 0
_ALL = "all"
"""What the form says where also those get a code who have joined."""

doors = Doors()


class HomeroomForm(ConsoleForm):
    """Who leads a class."""

    teacher = SelectField(coerce=int)

    def __init__(self, visit: Visit, staff: Sequence[tuple[int, str, str]], room: Room) -> None:
        super().__init__(visit, given={"teacher": room.teacher_id or _NOBODY})
        self.teacher.choices = [
            (_NOBODY, visit.words.say("Nobody yet")),
            *((id_, f"{name}（{number}）") for id_, number, name in staff),
        ]


@doors.get(AT, to=SEES_PUPILS)
async def show(visit: Visit) -> Response:
    """Show every class that is seen, and how many of its pupils have joined."""
    rooms = await classes.listed(visit.session, visit.school.id, sight(visit.held))
    return visit.page(
        "classes/classes.html",
        rooms=rooms,
        codes_can=is_office(visit) and await _can_print_codes(visit),
        office=is_office(visit),
        **vocabulary(visit),
    )


@doors.get(ONE, to=SEES_PUPILS)
async def show_one(visit: Visit) -> Response:
    """Show one class with what can be changed and printed."""
    room = await _room(visit)
    return absent(visit) if room is None else await _one_page(visit, room)


@doors.post(ONE + "/homeroom", to=OFFICE)
async def change_homeroom(visit: Visit) -> Response:
    """Let somebody else lead a class."""
    room = await _room(visit)
    row = await classes.locked(visit.session, visit.school.id, room.id) if room else None
    if room is None or row is None:
        return absent(visit)
    form = HomeroomForm(visit, await people.staff(visit.session, visit.school.id), room)
    if not form.validate():
        return await _one_page(visit, room, form, status=422)
    chosen = form.teacher.data or None
    if chosen != row.homeroom_teacher_id:
        before, row.homeroom_teacher_id = row.homeroom_teacher_id, chosen
        await visit.record(
            "changed homeroom teacher",
            f"school_class:{row.id}",
            person_id=chosen,
            before=before,
            after=chosen,
        )
        visit.say(
            "Kept. Digests of this class go to whoever leads it now; the next list of people "
            "counts where it names somebody else."
        )
    return visit.go(visit.to_school(f"/classes/{row.id}"))


@doors.get(ONE + "/notice", to=SEES_PUPILS)
async def print_notice(visit: Visit) -> Response:
    """Print the dates of this semester, to hang up in the class."""
    room = await _room(visit)
    semester = Term.on(day_of(visit.now))
    row = None if room is None else await visit.session.get(SchoolClass, room.id)
    if row is None:
        return absent(visit)
    press = await notice_of(
        visit.session, visit.school, row, semester, now=visit.now, words=visit.words
    )
    if press is None:
        visit.say("There is nothing to hang up for this semester: no window concerns this class.")
        return visit.go(visit.to_school(f"/classes/{row.id}"))
    name = visit.words.say("dates-{class_name}.pdf", class_name=row.name)

    async def printed() -> Response:
        return handed_out(name, await asyncio.to_thread(press))

    return Later(printed)


@doors.get(AT + "/codes", to=OFFICE)
async def look_at_codes(visit: Visit) -> Response:
    """Say whom codes would be made for, and whose slips that makes void; make none."""
    query = visit.request.query_params
    wanted = _wanted(query, query.getlist("class"))
    if wanted is None:
        visit.say("Please tick one class at least.")
        return visit.go(visit.to_school("/classes"))
    everybody = await codes.joiners(visit.session, visit.school.id)
    getting = [each for each in everybody if wanted.gets_code(each)]
    holders = [each.person_id for each in getting]
    return visit.page(
        "classes/codes.html",
        wanted=wanted,
        names=sorted(wanted.class_names),
        getting=len(getting),
        joined=sum(each.joined for each in getting),
        void=await codes.open_among(visit.session, holders, visit.now),
        days=VALID_FOR.days,
        can=await _can_print_codes(visit),
        **vocabulary(visit),
    )


@doors.post(AT + "/codes", to=OFFICE)
async def make_codes(visit: Visit) -> Response:
    """Make new codes and print their slips: the paper first, then the database."""
    wanted = _wanted(visit.sent, [str(each) for each in visit.sent.getlist("class")])
    rooms = await classes.listed(visit.session, visit.school.id, EVERYBODY)
    known = {room.name for room in rooms}
    able = await _can_print_codes(visit)
    if wanted is None or not wanted.class_names <= known or not able:
        return absent(visit)
    installation, by = visit.desk.installation, issuer(visit)
    school, now, words = visit.school, visit.now, visit.words

    async def printed() -> Response:
        with TemporaryDirectory(prefix="codes-") as folder:
            issued = await issue(
                installation.store,
                school,
                wanted,
                days=VALID_FOR.days,
                out=Path(folder),
                pepper=installation.vault.pepper,
                now=now,
                words=words,
                by=by,
            )
            if not issued.sheets:
                return visit.go(visit.to_school("/classes"))
            return together(words.say("joining-codes"), [each.path for each in issued.sheets])

    return Later(printed)


async def _one_page(
    visit: Visit, room: Room, form: HomeroomForm | None = None, *, status: int = 200
) -> Response:
    staff = await people.staff(visit.session, visit.school.id)
    return visit.page(
        "classes/one.html",
        status,
        each=room,
        form=form or HomeroomForm(visit, staff, room),
        office=is_office(visit),
        **vocabulary(visit),
    )


async def _room(visit: Visit) -> Room | None:
    id_ = visit.request.path_params["room"]
    found = await classes.listed(visit.session, visit.school.id, sight(visit.held), id_)
    return next(iter(found), None)


async def _can_print_codes(visit: Visit) -> bool:
    """Say whether slips can name the school's account, to which a code is sent."""
    try:
        account_of(visit.school.name, await schools.basic_ids(visit.session, visit.school.id))
    except (NoBasicId, NoBotName):
        return False
    return True


def _wanted(said: Mapping[str, object], names: Sequence[str]) -> Wanted | None:
    """Return who gets codes: the whole school, or what was ticked; None where nothing was."""
    also_joined = said.get("who") == _ALL
    if said.get("whole"):
        return Wanted(also_joined=also_joined)
    wanted = Wanted(
        frozenset(filter(None, names)), frozenset(), bool(said.get("staff")), also_joined
    )
    return None if wanted.everybody else wanted
