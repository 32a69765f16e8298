"""A receipt query and a typed question as one list shows them: whose, about what, how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.console.visit import Visit
from handlers import doubt_cards, labels
from handlers.questions import who
from models.queries.doubts import Doubt
from models.queries.questions import Asked
from models.rules import answering
from models.tables import Query, Question
from models.vocabulary import QueryState


@dataclass(frozen=True, slots=True)
class Case:
    """Something that somebody asked; `left` are the days after today, below 0 it is overdue.

    `reason` is a query's alone, as are `statement` and `doubt`; `outcome` is "" while it waits.
    """

    row: Query | Question
    who: str
    about: str
    reason: str
    statement: str
    since: datetime
    last_day: date
    left: int
    settled_at: datetime | None
    outcome: str
    answer: str
    doubt: Doubt | None = None

    @property
    def id(self) -> int:
        """Return its number, as chats show it too."""
        return self.row.id

    @property
    def is_query(self) -> bool:
        """Say whether it is about a receipt statement."""
        return self.doubt is not None

    @property
    def tail(self) -> str:
        """Return its page below the school's."""
        return f"/queries/{'receipt' if self.is_query else 'question'}/{self.id}"

    @property
    def thing(self) -> str:
        """Return what the audit calls it."""
        return f"{'query' if self.is_query else 'question'}:{self.id}"

    @property
    def waits(self) -> bool:
        """Say whether nobody has answered it yet."""
        return self.settled_at is None


def of_query(found: Doubt, visit: Visit) -> Case:
    """Return a receipt query."""
    row, words = found.query, visit.words
    waits = row.state is QueryState.OPEN
    return Case(
        row=row,
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


def of_question(found: Asked, visit: Visit) -> Case:
    """Return a typed question."""
    row, words = found.question, visit.words
    return Case(
        row=row,
        who=who(found, words),
        about=row.wording,
        reason="",
        statement="",
        since=row.asked_at,
        last_day=answering.last_day(visit.rulebook, row.asked_at),
        left=answering.days_left(visit.rulebook, row.asked_at, visit.now),
        settled_at=row.answered_at,
        outcome="" if row.answered_at is None else words.say("Has its answer"),
        answer=row.answer,
    )


def merged(some: Sequence[Case], others: Sequence[Case], *, settled: bool) -> list[Case]:
    """Return two lists as one: the first to run out first, or the newest answer first."""
    together = [*some, *others]
    if settled:
        return sorted(together, key=lambda each: each.settled_at or each.since, reverse=True)
    return sorted(together, key=lambda each: (each.last_day, each.since))
