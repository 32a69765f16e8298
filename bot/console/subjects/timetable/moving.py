"""A window's own page: to let it end on another day, which is written into the rulebook."""

import tomllib
from datetime import date, datetime, time, timedelta

from starlette.responses import Response
from wtforms import DateField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from bot.console import asked
from bot.console.caller import absent
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.timetable.effecting import (
    AGAIN,
    LONGEST_REASON,
    NO_REASON,
    Again,
    Judged,
    judge,
    plain,
    show_effects,
)
from bot.console.subjects.timetable.entrance import AT, doors, elsewhere, sentences
from bot.console.visit import Visit
from models.queries import windows
from models.queries.windows import TermWindow
from models.rulebooks.writing import CannotWriteError
from models.rules.taipei import clock_of, end_of, last_day
from scheduler.redating import by_the_rules, with_deadline

ONE = f"{AT}/window/{{window:int}}"
LATER = (1, 3, 7)
"""By how many days a deadline is moved with one click."""
_RULES = "rules"


class MoveForm(ConsoleForm):
    """Until when, why, and on whose decision."""

    day = DateField()
    clock = TimeField(validators=[Optional()])
    reason = StringField(validators=[Length(max=LONGEST_REASON)])
    document = SelectField()
    point = StringField(validators=[Length(max=80)])

    def __init__(self, visit: Visit, window: TermWindow, days: int = 0) -> None:
        self._visit, self._window = visit, window
        ends = clock_of(window.closes_at)
        given = {
            "day": last_day(window.closes_at) + timedelta(days=days),
            "clock": None if ends == time.min else ends,
        }
        super().__init__(visit, given=given)
        self.day.validators = (InputRequired(visit.words.say("Please choose a day.")),)
        documents = tomllib.loads(visit.school.rulebook).get("documents", {})
        self.document.choices = [(key, each["name"]) for key, each in documents.items()]

    @property
    def closes_at(self) -> datetime:
        """Return the instant that was chosen; without a time of day the day counts whole."""
        return end_of(self.day.data or date.min, self.clock.data)

    def validate_day(self, field: DateField) -> None:
        """Ask for another day, which is still to come and after the opening."""
        say = self._visit.words.say
        if field.data is None or not date(1990, 1, 1) < field.data < date(2150, 1, 1):
            raise ValidationError(say("Please choose a day."))
        if self.closes_at == self._window.window.closes_at:
            raise ValidationError(say("That is the deadline as it is: please choose another."))
        if self.closes_at <= self._window.opens_at:
            raise ValidationError(say("That is before the window opens."))
        if self.closes_at <= self._visit.now:
            raise ValidationError(say("That is over already: please choose a time to come."))

    def validate_reason(self, field: StringField) -> None:
        """Ask why: the audit keeps it."""
        if not (field.data or "").strip():
            raise ValidationError(self._visit.words.say(NO_REASON))

    @property
    def cited(self) -> str:
        """Return the decision as a rulebook cites it, "" where none was given."""
        point = (self.point.data or "").strip()
        document = self.document.data
        return f"{document}: {point}" if point and document != _RULES else point


@doors.get(ONE, to=OFFICE)
async def show_window(visit: Visit) -> Response:
    """Ask until when a window is to be open."""
    window = await _window(visit)
    if window is None:
        return absent(visit)
    days = asked.text(visit.request.query_params, "days")
    form = MoveForm(visit, window, int(days) if days in map(str, LATER) else 0)
    return await _shown(visit, window, form)


@doors.post(ONE, to=OFFICE)
async def move(visit: Visit) -> Response:
    """Write the new date into the rulebook's text and show what saving it would do."""
    window = await _window(visit)
    if window is None:
        return absent(visit)
    form = MoveForm(visit, window)
    if visit.sent.get(AGAIN):
        return await _shown(visit, window, form)
    if not form.validate():
        return await _shown(visit, window, form, status=422)
    try:
        old = plain(visit.school.rulebook)
        text = with_deadline(old, visit.rulebook, window, form.closes_at, form.cited)
    except CannotWriteError:
        return _by_hand(visit)
    judged = judge(visit, text)
    if not judged.is_sound:
        return await _shown(visit, window, form, judged=judged, status=422)
    again = Again.of(visit, f"/timetable/window/{window.id}")
    return await show_effects(visit, text, judged, reason=form.reason.data or "", again=again)


@doors.post(f"{ONE}/by-rule", to=OFFICE)
async def count_by_rule(visit: Visit) -> Response:
    """Take the announced dates back, so that the rule counts; show what saving it would do."""
    window = await _window(visit)
    if window is None:
        return absent(visit)
    try:
        text = by_the_rules(plain(visit.school.rulebook), visit.rulebook, window)
    except CannotWriteError:
        return _by_hand(visit)
    if text is None:
        return absent(visit)
    judged = judge(visit, text)
    if not judged.is_sound:
        return await _shown(visit, window, MoveForm(visit, window), judged=judged, status=422)
    return await show_effects(visit, text, judged)


def _by_hand(visit: Visit) -> Response:
    visit.say(
        "The rulebook writes these dates in a way that the form cannot change: "
        "please change them in the text."
    )
    return visit.go(visit.to_school("/timetable/text"))


def _can_count(visit: Visit, window: TermWindow) -> bool:
    """Say whether a window has announced dates of its own that can be taken back."""
    if window.window.source != "published":
        return False
    try:
        return by_the_rules(plain(visit.school.rulebook), visit.rulebook, window) is not None
    except CannotWriteError:
        return False


async def _window(visit: Visit) -> TermWindow | None:
    """Return the window that the address names, as long as the rulebook has its term."""
    number = visit.request.path_params["window"]
    found = await windows.by_id(visit.session, visit.school.id, number)
    return found if found and found.term_name in visit.rulebook.terms else None


async def _shown(
    visit: Visit,
    window: TermWindow,
    form: MoveForm,
    *,
    judged: Judged | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "timetable/window.html",
        status,
        window=window,
        form=form,
        judged=judged,
        later=LATER,
        can_count=_can_count(visit, window),
        elsewhere=elsewhere(visit),
        now=visit.now,
        **sentences(visit, visit.rulebook),
    )
