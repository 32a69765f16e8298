"""Answers questions about the rules with the school's own rulebook: dates, caps, and clauses."""

from collections.abc import Awaitable, Callable, Sequence

from handlers import deadlines, labels
from handlers.actions import ShowHome
from handlers.context import Context
from handlers.explanations import EXPLANATIONS
from handlers.knowledge import Topic
from handlers.late import late_of, late_sentence
from handlers.progress_cards import OTHERWISE
from handlers.replies import Block, Button, Card, Fact, Paragraph, Tone, Weight
from handlers.words import N_
from models.queries import pupils, windows
from models.queries.windows import TermWindow, grades_of
from models.rulebooks import Cap, Caps, Rulebook
from models.rules.extensions import LateEnd
from models.rules.opening import meant
from models.vocabulary import Duty, ItemKind, Stage

LABELS = {
    "home": N_("To the overview"),
    "status": N_("See my works"),
    "pick": N_("See the selection"),
    "rcpt": N_("See the statement"),
    "rules": N_("Timetable"),
    "help": N_("How it works"),
}
"""What the button under an answer says, by the code of what it opens."""

NOT_IT = N_("Not what you meant? Type “ask the office” and your question after it.")


async def answer_card(topic: Topic, context: Context) -> Card:
    """Draw the answer to a topic, with the way to what it is about."""
    title, blocks = await _ANSWERS[topic.answer](topic, context)
    words = context.words
    opens = topic.opens or ShowHome()
    button = Button(words.say(LABELS[opens.code]), opens, Weight.PRIMARY)
    return Card(title, (*blocks, Paragraph(words.say(NOT_IT), quiet=True)), (button,))


Answer = tuple[str, Sequence[Block]]


async def _text(topic: Topic, context: Context) -> Answer:
    """Explain something in words, with its clause."""
    words, known = context.words, EXPLANATIONS[topic.key]
    blocks: list[Block] = [Paragraph(words.say(known.said))]
    if known.clause:
        blocks.append(Paragraph(words.say(known.clause), quiet=True))
    return words.say(known.title), blocks


async def _dates(topic: Topic, context: Context) -> Answer:
    """Say when a stage is open to whoever asks, what follows, and the school's clause."""
    words, stage = context.words, Stage(topic.stage)
    window = meant([one for one in await _windows(context) if one.stage is stage], context.now)
    name = labels.stage(stage, words)
    if window is None:
        return name, [Paragraph(words.say("No date is set yet for this. It will be told here."))]
    now = context.now
    title = words.say(
        "{window}: until {until}",
        window=deadlines.name_of(words, window),
        until=deadlines.until(words, window.closes_at, now),
    )
    blocks: list[Block] = [
        Fact(words.say("Opens"), words.moment(window.opens_at)),
        Fact(
            words.say("Until"),
            deadlines.until(words, window.closes_at, now),
            Tone.DUE if window.is_open(now) else Tone.PLAIN,
        ),
    ]
    if stage in OTHERWISE:
        blocks.append(Paragraph(words.say(OTHERWISE[stage])))
    if window.own_closes_at:
        blocks.append(Paragraph(words.say("This is your own deadline: the school gave you more.")))
    late = await _late(window, context)
    if late:
        blocks.append(Fact(words.say("Late, with leave"), late_sentence(late, words)))
    clause = clause_of(context.rulebook, window)
    if clause:
        blocks.append(Paragraph(clause, quiet=True))
    return title, blocks


async def _caps(topic: Topic, context: Context) -> Answer:
    """Say how many there may be, by the school's own clauses; what is asked about comes first."""
    words = context.words
    caps = await _own_caps(context)
    rows = {
        "uploaded": [
            (words.say("Course outcomes uploaded, a semester"), caps.uploaded(ItemKind.OUTCOME)),
            (words.say("Performances uploaded, a year"), caps.uploaded(ItemKind.PERFORMANCE)),
        ],
        "selected": [
            (words.say("Course outcomes selected, a year"), caps.selected(ItemKind.OUTCOME)),
            (words.say("Performances selected, a year"), caps.selected(ItemKind.PERFORMANCE)),
        ],
    }
    asked = rows.pop(topic.about)
    others = [row for rest in rows.values() for row in rest]
    blocks: list[Block] = [_cap(label, cap, context) for label, cap in (*asked, *others)]
    blocks.append(
        Paragraph(
            words.say(
                "These are upper limits, not something to reach: how many, or none, is your choice."
            )
        )
    )
    title = words.say("{what}: at most {n}", what=asked[0][0], n=asked[0][1].at_most)
    return title, blocks


_ANSWERS: dict[str, Callable[[Topic, Context], Awaitable[Answer]]] = {
    "text": _text,
    "dates": _dates,
    "caps": _caps,
}


def clause_of(rulebook: Rulebook, window: TermWindow) -> str:
    """Return the school's clause about a window; the later rule of the rulebook counts."""
    fitting = [
        rule
        for rule in rulebook.windows
        if rule.stage is window.stage
        and rule.round == window.window.round
        and window.term.semester in rule.semesters
        and set(rule.grades) & set(grades_of(window.window))
    ]
    return str(fitting[-1].clause) if fitting else ""


def _cap(label: str, cap: Cap, context: Context) -> Fact:
    value = context.words.say("at most {n} ({clause})", n=cap.at_most, clause=cap.clause)
    return Fact(label, value)


async def _late(window: TermWindow, context: Context) -> LateEnd | None:
    """Return how late a pupil may be given time; for the staff, where that is the same for all."""
    place = pupils.Place(None, window.window.division)
    if Duty.PUPIL in context.duties:
        place = await pupils.place_in(context.session, context.person, window.term.year)
    return late_of(
        context.rulebook,
        window.stage,
        window.window.closes_at,
        semester=window.term.semester,
        grade=place.grade,
        division=place.division,
    )


async def _windows(context: Context) -> list[TermWindow]:
    if Duty.PUPIL in context.duties:
        return await pupils.windows_of(context.session, context.person)
    return await windows.of_school(context.session, context.school.id)


async def _own_caps(context: Context) -> Caps:
    """Return the caps of whoever asks: a pupil's by class and the latest term that has begun."""
    if Duty.PUPIL not in context.duties:
        return context.rulebook.caps
    own = await pupils.windows_of(context.session, context.person)
    terms = {
        (window.term.year, window.term.semester) for window in own if window.opens_at <= context.now
    }
    if not terms:
        return context.rulebook.caps
    year, semester = max(terms)
    place = await pupils.place_in(context.session, context.person, year)
    return context.rulebook.caps_for(place.division, place.grade, semester)
