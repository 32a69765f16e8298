"""Who joined, and who joined again: for a class its homeroom teacher, for staff the registrar.

A list to look at and no message: forty joinings of one morning would be forty counted messages.
"""

from dataclasses import dataclass

from handlers import labels
from handlers.actions import Action, ShowClass, ShowJoinings, ShowSchool, ShowStaffJoinings
from handlers.context import Context
from handlers.office import require_registrar
from handlers.progress import led_class
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from handlers.words import N_
from models.queries import guessing, joinings
from models.queries.joinings import Joining, Joinings

A_PAGE = 8
_NOT_THEM = N_(
    "Does a joining look wrong? Ask the person; the registrar makes a new code, and joining with "
    "it takes the other chat off."
)
_NOBODY = N_("Nobody is on this list.")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of joinings, and where its buttons lead."""

    title: str
    found: Joinings
    number: int
    earlier: Action
    back: Button


@handles(ShowJoinings)
async def show_joinings(asked: ShowJoinings, context: Context) -> Reply:
    """Show who of a class joined, newest first, to its homeroom teacher."""
    room = await led_class(context, asked.class_id)
    words = context.words
    page = Page(
        title=words.say("Class {class_name}: who joined", class_name=labels.room(room.name, words)),
        found=await joinings.of_class(context.session, room.id),
        number=asked.page,
        earlier=ShowJoinings(room.id, asked.page + 1),
        back=Button(words.say("My class"), ShowClass(room.id), Weight.PRIMARY),
    )
    return _listed(page, context)


@handles(ShowStaffJoinings)
async def show_staff_joinings(asked: ShowStaffJoinings, context: Context) -> Reply:
    """Show who of the staff joined, newest first, and whether joining is paused, to registrars."""
    require_registrar(context)
    words = context.words
    page = Page(
        title=words.say("Staff: who joined"),
        found=await joinings.of_staff(context.session, context.school.id),
        number=asked.page,
        earlier=ShowStaffJoinings(asked.page + 1),
        back=Button(words.say("The school"), ShowSchool(), Weight.PRIMARY),
    )
    until = await guessing.paused_at_school(context.session, context.school.id, context.now)
    if until is None:
        return _listed(page, context)
    said = words.say("Joining is paused until {moment}.", moment=words.moment(until))
    return _listed(page, context, Paragraph(said, Tone.DUE))


def _listed(page: Page, context: Context, *first: Block) -> Reply:
    words, found = context.words, page.found
    linked = words.say("{joined} of {people}", joined=found.joined, people=found.people)
    listed = found.newest[page.number * A_PAGE : (page.number + 1) * A_PAGE]
    blocks: tuple[Block, ...] = (
        *first,
        Fact(words.say("Linked now"), linked),
        *(_entry(joining, context) for joining in listed),
        Paragraph(words.say(_NOT_THEM if listed else _NOBODY), quiet=True),
    )
    more = len(found.newest) > (page.number + 1) * A_PAGE
    buttons = (page.back, Button(words.say("Earlier"), page.earlier)) if more else (page.back,)
    summary = words.say("{title}; linked now: {linked}", title=page.title, linked=linked)
    return Reply(summary, (Card(page.title, blocks, buttons),))


def _entry(joining: Joining, context: Context) -> Entry:
    words = context.words
    state = words.say("Joined again") if joining.again else words.say("Joined")
    who = joining.name
    if joining.seat:
        who = words.say("no. {seat} {name}", seat=joining.seat, name=joining.name)
    return Entry(who, words.moment(joining.at), state, Tone.DUE if joining.again else Tone.PLAIN)
