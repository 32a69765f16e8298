"""The cards of the office's queue of receipt queries."""

from collections.abc import Sequence
from typing import Protocol

from handlers import labels
from handlers.actions import CorrectQuery, ShowHome, ShowQueries, ShowQuery
from handlers.deadlines import AnswerBy
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Tone, Weight
from handlers.words import Words
from models.queries.doubts import Doubt
from models.rules.taipei import day_of
from models.vocabulary import QueryState

A_PAGE = 8


def entry(found: Doubt, words: Words, *, opens: bool = True) -> Entry:
    """Draw a query in a line: where the pupil sits, the work, the reason and since when."""
    return Entry(
        title=who(found, words),
        detail=found.title,
        state=words.say(
            "{reason}, since {day}",
            reason=labels.word(found.query.reason, words),
            day=words.short_day(day_of(found.query.raised_at)),
        ),
        tone=Tone.DUE,
        button=Button(words.say("Open"), ShowQuery(found.id)) if opens else None,
    )


class Seated(Protocol):
    """Something that a pupil asked, with where they sit."""

    @property
    def pupil(self) -> str:
        """Return the pupil's name."""
        ...

    @property
    def class_name(self) -> str:
        """Return the present class, empty for who has none."""
        ...

    @property
    def seat(self) -> int:
        """Return the seat in it, 0 for who has none."""
        ...


def who(found: Seated, words: Words) -> str:
    """Return where a pupil sits, and the name."""
    place = labels.seat(found.class_name, found.seat, words) if found.class_name else ""
    return f"{place} {found.pupil}".strip()


def list_card(found: Sequence[Doubt], page: int, words: Words) -> Card:
    """Draw a page of the queries that wait, the oldest first."""
    home = Button(words.say("To the overview"), ShowHome(), Weight.QUIET)
    if not found:
        return Card(words.say("Queries"), (Paragraph(words.say("No query waits.")),), (home,))
    page = min(page, (len(found) - 1) // A_PAGE)
    entries = tuple(entry(one, words) for one in found[page * A_PAGE : (page + 1) * A_PAGE])
    buttons = []
    if (page + 1) * A_PAGE < len(found):
        buttons.append(Button(words.say("Next page"), ShowQueries(page + 1)))
    if page:
        buttons.append(Button(words.say("Previous page"), ShowQueries(page - 1)))
    title = words.count("{n} query waits", "{n} queries wait", len(found))
    return Card(title, entries, (*buttons, home), Tone.DUE)


def query_card(found: Doubt, words: Words, answer_by: AnswerBy | None) -> Card:
    """Draw one query: whose it is, what it doubts, by when it is to be settled, and how."""
    row = found.query
    blocks: list[Block] = [
        Fact(words.say("Pupil"), who(found, words)),
        Fact(words.say("Statement"), statement(found, words)),
        Fact(words.say("About"), about(found, words)),
        Fact(words.say("Reason"), labels.word(row.reason, words)),
        Fact(words.say("Raised"), words.moment(row.raised_at)),
    ]
    if answer_by and row.state is QueryState.OPEN:
        due = words.say("{day} ({clause})", day=words.day(answer_by.day), clause=answer_by.clause)
        blocks.append(Fact(words.say("Answer by"), due, Tone.DUE))
    back = Button(words.say("See the queries"), ShowQueries(), Weight.QUIET)
    title = words.say("Query {number}", number=row.id)
    if row.state is not QueryState.OPEN:
        blocks.append(Fact(words.say("State"), labels.word(row.state, words), Tone.DONE))
        if row.explanation:
            blocks.append(Paragraph(row.explanation))
        return Card(title, tuple(blocks), (back,))
    blocks.append(
        Paragraph(
            words.say(
                "If nothing is to be corrected, say why: type “explain {number}” and your words. "
                "The pupil gets them as they are.",
                number=row.id,
            ),
            quiet=True,
        )
    )
    corrected = Button(words.say("Corrected, next round"), CorrectQuery(row.id), Weight.PRIMARY)
    return Card(title, tuple(blocks), (corrected, back), Tone.DUE)


def about(found: Doubt, words: Words) -> str:
    """Return what a query is about: a line of the statement, or a work that it lacks."""
    if not found.title:
        return words.say("A work that the statement lacks")
    if not found.detail:
        return words.say("“{title}”", title=found.title)
    return words.say("“{title}” ({detail})", title=found.title, detail=found.detail)


def statement(found: Doubt, words: Words) -> str:
    """Return which statement a query is about: its term, and its round from the second on."""
    term = f"{found.year}-{found.semester}"
    if found.round == 1:
        return words.say("Receipt statement {term}", term=term)
    return words.say("Receipt statement {term}, round {round}", term=term, round=found.round)
