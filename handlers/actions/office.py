"""What the registrar asks for: the school at a glance, and the queues of questions and queries."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as


@packs_as("school")
@dataclass(frozen=True, slots=True)
class ShowSchool(Action):
    """Show the school's progress per stage as counts, and what waits for the office."""


@packs_as("joineds")
@dataclass(frozen=True, slots=True)
class ShowStaffJoinings(Action):
    """Show who of the staff joined or joined again, and when, a page at a time."""

    page: int = 0


@packs_as("quota")
@dataclass(frozen=True, slots=True)
class ShowQuota(Action):
    """Show what the month's counted messages are spent on, and what will be cut."""


@packs_as("diffs")
@dataclass(frozen=True, slots=True)
class ShowDifferences(Action):
    """Show what the platform and our record differ about, a page at a time."""

    page: int = 0


@packs_as("diffok")
@dataclass(frozen=True, slots=True)
class SettleDifference(Action):
    """This difference was put right."""

    difference_id: int


@packs_as("ques")
@dataclass(frozen=True, slots=True)
class ShowQuestions(Action):
    """Show what people asked that the bot could not answer, a page at a time."""

    page: int = 0


@packs_as("que")
@dataclass(frozen=True, slots=True)
class ShowQuestion(Action):
    """Open one of the questions."""

    question_id: int


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Action):
    """The answer to a question was typed. Never in a button."""

    question_id: int
    text: str


@packs_as("qrys")
@dataclass(frozen=True, slots=True)
class ShowQueries(Action):
    """Show which receipt queries wait to be settled, a page at a time."""

    page: int = 0


@packs_as("qry")
@dataclass(frozen=True, slots=True)
class ShowQuery(Action):
    """Open one of the queries."""

    query_id: int


@packs_as("qfix")
@dataclass(frozen=True, slots=True)
class CorrectQuery(Action):
    """The data was corrected; the next round of the receipt shows it."""

    query_id: int


@dataclass(frozen=True, slots=True)
class ExplainQuery(Action):
    """The explanation of why nothing is to be corrected was typed. Never in a button."""

    query_id: int
    text: str
