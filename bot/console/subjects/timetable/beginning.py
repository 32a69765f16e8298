"""Setting a school up: from a rulebook that comes with the product, or from one of its own."""

from datetime import date
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from bot import enrolling
from bot.console.caller import absent
from bot.console.forms import ConsoleForm
from bot.console.roles import ADMINISTRATORS, OFFICE
from bot.console.subjects.channels import ChannelForm
from bot.console.subjects.timetable.effecting import (
    Judged,
    is_sealed,
    judge,
    plain,
    seal,
    show_effects,
)
from bot.console.subjects.timetable.entrance import AT, doors, sentences
from bot.console.subjects.timetable.lawful import made_lawful
from bot.console.visit import VIA, Visit
from handlers.findings import ANCHORS
from models.queries import schools
from models.rulebooks import Anchor, Rulebook, load, shipped
from models.rulebooks.values import DATED_ANCHORS
from models.rulebooks.writing import CannotWriteError, with_value, without
from models.rules import timetable
from models.rules.roc import Term
from models.rules.taipei import day_of
from scheduler.moving import Order

NEW = "/schools/new"
OWN = "own"
"""What the form says for a rulebook of the school's own."""
_LARGEST = 256 * 1024
"""Bytes of a rulebook's file: many times those that come with the product."""


class BeginForm(ConsoleForm):
    """Which rulebook a school begins with, and the days of its term."""

    source = SelectField()
    text = TextAreaField()
    code = StringField(validators=[Length(max=6)])
    name = StringField(validators=[Length(max=80)])
    term = StringField()
    term_start = DateField(validators=[Optional()])
    closing_ceremony = DateField(validators=[Optional()])
    final_exams_end = DateField(validators=[Optional()])
    submission = DateField(validators=[Optional()])
    submission_grade3 = DateField(validators=[Optional()])

    def __init__(self, visit: Visit) -> None:
        self._words = words = visit.words
        super().__init__(visit, given={"term": str(Term.on(day_of(visit.now)))})
        self.source.choices = [
            *(
                (short, words.say("Like {name}", name=_read(path).name))
                for short, path in shipped().items()
            ),
            (OWN, words.say("A rulebook of our own: pasted below or uploaded")),
        ]

    def validate_term(self, field: StringField) -> None:
        """Ask for a term as schools write it, unless the own rulebook has its dates."""
        if self.is_own and not field.data:
            return
        try:
            Term((field.data or "").strip())
        except ValueError:
            raise ValidationError(self._words.say("A term such as 115-1, please.")) from None

    def validate_term_start(self, field: DateField) -> None:
        """Ask for the first day: nearly every window counts from it."""
        if field.data is None and not self.is_own:
            raise ValidationError(self._words.say("Please choose the first day of the term."))

    @property
    def is_own(self) -> bool:
        """Say whether the school brings a rulebook of its own."""
        return bool(self.source.data == OWN)

    def days(self) -> dict[Anchor, date]:
        """Return the days that were given."""
        given = {anchor: self[anchor.value].data for anchor in DATED_ANCHORS}
        return {anchor: day for anchor, day in given.items() if day}


@doors.get(f"{AT}/begin", to=OFFICE)
async def show_beginning(visit: Visit) -> Response:
    """Ask with which rulebook a school begins its timetable anew."""
    return _asked(visit, BeginForm(visit))


@doors.post_files(f"{AT}/begin", to=OFFICE, most=_LARGEST)
async def begin(visit: Visit) -> Response:
    """Show what beginning with a rulebook would do."""
    form = BeginForm(visit)
    text = await _text(visit, form) if form.validate() else None
    if text is None:
        return _asked(visit, form, status=422)
    text, judged = _judged(visit, form, text)
    if not judged.is_sound:
        return _asked(visit, form, judged, status=422)
    return await show_effects(visit, text, judged)


@doors.get(NEW, to=ADMINISTRATORS)
async def show_new(visit: Visit) -> Response:
    """Ask for a new school's rulebook, code and name."""
    return _asked(visit, BeginForm(visit))


@doors.post_files(NEW, to=ADMINISTRATORS, most=_LARGEST)
async def look_at_new(visit: Visit) -> Response:
    """Show the timetable that a new school would have."""
    form = BeginForm(visit)
    text = await _text(visit, form) if form.validate() else None
    if text is None:
        return _asked(visit, form, status=422)
    text, judged = _judged(visit, form, text)
    if judged.rulebook and await schools.by_code(visit.session, judged.rulebook.code):
        form.code.errors = [
            visit.words.say(
                "There is a school with this code: its registrar changes its timetable."
            )
        ]
        return _asked(visit, form, status=422)
    if not judged.is_sound or judged.rulebook is None:
        return _asked(visit, form, judged, status=422)
    return _first(visit, text, judged, judged.rulebook, None)


@doors.post("/schools", to=ADMINISTRATORS)
async def add(visit: Visit) -> Response:
    """Add a school with the timetable that was shown."""
    text = plain(visit.sent.get("text", ""))
    if not is_sealed(visit, text, NEW):
        return absent(visit)
    judged, form = judge(visit, text), ChannelForm(visit)
    if not judged.is_sound or judged.rulebook is None:
        return absent(visit)
    unread = bool(judged.warnings) and not visit.sent.get("read")
    if not form.validate() or unread:
        return _first(visit, text, judged, judged.rulebook, form, unread=unread)
    if await schools.by_code(visit.session, judged.rulebook.code):
        visit.say("Somebody has added this school meanwhile. Nothing was changed.")
        return visit.go("/users")
    school = await enrolling.add(visit.session, judged.rulebook, visit.now)
    signing = form.signing()
    if signing:
        vault = visit.desk.installation.vault
        await enrolling.sign_in(visit.session, school, signing, vault)
    order = Order("school added", visit.user.person_id, VIA, {"console_user": visit.user.id})
    await enrolling.bring_up_to_date(visit.session, school, text, visit.now, order)
    visit.say("{name} is set up. Then give its registrar a role.", name=school.name)
    return visit.go(f"/channels/{school.code}")


def _judged(visit: Visit, form: BeginForm, text: str) -> tuple[str, Judged]:
    """Return a text and what the law has against it; one of the product's is made lawful first."""
    return (text, judge(visit, text)) if form.is_own else made_lawful(visit, text)


async def _text(visit: Visit, form: BeginForm) -> str | None:
    """Return the rulebook's text as the form says, None with an error beside the field."""
    source = form.source.data
    own = await _brought(visit, form) if form.is_own else shipped()[source].read_text("utf-8")
    if own is None:
        return None
    try:
        return _with(own if form.is_own else without(own, "terms"), form, visit)
    except CannotWriteError:
        if judge(visit, own).problems:
            return own
        form.text.errors = [
            visit.words.say("The dates cannot be added to this text: write them in it.")
        ]
        return None


async def _brought(visit: Visit, form: BeginForm) -> str | None:
    """Return the text that was pasted, or else that of the file."""
    pasted, file = plain(form.text.data or ""), visit.sent.get("file")
    if pasted.strip():
        return pasted
    if isinstance(file, UploadFile) and file.size and file.size <= _LARGEST:
        try:
            return plain((await file.read()).decode("utf-8-sig"))
        except UnicodeDecodeError:
            form.text.errors = [visit.words.say("The file has to be a text in UTF-8.")]
            return None
    form.text.errors = [visit.words.say("Please paste the rulebook here, or choose its file.")]
    return None


def _with(text: str, form: BeginForm, visit: Visit) -> str:
    """Return a rulebook with the school's own code and name, and with the days of the term."""
    school = {"code": (form.code.data or "").strip(), "name": (form.name.data or "").strip()}
    if visit.at and not form.is_own:
        school = {
            "code": visit.at.code,
            "name": visit.at.name,
            "short_name": visit.rulebook.short_name,
        }
    elif school["name"] and not form.is_own:
        text = with_value(text, ("school", "short_name"), None)
    for key, given in school.items():
        if given:
            text = with_value(text, ("school", key), given)
    term = (form.term.data or "").strip()
    for anchor, day in form.days().items() if term else ():
        text = with_value(text, ("terms", str(Term(term)), anchor.value), day)
    return text


def _asked(
    visit: Visit, form: BeginForm, judged: Judged | None = None, *, status: int = 200
) -> Response:
    return visit.page(
        "timetable/begin.html",
        status,
        form=form,
        judged=judged,
        anchors=_anchors(visit),
        **sentences(visit, (judged.rulebook if judged else None) or _read(shipped()["caotun"])),
    )


def _first(
    visit: Visit,
    text: str,
    judged: Judged,
    rulebook: Rulebook,
    form: ChannelForm | None,
    *,
    unread: bool = False,
) -> Response:
    tables = [(code, timetable.plan(rulebook, Term(code))) for code in rulebook.terms]
    return visit.page(
        "timetable/first.html",
        200 if form is None else 422,
        text=text,
        seal=seal(visit, text, NEW),
        judged=judged,
        rulebook=rulebook,
        tables=tables,
        form=form or ChannelForm(visit),
        unread=unread,
        **sentences(visit, rulebook),
    )


def _anchors(visit: Visit) -> list[tuple[str, str]]:
    return [(each.value, visit.words.say(ANCHORS[each])) for each in DATED_ANCHORS]


def _read(path: Path) -> Rulebook:
    return load(path.read_text("utf-8"), name=path.name)
