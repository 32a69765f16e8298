"""What people asked of the office: queries, appeals and questions, by what runs out first.

Whoever takes one is reminded on the school morning before its last day, and who stands in for
them on that day. An answer goes the way of one that is given in a chat, to the chat of who asked.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.responses import Response

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.roles import OFFICE
from bot.console.subjects.answering import AnswerForm, OwnerForm
from bot.console.subjects.waiting import (
    THINGS,
    Case,
    Kind,
    merged,
    of_appeal,
    of_query,
    of_question,
)
from bot.console.visit import Visit
from handlers import appealing, settling
from handlers.questions import keep_answer
from handlers.queueing import tell_on
from models.errors import AlreadyAnswered, AlreadySettled, NotYours
from models.queries import appeals, doubts, questions
from models.queries.appeals import Appealed
from models.queries.console import answering as officers_of
from models.queries.doubts import Doubt
from models.queries.questions import Asked
from models.rules import answering
from models.rules.quiet import is_night
from models.vocabulary import AppealState, QueryState

AT = f"{IN_SCHOOL}/queries"
ONE = AT + "/{kind}/{number:int}"
_DEEDS = {
    Kind.RECEIPT: "settled query",
    Kind.APPEAL: "settled appeal",
    Kind.QUESTION: "answered question",
}
_ONE_OF: dict[Kind, Callable[..., Awaitable[Doubt | Appealed | Asked]]] = {
    Kind.RECEIPT: doubts.own_of_school,
    Kind.APPEAL: appeals.own_of_school,
    Kind.QUESTION: questions.own_of_school,
}

doors = Doors()


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show what waits, the first to run out first; or what is settled, the newest first."""
    values = visit.request.query_params
    settled, mine = bool(values.get("settled")), bool(values.get("mine"))
    session, school_id = visit.session, visit.school.id
    user_id = visit.user.id if mine else None
    offset = asked.offset(values)
    more = offset + asked.A_PAGE + 1
    found = [
        await some(session, school_id, open_=not settled, user_id=user_id, limit=more)
        for some in (doubts.some, appeals.some, questions.some)
    ]
    cases = merged([_of(each, visit) for some in found for each in some], settled=settled)
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


@doors.get(f"{AT}/corrections", to=OFFICE)
async def show_corrections(visit: Visit) -> Response:
    """Show what is to be put right before the next round is submitted, class by class."""
    found = await officers_of.to_correct(visit.session, visit.school.id)
    return visit.page("queries/corrections.html", cases=[of_query(each, visit) for each in found])


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
    if not await officers_of.can_be_told(visit.session, case.row.person_id):
        visit.say("Answered. {who} has joined no chat: please tell them yourself.", who=case.who)
    elif is_night(visit.now, visit.rulebook):
        visit.say("Answered. Nobody is woken: {who} gets it in the morning.", who=case.who)
    else:
        visit.say("Answered. {who} gets it in the chat.", who=case.who)
    return visit.go(visit.to_school("/queries"))


async def _answered(visit: Visit, case: Case, form: AnswerForm) -> None:
    session, school_id, id_ = visit.session, visit.school.id, case.id
    now, by_id = visit.now, visit.user.person_id
    clause = ""
    noted: dict[str, Any] = {}
    match case.kind:
        case Kind.RECEIPT:
            state, said = QueryState(form.chosen), form.explanation()
            await settling.settle(session, school_id, id_, state, said, now=now, by_id=by_id)
            clause, noted = settling.CLAUSE, {"state": state.value}
        case Kind.APPEAL:
            granted, said = AppealState(form.chosen), form.explanation()
            await appealing.settle(session, school_id, id_, granted, said, now=now, by_id=by_id)
            clause, noted = appealing.CLAUSE, {"state": granted.value}
        case Kind.QUESTION:
            text = form.text.data or ""
            await keep_answer(session, school_id, id_, text, now=now, by_id=by_id)
    deed, person_id = _DEEDS[case.kind], case.row.person_id
    await visit.record(deed, case.thing, person_id=person_id, clause=clause, **noted)


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
    if kind not in THINGS:
        return None
    own_of_school = _ONE_OF[Kind(kind)]
    try:
        found = await own_of_school(visit.session, visit.school.id, number, lock=lock)
    except NotYours:
        return None
    return _of(found, visit)


def _of(found: Doubt | Appealed | Asked, visit: Visit) -> Case:
    match found:
        case Doubt():
            return of_query(found, visit)
        case Appealed():
            return of_appeal(found, visit)
        case Asked():
            return of_question(found, visit)


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
