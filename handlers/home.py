"""Shows everybody what is open for them: one home, made of a card for each of their duties."""

from collections.abc import Awaitable, Callable

from handlers.actions import SendBrokenCode, ShowHome, UnknownAction
from handlers.certifying import teacher_home
from handlers.context import Context
from handlers.linking import broken_code, guest_home
from handlers.office import registrar_home
from handlers.progress import homeroom_home
from handlers.pupil_home import pupil_home
from handlers.replies import Card, Reply
from handlers.router import handles
from models.vocabulary import Duty

_HOMES: dict[Duty, Callable[[Context], Awaitable[tuple[Card, ...]]]] = {
    Duty.REGISTRAR: registrar_home,
    Duty.HOMEROOM_TEACHER: homeroom_home,
    Duty.SUBJECT_TEACHER: teacher_home,
    Duty.PUPIL: pupil_home,
}
MOST_CARDS = 5


@handles(ShowHome, UnknownAction)
async def show_home(_asked: ShowHome | UnknownAction, context: Context) -> Reply:
    """Show what is open for me, by when, and what happens then; how to join, to a guest."""
    cards = await home_cards(context)
    return Reply(cards[0].title, cards)


@handles(SendBrokenCode)
async def send_broken_code(_asked: SendBrokenCode, context: Context) -> Reply:
    """Say to a guest what a joining code looks like; from anybody else it was only a text.

    It is not counted as a wrong code: what cannot be one guesses nothing.
    """
    cards = await home_cards(context) if context.actor else (broken_code(context),)
    return Reply(cards[0].title, cards)


async def home_cards(context: Context) -> tuple[Card, ...]:
    """Draw the home of whoever asks, the weightiest duty first."""
    if context.actor is None:
        return await guest_home(context)
    cards: tuple[Card, ...] = ()
    for duty, home in _HOMES.items():
        if duty in context.duties:
            cards += await home(context)
    return (cards or await guest_home(context))[:MOST_CARDS]
