"""A receipt query, an appeal and a typed question as one list shows them: whose, how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.console.visit import Visit
from handlers import doubt_cards, labels
from handlers.questions import who
from handlers.words import Words
from models.queries.appeals import Appealed
from models.queries.doubts import Doubt
from models.queries.questions import Asked
from models.rules import answering
from models.tables import Appeal, Query, Question
from models.vocabulary import AppealState, OutcomeState, QueryState


class Kind(StrEnum):
    """What waits: each has a page of its own kind below the school's queries."""

    RECEIPT = "receipt"
    APPEAL = "appeal"
    QUESTION = "question"


THINGS = {Kind.RECEIPT: "query", Kind.APPEAL: "appeal", Kind.QUESTION: "question"}
"""What the audit calls each."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that somebody asked; `left` are the days after today, below 0 it is overdue.

    `reason` and `statement` say more of a query or an appeal; `outcome` is "" while it waits;
    `wording` is what the pupil added in words of their own.
    """

    kind: Kind
    row: Query | Appeal | Question
    title: str
    who: str
    about: str
    since: datetime
    last_day: date
    left: int
    settled_at: datetime | None
    outcome: str
    answer: str
    reason: str = ""
    statement: str = ""
    wording: str = ""
    doubt: Doubt | None = None
    appeal: Appealed | None = None

    @property
    def id(self) -> int:
        """Return its number, as chats show it too."""
        return self.row.id

    @property
    def tail(self) -> str:
        """Return its page below the school's."""
        return f"/queries/{self.kind}/{self.id}"

    @property
    def thing(self) -> str:
        """Return what the audit calls it."""
        return f"{THINGS[self.kind]}:{self.id}"

    @property
    def waits(self) -> bool:
        """Say whether nobody has answered it yet."""
        return self.settled_at is None


def of_query(found: Doubt, visit: Visit) -> Case:
    """Return a receipt query."""
    row, words = found.query, visit.words
    waits = row.state is QueryState.OPEN
    return Case(
        kind=Kind.RECEIPT,
        row=row,
        title=words.say("Query {number}", number=row.id),
        who=doubt_cards.who(found, words),
        about=doubt_cards.about(found, words),
        reason=labels.word(row.reason, words),
        statement=doubt_cards.statement(found, words),
        since=row.raised_at,
        last_day=answering.last_day(visit.rulebook, row.raised_at),
        left=answering.days_left(visit.rulebook, row.raised_at, visit.now),
        settled_at=row.settled_at,
        outcome="" if waits else labels.word(row.state, words),
        answer=row.explanation,
        doubt=found,
    )


def of_appeal(found: Appealed, visit: Visit) -> Case:
    """Return an appeal about a certification."""
    row, words = found.appeal, visit.words
    waits = row.state is AppealState.OPEN
    return Case(
        kind=Kind.APPEAL,
        row=row,
        title=words.say("Appeal {number}", number=row.id),
        who=doubt_cards.who(found, words),
        about=words.say(
            "“{title}” ({detail})",
            title=found.title,
            detail=words.say(
                "{course}, {teacher}, {term}",
                course=found.course,
                teacher=found.teacher,
                term=f"{found.year}-{found.semester}",
            ),
        ),
        reason=_why(found, words),
        wording=row.wording,
        since=row.raised_at,
        last_day=answering.last_day(visit.rulebook, row.raised_at),
        left=answering.days_left(visit.rulebook, row.raised_at, visit.now),
        settled_at=row.settled_at,
        outcome="" if waits else labels.word(row.state, words),
        answer=row.explanation,
        appeal=found,
    )


def of_question(found: Asked, visit: Visit) -> Case:
    """Return a typed question."""
    row, words = found.question, visit.words
    return Case(
        kind=Kind.QUESTION,
        row=row,
        title=words.say("Question {number}", number=row.id),
        who=who(found, words),
        about=row.wording,
        since=row.asked_at,
        last_day=answering.last_day(visit.rulebook, row.asked_at),
        left=answering.days_left(visit.rulebook, row.asked_at, visit.now),
        settled_at=row.answered_at,
        outcome="" if row.answered_at is None else words.say("Has its answer"),
        answer=row.answer,
    )


def merged(every: Iterable[Case], *, settled: bool) -> list[Case]:
    """Return cases of all kinds in one order: the first to run out, or the newest answer, first."""
    if settled:
        return sorted(every, key=lambda each: each.settled_at or each.since, reverse=True)
    return sorted(every, key=lambda each: (each.last_day, each.since))


def _why(found: Appealed, words: Words) -> str:
    """Return what the pupil appeals against: a return with its reason, or that nobody certified."""
    if found.reason is not None:
        return words.say("Returned: {reason}", reason=labels.word(found.reason, words))
    if found.appeal.certification_id is not None:
        return words.say("Returned")
    if found.work_state is OutcomeState.RETURNED:
        return words.say("Returned on the platform")
    return words.say("Not certified in time")
