"""Says until when something is possible, the same way on every card."""

from dataclasses import dataclass
from datetime import date, datetime

from handlers import labels
from handlers.replies import Fact, Tone
from handlers.words import Words
from models.queries.windows import TermWindow
from models.rulebooks import Clause, Lapse, Rulebook
from models.rules import answering
from models.rules.taipei import last_moment
from models.vocabulary import Stage


def until(words: Words, closes_at: datetime, now: datetime) -> str:
    """Return the last day with what is left: 114/2/3（一），還有 3 天."""
    return words.say(
        "{deadline}, {left}", deadline=words.deadline(closes_at), left=words.left(closes_at, now)
    )


def headline(words: Words, title: str, window: TermWindow | None, now: datetime) -> str:
    """Return a reply's one line: what it is about, and until when while its window is open."""
    if window is None or not window.is_open(now):
        return title
    return words.say(
        "{title}; until {until}", title=title, until=until(words, window.closes_at, now)
    )


def deadline_fact(words: Words, window: TermWindow, now: datetime) -> Fact:
    """Return the line of a card that names the deadline of a window."""
    open_now = window.is_open(now)
    return Fact(
        words.say("Until"),
        until(words, window.closes_at, now),
        Tone.DUE if open_now else Tone.PLAIN,
        last_moment(window.closes_at),
    )


@dataclass(frozen=True, slots=True)
class AnswerBy:
    """The day by which the school's rules want a query to be answered, and their clause."""

    day: date
    clause: Clause


def answer_by(rulebook: Rulebook, raised_at: datetime) -> AnswerBy | None:
    """Return by when a query is to be answered, None where the rules do not say."""
    limit = rulebook.answer_within
    if limit is None:
        return None
    return AnswerBy(answering.last_day(rulebook, raised_at), limit.clause)


def within(words: Words, lapse: Lapse) -> str:
    """Return a length of time by the clock of the school's rules: 3 days, or 3 school days."""
    if lapse.of_school:
        return words.count("{n} school day", "{n} school days", lapse.days)
    return words.count("{n} day", "{n} days", lapse.days)


def name_of(words: Words, window: TermWindow) -> str:
    """Return a window's stage with its term or year, and its round from the second on."""
    stage = labels.stage(window.stage, words)
    if window.stage is Stage.SELECTION:
        return words.say("{stage} of {year}", stage=stage, year=window.scope)
    if window.window.round > 1:
        return words.say(
            "{stage} {scope}, round {round}",
            stage=stage,
            scope=window.scope,
            round=window.window.round,
        )
    return words.say("{stage} {scope}", stage=stage, scope=window.scope)
