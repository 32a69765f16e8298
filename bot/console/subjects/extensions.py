"""More time for one pupil, a class or the school: what it would do, giving it, taking it back.

An extension given here goes the way of `bot extend`: the same rules, the same message.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlette.responses import Response
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import VIA, Visit
from bot.wiring import COUNTED
from handlers import deadlines, labels, refusals
from models.errors import DomainError
from models.queries.console import extensions as rows
from models.queries.windows import TermWindow
from models.rules.extensions import end_on, extend
from models.rules.taipei import last_day
from models.vocabulary import ExtendedTo, Stage
from scheduler import more_time
from scheduler.extending import Grant, Whom, extend_to, latest_for, take_back

AT = f"{IN_SCHOOL}/extensions"
ONE = AT + "/{grant:int}"
_LONGEST = 200
_SOON, _FAR = date(2000, 1, 1), date(2150, 1, 1)

doors = Doors()


class ExtensionForm(ConsoleForm):
    """In which window, for whom, until when, why, and on whose decision."""

    window = SelectField(coerce=int)
    whom = RadioField(default=ExtendedTo.PERSON.value)
    name = StringField(validators=[Length(max=80)])
    room = SelectField(coerce=int, default=0)
    day = DateField(validators=[Optional()])
    reason = StringField(validators=[Length(max=_LONGEST)])
    reference = StringField(validators=[Length(max=_LONGEST)])
    read = BooleanField()

    def __init__(self, visit: Visit, windows: list[TermWindow], rooms: dict[int, str]) -> None:
        values, words = visit.request.query_params, visit.words
        given = {name: asked.text(values, name) for name in ("name", "reference")}
        chosen = asked.text(values, "window")
        super().__init__(
            visit,
            given={
                **given,
                "window": int(chosen) if chosen.isdecimal() else 0,
                "whom": asked.member(values, "whom", ExtendedTo) or ExtendedTo.PERSON,
            },
        )
        self._words = words
        self.window.choices = [
            (each.id, f"{deadlines.name_of(words, each)} · {words.deadline(each.closes_at)}")
            for each in windows
        ]
        self.whom.choices = [(each.value, labels.word(each, words)) for each in ExtendedTo]
        self.room.choices = [(0, words.say("Please choose")), *rooms.items()]

    def validate_name(self, field: StringField) -> None:
        """Ask whom it is for, where it is for one pupil."""
        if self.whom.data == ExtendedTo.PERSON and not (field.data or "").strip():
            raise ValidationError(
                self._words.say("Whose? Please type the number or the whole name.")
            )

    def validate_room(self, field: SelectField) -> None:
        """Ask which class, where it is for one."""
        if self.whom.data == ExtendedTo.CLASS and not field.data:
            raise ValidationError(self._words.say("Please choose the class."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a day as well: an empty field is not looked at otherwise."""
        is_sound = super().validate(extra_validators)
        if self.day.data is None or not _SOON < self.day.data < _FAR:
            self.day.errors = [self._words.say("Please choose a day.")]
            return False
        return is_sound

    def validate_reason(self, field: StringField) -> None:
        """Ask why: it is kept with the extension."""
        if not (field.data or "").strip():
            raise ValidationError(self._words.say("Please say why: the audit keeps it."))


@dataclass(frozen=True, slots=True)
class Wish:
    """A form that makes sense: in which window, for whom by name, and what is given."""

    window: TermWindow
    whom: Whom
    name: str
    grant: Grant


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show what is in force, the first to end first; or what is past, the newest first."""
    values = visit.request.query_params
    past = bool(values.get("past"))
    found = await rows.given(
        visit.session,
        visit.school.id,
        visit.now,
        in_force=not past,
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    page = asked.page(values, found)
    return visit.page("extensions/extensions.html", page=page, past=past, **_words(visit))


@doors.get(f"{AT}/new", to=OFFICE)
async def show_new(visit: Visit) -> Response:
    """Ask for whom there is to be more time, and until when."""
    return await _asking(visit, await _form(visit))


@doors.post(f"{AT}/new", to=OFFICE)
async def look(visit: Visit) -> Response:
    """Show what giving this time would do; nothing is given yet."""
    form = await _form(visit)
    wish = await _wish(visit, form)
    return await _effects(visit, form, wish) if wish else await _asking(visit, form, status=422)


@doors.post(AT, to=OFFICE)
async def give(visit: Visit) -> Response:
    """Give the time: who has something left is told the old date and the new one."""
    form = await _form(visit)
    wish = await _wish(visit, form)
    if wish is None:
        return await _asking(visit, form, status=422)
    outlasted = await more_time.outlasted(visit.session, wish.whom, wish.window, wish.grant.until)
    if outlasted is not None and not form.read.data:
        form.read.errors = [visit.words.say("Please tick this, or choose an earlier day.")]
        return await _effects(visit, form, wish, status=422)
    row = await extend_to(visit.session, wish.whom, wish.window, wish.grant, visit.now)
    visit.say(
        "Given: {name} until {deadline}.",
        name=wish.name,
        deadline=visit.words.deadline(wish.grant.until),
    )
    return visit.go(visit.to_school(f"/extensions/{row.id}"))


@doors.get(ONE, to=OFFICE)
async def show_one(visit: Visit) -> Response:
    """Show one grant: who has time by it, why, and how it can be taken back."""
    given = await rows.one(visit.session, visit.school.id, visit.request.path_params["grant"])
    if given is None:
        return absent(visit)
    people = await rows.people_of(visit.session, given.id)
    return visit.page(
        "extensions/one.html",
        given=given,
        people=people,
        in_force=given.is_in_force(visit.now),
        can_end=given.is_in_force(visit.now) and visit.now < given.window.window.closes_at,
        **_words(visit),
    )


@doors.post(f"{ONE}/take-back", to=OFFICE)
async def end(visit: Visit) -> Response:
    """Take it back while nobody can have used it; who heard of it is told the date that holds."""
    grant_id = visit.request.path_params["grant"]
    given = await rows.one(visit.session, visit.school.id, grant_id, lock=True)
    if given is None:
        return absent(visit)
    reason = asked.text(visit.sent, "reason")
    if not reason:
        visit.say("Please say why: the audit keeps it.")
        return visit.go(visit.to_school(f"/extensions/{given.id}"))
    n = await take_back(
        visit.session,
        given.grant,
        given.window,
        reason=reason,
        now=visit.now,
        by_id=visit.user.person_id,
        user_id=visit.user.id,
    )
    visit.say("Taken back from {n} pupils. Who had heard of it is told the date that holds.", n=n)
    return visit.go(visit.to_school("/extensions"))


async def _form(visit: Visit) -> ExtensionForm:
    windows = await rows.extendable(visit.session, visit.school.id, visit.now)
    rooms = {
        each.id: f"{labels.room(each.name, visit.words)} ({each.year})"
        for each in await rows.rooms_of_years(
            visit.session, visit.school.id, {found.term.year for found in windows}
        )
    }
    return ExtensionForm(visit, windows, rooms)


async def _wish(visit: Visit, form: ExtensionForm) -> Wish | None:
    """Return what a form asks for; None where something of it is wrong, said in the form."""
    if not form.validate():
        return None
    session, school_id = visit.session, visit.school.id
    windows = await rows.extendable(session, school_id, visit.now)
    found = next(each for each in windows if each.id == form.window.data)
    meant = await _whom(visit, form, found)
    if meant is None or form.day.data is None:
        return None
    whom, name = meant
    grant = Grant(
        end_on(form.day.data, found.closes_at),
        (form.reason.data or "").strip(),
        visit.user.person_id,
        VIA,
        (form.reference.data or "").strip(),
        visit.user.id,
    )
    wrong = await _wrong_day(visit, whom, found, grant.until)
    if wrong:
        form.day.errors = [wrong]
        return None
    return Wish(found, whom, name, grant)


async def _whom(visit: Visit, form: ExtensionForm, found: TermWindow) -> tuple[Whom, str] | None:
    """Return whom a form means, with the name; None where nobody or several are meant."""
    say, kind = visit.words.say, ExtendedTo(form.whom.data)
    if kind is ExtendedTo.SCHOOL:
        return Whom(kind), labels.word(kind, visit.words)
    if kind is ExtendedTo.CLASS:
        rooms = {each.id: each.name for each in await rows.rooms_of(visit.session, found)}
        if form.room.data in rooms:
            return Whom(kind, form.room.data), labels.room(rooms[form.room.data], visit.words)
        form.room.errors = [say("This window is not for that class: please choose another.")]
        return None
    pupils = await rows.looked_for(visit.session, found, (form.name.data or "").strip())
    if len(pupils) == 1:
        return Whom(kind, pupils[0].id), f"{pupils[0].room} {pupils[0].name}"
    several = say(", ").join(f"{each.room} {each.name} {each.number}" for each in pupils)
    form.name.errors = [
        say("Several have this name, please type the number: {several}", several=several)
        if pupils
        else say("This window is for nobody with this number or name.")
    ]
    return None


async def _wrong_day(visit: Visit, whom: Whom, found: TermWindow, until: datetime) -> str:
    """Return what is wrong with an end, "" where nothing is."""
    late = await latest_for(visit.session, whom, found)
    try:
        extend(TermWindow(found.window, found.term), until, visit.now, late)
    except DomainError as error:
        return refusals.sentence(error, visit.words)
    over = await more_time.outlasted(visit.session, whom, found, until)
    if over is not None and over.stage is Stage.SUBMISSION:
        return visit.words.say(
            "The school submits on {day}: what is selected after that cannot be sent any more.",
            day=visit.words.day(last_day(over.closes_at)),
        )
    return ""


async def _asking(visit: Visit, form: ExtensionForm, *, status: int = 200) -> Response:
    return visit.page("extensions/new.html", status, form=form, **_words(visit))


async def _effects(visit: Visit, form: ExtensionForm, wish: Wish, *, status: int = 200) -> Response:
    outlook = await more_time.foresee(
        visit.session,
        visit.school,
        wish.whom,
        wish.window,
        wish.grant,
        now=visit.now,
        counted=COUNTED,
    )
    return visit.page(
        "extensions/effects.html", status, form=form, wish=wish, outlook=outlook, **_words(visit)
    )


def _words(visit: Visit) -> dict[str, Any]:
    return {**vocabulary(visit), "now": visit.now}
