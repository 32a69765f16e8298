"""What a homeroom teacher sees of the class: who has decided and who has not, per open window."""

from dataclasses import replace

from handlers import progress_cards as cards
from handlers.actions import ShowClass, ShowUndecided
from handlers.context import Context
from handlers.data_time import data_line
from handlers.replies import Card, Reply
from handlers.router import handles
from models.errors import NotYours
from models.queries import classes, extensions, letters, preferences, windows
from models.queries.windows import TermWindow
from models.rules import nudging
from models.rules.progress import PUPIL_STAGES, Progress
from models.tables import SchoolClass
from models.vocabulary import Duty, Stage

MOST_CARDS = 5


@handles(ShowClass)
async def show_class(asked: ShowClass, context: Context) -> Reply:
    """Show a class of this year that the teacher leads: one card for each open window."""
    room = await led_class(context, asked.class_id)
    rows = await _rows(room, context)
    words, now = context.words, context.now
    if not rows:
        card = cards.nothing_open_card(words)
        return Reply(words.say("No window for pupils is open now."), (card,))
    first, *rest = (cards.class_card(room, *row, words, now) for row in rows[:MOST_CARDS])
    data_at = await preferences.imported_at(context.session, context.school.id)
    first = replace(first, blocks=(*first.blocks, *data_line(words, data_at)))
    return Reply(cards.class_summary(room, *rows[0], words, now), (first, *rest))


@handles(ShowUndecided)
async def show_undecided(asked: ShowUndecided, context: Context) -> Reply:
    """Show who of the class has something left in a window, by seat."""
    room = await led_class(context, asked.class_id)
    window = await pupil_window(context, asked.window_id)
    left = await who_is_left(room, window, context)
    card = cards.undecided_card(left, asked.page, context.words, context.now)
    summary = context.words.count(
        "{title}: {n} pupil has not decided",
        "{title}: {n} pupils have not decided",
        len(left.people),
        title=card.title,
    )
    return Reply(summary, (card,))


async def homeroom_home(context: Context) -> tuple[Card, ...]:
    """Draw a homeroom teacher's part of the overview; nothing for anybody else."""
    if Duty.HOMEROOM_TEACHER not in context.duties:
        return ()
    led = await classes.led_by(context.session, context.school.id, context.person.id)
    return tuple(
        [
            cards.class_card(room, *row, context.words, context.now)
            for room in led
            for row in await _rows(room, context)
        ][:MOST_CARDS]
    )


async def who_is_left(room: SchoolClass, window: TermWindow, context: Context) -> cards.Left:
    """Load those of a class who have something left in a window."""
    occasion = nudging.occasion(window.id, room.id, context.now)
    return cards.Left(
        room,
        window,
        await classes.undecided(context.session, window, room.id, context.now),
        await classes.was_told(context.session, room.id, occasion),
    )


async def led_class(context: Context, class_id: int) -> SchoolClass:
    """Return a class that this person leads; NotYours for any other."""
    return await classes.for_homeroom(
        context.session, context.school.id, context.person.id, class_id
    )


async def pupil_window(context: Context, window_id: int) -> TermWindow:
    """Return a window of this school in which pupils decide; NotYours for any other.

    One that is over lasts as long as any pupil still has time of their own in it.
    """
    found = await windows.by_id(context.session, context.school.id, window_id)
    if found is None or found.stage not in PUPIL_STAGES:
        raise NotYours
    return await extensions.still_open(context.session, found, context.now)


async def _rows(room: SchoolClass, context: Context) -> list[tuple[TermWindow, Progress]]:
    session, now = context.session, context.now
    rows = await classes.open_progress(session, context.school.id, PUPIL_STAGES, now, room.id)
    return [
        (
            window,
            replace(reached, on_paper=await letters.count_at_school(session, window, now, room.id)),
        )
        if window.stage is Stage.RECEIPT
        else (window, reached)
        for window, reached in rows
    ]
