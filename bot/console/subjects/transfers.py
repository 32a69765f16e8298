"""Transfers: another class, seat or school number, leaving the school and coming back."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from starlette.responses import Response
from wtforms import DateField, Field, IntegerField, SelectField, StringField
from wtforms.validators import Optional

from bot.console.caller import absent
from bot.console.doors import Doors
from bot.console.roles import OFFICE
from bot.console.subjects.people import (
    EVERYBODY,
    ONE,
    ReasonForm,
    found_here,
    locked,
    shown,
    to_person,
    vocabulary,
)
from bot.console.visit import Visit
from handlers import labels
from handlers.words import N_
from models.queries import importing
from models.queries.console import classes, transfers
from models.queries.console.classes import Room
from models.queries.console.people import Found
from models.rules.taipei import day_of
from models.rules.transfers import (
    LONGEST_NUMBER,
    MOST_SEATS,
    Hindrance,
    Seat,
    hindrances,
)
from models.tables import Person
from models.vocabulary import PersonKind

_NO_CLASS = 0
_HINDRANCES: dict[Hindrance, tuple[str, str]] = {
    Hindrance.NOTHING_NEW: ("reason", N_("Nothing is different: there is nothing to keep.")),
    Hindrance.NOT_YET: (
        "day",
        N_("This day has not come. A move holds from the moment it is kept: do it on that day."),
    ),
    Hindrance.NO_NUMBER: ("number", N_("A number of at most {most} signs without blanks, please.")),
    Hindrance.NUMBER_TAKEN: (
        "number",
        N_("Somebody has this number. If it is the same person, make the two rows one instead."),
    ),
    Hindrance.NO_SEAT: ("seat", N_("A seat from 1 to {seats}, please.")),
    Hindrance.SEAT_TAKEN: ("seat", N_("Somebody in this class has this seat.")),
}
"""Beside which field each hindrance stands, and in which words."""
doors = Doors()


class MoveForm(ReasonForm):
    """A pupil's number, class and seat from a day on; the staff has only a number."""

    number = StringField()
    room = SelectField(coerce=int)
    seat = IntegerField(validators=[Optional()])
    day = DateField()

    def __init__(self, visit: Visit, rooms: Sequence[Room], found: Found) -> None:
        super().__init__(visit)
        self._words = visit.words
        if not visit.posted:
            self.number.data, self.seat.data = found.number, found.seat
            self.room.data = found.room_id or _NO_CLASS
            self.day.data = day_of(visit.now)
        if found.kind is PersonKind.STAFF:
            del self.room, self.seat
            return
        choices = [(each.id, _room_label(each, visit)) for each in rooms]
        if found.room_id is None:
            choices.insert(0, (_NO_CLASS, visit.words.say("No class this year")))
        self.room.choices = choices

    def validate_day(self, field: Field) -> None:
        """Say in our own words that a day is wanted."""
        if field.data is None:
            field.errors = [self._words.say("From which day on? Please choose one.")]

    @property
    def wanted(self) -> Seat:
        """Return what was asked for."""
        number = (self.number.data or "").strip()
        if "room" not in self or not self.room.data:
            return Seat(number, None, 0)
        return Seat(number, self.room.data, self.seat.data or 0)

    def object(self, found: Sequence[Hindrance]) -> None:
        """Put what stands against it beside its field."""
        for each in found:
            name, msgid = _HINDRANCES[each]
            said = self._words.say(msgid, most=LONGEST_NUMBER, seats=MOST_SEATS)
            self[name].errors = [*self[name].errors, said]


@doors.get(ONE + "/move", to=OFFICE)
async def offer_move(visit: Visit) -> Response:
    """Show where a pupil sits, to be changed."""
    found = await found_here(visit)
    if found is None or found.departed:
        return absent(visit)
    return await _move_page(visit, found, await _form(visit, found))


@doors.post(ONE + "/move", to=OFFICE)
async def move(visit: Visit) -> Response:
    """Give a pupil another class, seat or number."""
    await importing.lock(visit.session, visit.school.id)
    found, person = await found_here(visit), await locked(visit)
    if found is None or person is None or found.departed:
        return absent(visit)
    form = await _form(visit, found)
    sound = form.validate()
    if form.day.data is not None:
        form.object(await _hindrances(visit, found, form))
        sound = sound and not form.errors
    if not sound:
        return await _move_page(visit, found, form, status=422)
    await _moved(visit, found, person, form)
    visit.say(
        "Kept: {name}. Reminders follow the new class and its timetable by themselves.",
        name=person.name,
    )
    return visit.go(to_person(visit, person.id))


@doors.post(ONE + "/departed", to=OFFICE)
async def depart(visit: Visit) -> Response:
    """Mark somebody as departed, or as come back."""
    found, person = await found_here(visit), await locked(visit)
    if found is None or person is None:
        return absent(visit)
    form = ReasonForm(visit)
    if not form.validate():
        return await shown(visit, found, departing=form, status=422)
    leaves = visit.sent.get("turn") != "back"
    if person.departed is not leaves:
        person.departed = leaves
        deed = "departed" if leaves else "came back"
        await visit.record(deed, f"person:{person.id}", person_id=person.id, reason=form.why)
        if leaves:
            visit.say("{name} is marked as departed; nothing is sent any more.", name=person.name)
        else:
            visit.say("{name} is back; the next reminder due comes again.", name=person.name)
    return visit.go(to_person(visit, person.id))


async def _form(visit: Visit, found: Found) -> MoveForm:
    rooms = await classes.listed(visit.session, visit.school.id, EVERYBODY)
    return MoveForm(visit, rooms, found)


async def _move_page(visit: Visit, found: Found, form: MoveForm, *, status: int = 200) -> Response:
    taken = await transfers.numbered(visit.session, visit.school.id, form.wanted.number)
    return visit.page(
        "transfers/move.html",
        status,
        found=found,
        form=form,
        twin=taken if taken is not None and taken.id != found.person_id else None,
        **vocabulary(visit),
    )


async def _hindrances(visit: Visit, found: Found, form: MoveForm) -> tuple[Hindrance, ...]:
    wanted, session = form.wanted, visit.session
    other = await transfers.numbered(session, visit.school.id, wanted.number)
    taken = {other.number} if other is not None and other.id != found.person_id else set()
    seats: set[int] = set()
    if wanted.class_id is not None:
        seats = await transfers.seats_taken(session, wanted.class_id, found.person_id)
    return hindrances(
        Seat(found.number, found.room_id, found.seat or 0),
        wanted,
        day=form.day.data or date.min,
        today=day_of(visit.now),
        numbers_taken=taken,
        seats_taken=seats,
    )


async def _moved(visit: Visit, found: Found, person: Person, form: MoveForm) -> None:
    wanted = form.wanted
    facts: dict[str, Any] = {"from": form.day.data.isoformat()} if form.day.data else {}
    if wanted.class_id is not None:
        room = await classes.locked(visit.session, visit.school.id, wanted.class_id)
        if room is not None:
            await transfers.seat(visit.session, person, room, wanted.seat)
        facts |= {"class_before": found.room_id, "class_after": wanted.class_id}
    facts["new_number"] = person.number != wanted.number
    person.number = wanted.number
    await visit.record(
        "moved pupil", f"person:{person.id}", person_id=person.id, reason=form.why, **facts
    )


def _room_label(room: Room, visit: Visit) -> str:
    called, of = labels.room(room.name, visit.words), visit.rulebook.label_of(room.division)
    return f"{called}（{of}）" if of else called
