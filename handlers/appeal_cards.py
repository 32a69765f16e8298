"""What a work's card says of appeals about its certification, and the cards of raising one."""

from datetime import date

from handlers import labels, steps
from handlers.actions import AskToAppeal, RaiseAppeal, ShowHome, ShowItem
from handlers.context import Context
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Tone, Weight
from models.queries import appeals, pupils
from models.queries.items import OwnOutcome
from models.rules import answering
from models.rules import appeals as rule
from models.rules.appeals import Earlier, Matter
from models.tables import Appeal
from models.vocabulary import AppealState, OutcomeState, Stage


async def matter_of(own: OwnOutcome, context: Context) -> Matter:
    """Return what an appeal about a work would be about now."""
    returned = own.state is OutcomeState.RETURNED
    ends = [
        window.closes_at
        for window in await pupils.windows_of(context.session, context.person)
        if window.stage is Stage.CERTIFICATION and window.term.id == own.term.id
    ]
    return Matter(
        own.state,
        await appeals.decision_about(context.session, own.id) if returned else None,
        own.outcome.requested_at,
        max(ends, default=None),
    )


async def earlier_of(own: OwnOutcome, context: Context) -> Earlier | None:
    """Return the last appeal about a work, None where there was none."""
    row = await appeals.last_about(context.session, own.id)
    return Earlier(row.state, row.certification_id, row.raised_at) if row else None


async def on_the_item(
    own: OwnOutcome, context: Context
) -> tuple[tuple[Block, ...], tuple[Button, ...]]:
    """Return what a work's card says of the last appeal, and the button to raise one."""
    if own.state not in (OutcomeState.RETURNED, OutcomeState.AWAITING):
        return (), ()
    matter, row = await matter_of(own, context), await appeals.last_about(context.session, own.id)
    if row is None:
        return (), (_button(own, context),) if rule.is_doubtful(matter, context.now) else ()
    earlier = Earlier(row.state, row.certification_id, row.raised_at)
    is_open = row.state is AppealState.OPEN
    if not is_open and not rule.is_same(matter, earlier):
        return (), (_button(own, context),) if rule.is_doubtful(matter, context.now) else ()
    return _so_far(row, context), ()


def asking(own: OwnOutcome, context: Context) -> Card:
    """Draw what an appeal is, before it is raised."""
    words = context.words
    named = steps.named(own.course.name, own.title, words)
    blocks = (
        Paragraph(
            words.say(
                "The registrar reads it, looks into it with the teacher, and answers you here by "
                "{day} (K12EA letter of 2025, point 2).",
                day=words.day(answering.last_day(context.rulebook, context.now)),
            )
        ),
        Paragraph(
            words.say(
                "It is about whether you made this work in this course, or about the time; never "
                "about marks or quality."
            )
        ),
        Paragraph(_in_words(own, context), quiet=True),
    )
    title = words.say("Raise with the school: {work}?", work=named)
    buttons = (
        Button(words.say("Raise it"), RaiseAppeal(own.id), Weight.PRIMARY),
        Button(words.say("Back to the work"), ShowItem(own.id), Weight.QUIET),
    )
    return Card(title, blocks, buttons)


def raised(own: OwnOutcome, row: Appeal, context: Context) -> Reply:
    """Answer that the appeal waits, by when it is answered, and how to add words."""
    words = context.words
    title = words.say(
        "Raised with the school: {work}", work=steps.named(own.course.name, own.title, words)
    )
    blocks: list[Block] = [
        Fact(words.say("Answer by"), words.day(_last_day(row, context))),
        Paragraph(words.say("The registrar answers you here. Nothing else is needed.")),
    ]
    if row.wording:
        blocks.append(Fact(words.say("You wrote"), row.wording))
    blocks.append(Paragraph(_in_words(own, context), quiet=True))
    buttons = (
        Button(words.say("Back to the work"), ShowItem(own.id)),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, tuple(blocks), buttons, Tone.DONE),), matters=True)


def _so_far(row: Appeal, context: Context) -> tuple[Block, ...]:
    words = context.words
    is_open = row.state is AppealState.OPEN
    said: list[Block] = [
        Fact(words.say("Raised"), words.moment(row.raised_at)),
        Fact(
            words.say("Your appeal"),
            labels.word(row.state, words),
            Tone.DUE if is_open else Tone.DONE,
        ),
    ]
    if is_open:
        said.append(Fact(words.say("Answer by"), words.day(_last_day(row, context))))
    if row.explanation:
        said.append(Paragraph(row.explanation))
    return tuple(said)


def _last_day(row: Appeal, context: Context) -> date:
    return answering.last_day(context.rulebook, row.raised_at)


def _button(own: OwnOutcome, context: Context) -> Button:
    return Button(context.words.say("Raise it with the school"), AskToAppeal(own.id))


def _in_words(own: OwnOutcome, context: Context) -> str:
    return context.words.say(
        "To add something in your own words, type: appeal {number} and your words", number=own.id
    )
