"""A pupil decides about a term's uploads: done, or nothing; either ends the reminders."""

from handlers import deadlines
from handlers.actions import DecideUpload, ShowHome, ShowStatus
from handlers.context import Context
from handlers.pupil_home import pupil_home
from handlers.recording import record
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.words import N_
from models.errors import AlreadyDone, NotYours, WindowNotOpen
from models.queries import pupils
from models.queries.windows import TermWindow
from models.rules.opening import meant, require_open
from models.tables import Term
from models.vocabulary import Choice, Duty, Stage

CLAUSE = "114函 1"
"""How many works a pupil uploads is the pupil's choice."""

_TITLES = {
    Choice.DONE: N_("Noted: you are done with uploading for {term}"),
    Choice.NOTHING: N_("Noted: you upload nothing for {term}"),
}


@handles(DecideUpload)
async def decide_upload(asked: DecideUpload, context: Context) -> Reply:
    """Keep the decision while the upload window is open; another choice replaces it until then."""
    if Duty.PUPIL not in context.duties:
        raise NotYours
    session = context.session
    term = await pupils.term_of(session, context.person, asked.term_id, context.now)
    window = await _window(term, context)
    require_open(window, context.now)
    choice = Choice.NOTHING if asked.nothing else Choice.DONE
    await pupils.lock_year(session, context.person, term.year)
    if not await pupils.decide(
        session, context.person, Stage.UPLOAD, window.scope, choice=choice, now=context.now
    ):
        raise AlreadyDone
    await record(context, "decided upload", f"term:{term.id}", clause=CLAUSE, choice=choice.value)
    return _decided(choice, window, context)


@after_refusal(DecideUpload)
async def fresh_home(_asked: DecideUpload, context: Context) -> tuple[Card, ...]:
    """Draw what is open now."""
    return await pupil_home(context)


async def _window(term: Term, context: Context) -> TermWindow:
    """Return the pupil's upload window of a term; raises WindowNotOpen where none is planned."""
    window = meant(
        (
            window
            for window in await pupils.windows_of(context.session, context.person)
            if window.stage is Stage.UPLOAD and window.term.id == term.id
        ),
        context.now,
    )
    if window is None:
        raise WindowNotOpen(Stage.UPLOAD, None)
    return window


def _decided(choice: Choice, window: TermWindow, context: Context) -> Reply:
    words = context.words
    title = words.say(_TITLES[choice], term=window.term_name)
    text = words.say(
        "There will be no more reminders about it. "
        "You can change your mind and upload on the school platform until {until}.",
        until=deadlines.until(words, window.closes_at, context.now),
    )
    other = 0 if choice is Choice.NOTHING else 1
    buttons = (
        Button(words.say("All my works"), ShowStatus()),
        Button(
            words.say("I uploaded all I want") if other == 0 else words.say("Nothing this term"),
            DecideUpload(window.term.id, other),
        ),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, (Paragraph(text),), buttons, Tone.DONE),), matters=True)
