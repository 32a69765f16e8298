"""Letters on paper: who needs one, printing them, and what people say became of them.

A letter counts as told from the moment that somebody says it left (decision 0030); a slip that came
back is the pupil's own answer, with who entered it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import Response
from wtforms import DateField, FileField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from bot.console import asked
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.downloads.fetching import begin
from bot.console.visit import Visit
from bot.paper.errands import LettersAsked
from bot.paper.letters import REASONS
from bot.paper.printing_letters import Whom, unposted
from bot.paper.returning import Clerk, Doubt, How, Outcome, enter_slips, mark_posted
from bot.paper.telling import why_not
from handlers import labels
from models.queries import letters as ledger
from models.queries import rosters, windows
from models.queries.letters import Addressee
from models.queries.windows import TermWindow
from models.rules.letters import shown_code
from models.rules.roc import Term
from models.rules.taipei import day_of, last_day
from models.tables import Person
from models.vocabulary import QueryReason, Stage

BELOW = "/letters"
MOST_ADDRESSES = 4 * 1024 * 1024
_BOTH, _DEPARTED, _UNREACHED = "both", "departed", "unreached"

doors = Doors()


@dataclass(frozen=True, slots=True)
class Round:
    """A round of receipt statements, with its windows."""

    term: Term
    number: int
    windows: tuple[TermWindow, ...]

    @property
    def key(self) -> str:
        """Return what an address calls it."""
        return f"{self.term}/{self.number}"


class PrintForm(ConsoleForm):
    """Who gets a letter, where slips go, and the addresses of this one print."""

    whom = SelectField(default=_BOTH)
    room = SelectField(default="")
    office = StringField(validators=[Length(max=120)])
    addresses = FileField()

    def __init__(self, visit: Visit, rooms: Sequence[str]) -> None:
        super().__init__(visit)
        self._words = visit.words
        say = visit.words.say
        self.whom.choices = [
            (_BOTH, say("Everybody on the list above")),
            (_DEPARTED, say("Only who has left the school")),
            (_UNREACHED, say("Only who is at the school and was not reached")),
        ]
        self.room.choices = [("", say("As chosen on the left")), *((each, each) for each in rooms)]

    def validate_office(self, field: StringField) -> None:
        """Ask for what stands on the slip."""
        if not (field.data or "").strip():
            raise ValidationError(
                self._words.say("The slip needs a place to go back to, and somebody to ask.")
            )

    def asked_whom(self) -> Whom:
        """Return who gets a letter."""
        chosen = self.whom.data
        return Whom(chosen != _UNREACHED, chosen != _DEPARTED, self.room.data or "")


class DayForm(ConsoleForm):
    """What people say of letters, and of which day."""

    on = DateField(validators=[Optional()])

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._words, self._today = visit.words, day_of(visit.now)

    def validate_on(self, field: DateField) -> None:
        """Refuse a day that is still to come."""
        if field.data and field.data > self._today:
            raise ValidationError(self._words.say("This day is still to come."))

    def day(self) -> date:
        """Return the day, today if none was given."""
        return self.on.data or self._today


class PostedForm(DayForm):
    """How letters left."""

    how = SelectField(default=How.POSTED.value)

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        say = visit.words.say
        self.how.choices = [
            (How.POSTED.value, say("Posted")),
            (How.HANDED.value, say("Handed over")),
        ]


class SlipForm(DayForm):
    """A slip that came back: all correct, or a doubt about a line."""

    code = StringField(validators=[InputRequired(), Length(max=20)])
    reason = SelectField(default="")
    line = IntegerField(validators=[Optional(), NumberRange(min=1, max=9_999)])

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self.reason.choices = [
            ("", visit.words.say("All is correct")),
            *((each.value, labels.word(each, visit.words)) for each in QueryReason),
        ]

    def validate(self, *args: Any, **more: Any) -> bool:
        """Ask for the line of a doubt besides; a work that is missing has none."""
        right: bool = super().validate(*args, **more)
        reason = self.reason.data
        if right and reason and reason != QueryReason.MISSING_ITEM and not self.line.data:
            self.line.errors = [self._words.say("Which line of the statement is it about?")]
            return False
        return right

    def doubts(self) -> list[Doubt]:
        """Return what the slip doubts."""
        if not self.reason.data:
            return []
        return [Doubt(self.line.data or 0, QueryReason(self.reason.data))]


@doors.get(f"{IN_SCHOOL}{BELOW}", to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show who is to be told on paper and why, and what became of each letter."""
    return await _shown(visit)


@doors.get(f"{IN_SCHOOL}{BELOW}/printed", to=OFFICE)
async def show_printed(visit: Visit) -> Response:
    """Show what became of each letter."""
    return await _printed(visit)


@doors.post_files(f"{IN_SCHOOL}{BELOW}/print", to=OFFICE, most=MOST_ADDRESSES)
async def print_them(visit: Visit) -> Response:
    """Begin to print; the page of the file says how far it is."""
    of = await _round(visit)
    form = await _print_form(visit)
    if of is None or not form.validate():
        return await _shown(visit, printing=form, status=422)
    sent = form.addresses.data
    asked_for = LettersAsked(
        of.term,
        of.number,
        form.asked_whom(),
        (form.office.data or "").strip(),
        visit.desk.installation.vault.pepper,
        await sent.read() if isinstance(sent, UploadFile) else b"",
    )
    return begin(
        visit,
        "letters",
        visit.words.say("Letters of {round}", round=_called(visit, of)),
        asked_for.made,
    )


@doors.post(f"{IN_SCHOOL}{BELOW}/posted", to=OFFICE)
async def posted(visit: Visit) -> Response:
    """Say that letters left: those that were ticked, or all of the round."""
    of, form = await _round(visit), PostedForm(visit)
    if of is None or not form.validate():
        return await _printed(visit, posting=form, status=422)
    clerk = await _clerk(visit, form.day())
    ticked = [str(each) for each in visit.sent.getlist("letter")]
    typed = await unposted(clerk, of.term, of.number) if visit.sent.get("all") else ticked
    outcomes = await mark_posted(clerk, typed, How(form.how.data))
    new = sum(each.refused is None and not each.was_known for each in outcomes)
    _tell(
        visit,
        outcomes,
        visit.words.count(
            "{n} letter is marked: its pupil counts as told.",
            "{n} letters are marked: their pupils count as told.",
            new,
        ),
    )
    return visit.go(_at(visit, of, "/printed"))


@doors.post(f"{IN_SCHOOL}{BELOW}/returned", to=OFFICE)
async def returned(visit: Visit) -> Response:
    """Enter a slip that came back; it counts as the pupil's own answer."""
    of, form = await _round(visit), SlipForm(visit)
    if of is None or not form.validate():
        return await _shown(visit, slip=form, status=422)
    clerk = await _clerk(visit, form.day())
    (outcome,) = await enter_slips(clerk, [form.code.data or ""], form.doubts())
    if outcome.refused is not None:
        form.code.errors = [why_not(outcome.refused, visit.words)]
        return await _shown(visit, slip=form, status=422)
    visit.say("The slip is entered; its pupil is told where a chat reaches them.")
    return visit.go(_at(visit, of))


def _tell(visit: Visit, outcomes: Sequence[Outcome], done: str) -> None:
    refused = [
        f"{each.typed}：{why_not(each.refused, visit.words)}"
        for each in outcomes
        if each.refused is not None
    ]
    visit.cookie["said"] = [*visit.cookie.get("said", []), done, *refused]


async def _clerk(visit: Visit, on: date) -> Clerk:
    person_id = visit.user.person_id
    by = await visit.session.get(Person, person_id) if person_id else None
    return Clerk(visit.session, visit.school, by, visit.now, on, visit.user.id)


async def _shown(
    visit: Visit,
    *,
    printing: PrintForm | None = None,
    slip: SlipForm | None = None,
    status: int = 200,
) -> Response:
    of, values = await _round(visit), visit.request.query_params
    to_tell: list[Addressee] = []
    for window in of.windows if of else ():
        to_tell += await ledger.waiting(visit.session, window, visit.now)
    start = asked.offset(values)
    return visit.page(
        "letters/letters.html",
        status,
        count_of=len(to_tell),
        page=asked.page(values, to_tell[start : start + asked.A_PAGE + 1]),
        printing=printing or await _print_form(visit),
        slip=slip or SlipForm(visit),
        reasons=REASONS,
        days_left=lambda end: (last_day(end) - day_of(visit.now)).days,
        **await _about(visit, of),
    )


async def _printed(
    visit: Visit, *, posting: PostedForm | None = None, status: int = 200
) -> Response:
    of, values = await _round(visit), visit.request.query_params
    ids = [each.id for each in of.windows] if of else []
    listed = await ledger.of_windows(visit.session, visit.school.id, ids)
    start, void = asked.offset(values), ledger.replaced(listed)
    return visit.page(
        "letters/printed.html",
        status,
        count_of=len(listed),
        left=sum(delivery is None for _, delivery, _ in listed) - len(void),
        void=void,
        page=asked.page(values, listed[start : start + asked.A_PAGE + 1]),
        posting=posting or PostedForm(visit),
        shown_code=shown_code,
        **await _about(visit, of),
    )


async def _about(visit: Visit, of: Round | None) -> dict[str, Any]:
    """Return what both pages say of the round."""
    return {
        "rounds": await _rounds(visit),
        "round": of,
        "called": lambda each: _called(visit, each),
        "room": lambda name: labels.room(name, visit.words),
    }


async def _print_form(visit: Visit) -> PrintForm:
    rooms = await rosters.classes_of(visit.session, visit.school.id)
    return PrintForm(visit, [each.name for each in rooms])


async def _rounds(visit: Visit) -> list[Round]:
    """Return the rounds of receipt statements, the latest first."""
    found: dict[tuple[str, int], list[TermWindow]] = {}
    for each in await windows.of_school(visit.session, visit.school.id):
        if each.stage is Stage.RECEIPT:
            found.setdefault((each.term_name, each.window.round), []).append(each)
    latest = sorted(found, key=lambda key: max(each.opens_at for each in found[key]), reverse=True)
    return [Round(Term(name), number, tuple(found[name, number])) for name, number in latest]


async def _round(visit: Visit) -> Round | None:
    """Return the round that is asked for; else the first that is not over, or the latest."""
    rounds = await _rounds(visit)
    wanted = asked.text(visit.sent if visit.posted else visit.request.query_params, "round")
    chosen = next((each for each in rounds if each.key == wanted), None)
    not_over = [
        (window.opens_at, each.number, each)
        for each in rounds
        for window in each.windows
        if visit.now < window.closes_at
    ]
    return chosen or min(not_over, default=(None, 0, next(iter(rounds), None)))[2]


def _called(visit: Visit, of: Round) -> str:
    return visit.words.say("{term}, round {n}", term=of.term, n=of.number)


def _at(visit: Visit, of: Round, tail: str = "") -> str:
    return visit.to_school(f"{BELOW}{tail}?round={of.key}")
