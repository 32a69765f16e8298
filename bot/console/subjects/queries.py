"""What people asked of the office: receipt queries and typed questions, by what runs out first.

Whoever takes one is reminded on the school morning before its last day, and who stands in for
them on that day. An answer goes the way of one that is given in a chat, to the chat of who asked.
"""

from collections.abc import Iterable, Sequence

from starlette.responses import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.subjects.waiting import Case, merged, of_query, of_question
from bot.console.visit import Visit
from handlers import settling
from handlers.questions import keep_answer
from handlers.queueing import tell_on
from models.errors import AlreadyAnswered, AlreadySettled, NotYours
from models.queries import doubts, questions
from models.queries.console import answering as officers_of
from models.queries.console.answering import Officer
from models.rules import answering
from models.rules.questions import LONGEST
from models.vocabulary import QueryState

AT = f"{IN_SCHOOL}/queries"
ONE = AT + "/{kind}/{number:int}"
_ROOM_FOR_CLAUSE = 60
_NOBODY = 0

doors = Doors()


class OwnerForm(ConsoleForm):
    """Who takes it, and who stands in for them."""

    owner = SelectField(coerce=int, default=_NOBODY)
    deputy = SelectField(coerce=int, default=_NOBODY)

    def __init__(self, visit: Visit, officers: Sequence[Officer], case: Case) -> None:
        given = {"owner": case.row.owner_id or _NOBODY, "deputy": case.row.deputy_id or _NOBODY}
        super().__init__(visit, given=given)
        self._words = visit.words
        choices = [(each.id, each.name) for each in officers]
        self.owner.choices = [(_NOBODY, visit.words.say("Nobody yet")), *choices]
        self.deputy.choices = [(_NOBODY, visit.words.say("Nobody")), *choices]

    def validate_deputy(self, field: SelectField) -> None:
        """Ask for somebody else than the owner."""
        if field.data != _NOBODY and field.data == self.owner.data:
            raise ValidationError(
                self._words.say("Somebody else, please: they stand in when the owner is away.")
            )


class AnswerForm(ConsoleForm):
    """The office's words, and for a query what came of it."""

    outcome = SelectField()
    text = TextAreaField(validators=[Length(max=LONGEST - _ROOM_FOR_CLAUSE)])
    clause = StringField(validators=[Length(max=_ROOM_FOR_CLAUSE - 2)])

    def __init__(self, visit: Visit, case: Case) -> None:
        super().__init__(visit)
        self._words = words = visit.words
        if case.is_query:
            self.outcome.choices = [
                ("", words.say("Please choose")),
                (QueryState.CORRECTED.value, words.say("Corrected: the next round shows it")),
                (QueryState.EXPLAINED.value, words.say("Explained: nothing is to be corrected")),
            ]
        else:
            del self.outcome
            del self.clause

    def validate_outcome(self, field: SelectField) -> None:
        """Ask for a choice: what was not chosen must not reach a pupil."""
        if not field.data:
            raise ValidationError(self._words.say("Please choose what came of it."))

    def validate_text(self, field: TextAreaField) -> None:
        """Ask for words where somebody waits for them: a correction speaks for itself."""
        corrected = "outcome" in self and self["outcome"].data == QueryState.CORRECTED
        if not corrected and not (field.data or "").strip():
            raise ValidationError(self._words.say("Your answer, please: they get it as it is."))

    @property
    def state(self) -> QueryState:
        """Return what came of a query."""
        return QueryState(self["outcome"].data)

    def explanation(self) -> str:
        """Return the words with their clause, as the pupil gets them."""
        text = (self.text.data or "").strip()
        clause = (self["clause"].data or "").strip()
        if self.state is QueryState.CORRECTED or not clause:
            return text
        return self._words.say("{text} ({clause})", text=text, clause=clause)


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show what waits, the first to run out first; or what is settled, the newest first."""
    values = visit.request.query_params
    settled, mine = bool(values.get("settled")), bool(values.get("mine"))
    session, school_id = visit.session, visit.school.id
    user_id = visit.user.id if mine else None
    offset = asked.offset(values)
    more = offset + asked.A_PAGE + 1
    cases = merged(
        [
            of_query(each, visit)
            for each in await doubts.some(
                session, school_id, open_=not settled, user_id=user_id, limit=more
            )
        ],
        [
            of_question(each, visit)
            for each in await questions.some(
                session, school_id, open_=not settled, user_id=user_id, limit=more
            )
        ],
        settled=settled,
    )
    page = asked.page(values, cases[offset:more])
    return visit.page(
        "queries/queries.html",
        page=page,
        names=await _names(visit, page.rows),
        settled=settled,
        mine=mine,
        limit=visit.rulebook.answer_within,
        usual=answering.USUAL,
    )


@doors.get(ONE, to=OFFICE)
async def show_one(visit: Visit) -> Response:
    """Show one of them: who asks what, who has taken it, until when, and what came of it."""
    case = await _case(visit)
    return await _shown(visit, case) if case else absent(visit)


@doors.post(f"{ONE}/owner", to=OFFICE)
async def take(visit: Visit) -> Response:
    """Take it, or hand it over; owner and deputy are reminded before the clock runs out."""
    case = await _case(visit, lock=True)
    if case is None:
        return absent(visit)
    officers = await officers_of.officers(visit.session, visit.school.id)
    form = OwnerForm(visit, officers, case)
    if not form.validate():
        return await _shown(visit, case, owner=form, status=422)
    case.row.owner_id = form.owner.data or None
    case.row.deputy_id = form.deputy.data or None
    await visit.record(
        "took in hand",
        case.thing,
        person_id=case.row.person_id,
        owner=case.row.owner_id,
        deputy=case.row.deputy_id,
    )
    people = {each.id: each.person_id for each in officers}
    await _remind(visit, case, people.get(form.owner.data), people.get(form.deputy.data))
    visit.say("Kept. Owner and deputy are reminded in their chats before the last day.")
    return visit.go(visit.to_school(case.tail))


@doors.post(f"{ONE}/answer", to=OFFICE)
async def answer(visit: Visit) -> Response:
    """Answer; whoever asked is told in their chat, and the first answer stays."""
    case = await _case(visit)
    if case is None:
        return absent(visit)
    form = AnswerForm(visit, case)
    if not form.validate():
        return await _shown(visit, case, answer=form, status=422)
    try:
        await _answered(visit, case, form)
    except (AlreadySettled, AlreadyAnswered):
        visit.say("Somebody has answered it already; the first answer stays.")
        return visit.go(visit.to_school(case.tail))
    if await officers_of.can_be_told(visit.session, case.row.person_id):
        visit.say("Answered. {who} gets it in the chat.", who=case.who)
    else:
        visit.say("Answered. {who} has joined no chat: please tell them yourself.", who=case.who)
    return visit.go(visit.to_school("/queries"))


async def _answered(visit: Visit, case: Case, form: AnswerForm) -> None:
    session, school_id, by_id = visit.session, visit.school.id, visit.user.person_id
    person_id = case.row.person_id
    if case.is_query:
        await settling.settle(
            session,
            school_id,
            case.id,
            form.state,
            form.explanation(),
            now=visit.now,
            by_id=by_id,
        )
        await visit.record(
            "settled query",
            case.thing,
            person_id=person_id,
            clause=settling.CLAUSE,
            state=form.state.value,
        )
        return
    text = form.text.data or ""
    await keep_answer(session, school_id, case.id, text, now=visit.now, by_id=by_id)
    await visit.record("answered question", case.thing, person_id=person_id)


async def _remind(visit: Visit, case: Case, owner_id: int | None, deputy_id: int | None) -> None:
    rulebook, since = visit.rulebook, case.since
    mornings = (
        (owner_id, answering.owner_reminded_at(rulebook, since)),
        (deputy_id, answering.deputy_reminded_at(rulebook, since)),
    )
    for person_id, due_at in mornings:
        if person_id is not None and due_at > visit.now:
            await tell_on(visit.session, visit.school.id, person_id, due_at, visit.now)


async def _case(visit: Visit, *, lock: bool = False) -> Case | None:
    kind, number = visit.request.path_params["kind"], visit.request.path_params["number"]
    session, school_id = visit.session, visit.school.id
    try:
        if kind == "receipt":
            found = await doubts.own_of_school(session, school_id, number, lock=lock)
            return of_query(found, visit)
        if kind == "question":
            typed = await questions.own_of_school(session, school_id, number, lock=lock)
            return of_question(typed, visit)
    except NotYours:
        return None
    return None


async def _shown(
    visit: Visit,
    case: Case,
    *,
    owner: OwnerForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> Response:
    session = visit.session
    officers = await officers_of.officers(session, visit.school.id)
    return visit.page(
        "queries/one.html",
        status,
        case=case,
        names=await _names(visit, [case]),
        owner=owner or OwnerForm(visit, officers, case),
        answer=answer or AnswerForm(visit, case),
        takes=case.row.owner_id is None and any(each.id == visit.user.id for each in officers),
        told=await officers_of.can_be_told(session, case.row.person_id),
        next_round=await officers_of.next_round(session, case.doubt) if case.doubt else None,
    )


async def _names(visit: Visit, cases: Iterable[Case]) -> dict[int, str]:
    ids = {id_ for each in cases for id_ in (each.row.owner_id, each.row.deputy_id) if id_}
    return await officers_of.names_of(visit.session, ids)
