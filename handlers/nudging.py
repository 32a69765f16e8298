"""A homeroom teacher reminds exactly those of the class who have not decided, once a day."""

from collections.abc import Sequence

from handlers import deadlines
from handlers import progress_cards as cards
from handlers.actions import NudgeClass, ShowClass, ShowUndecided
from handlers.context import Context
from handlers.progress import led_class, pupil_window, who_is_left
from handlers.recording import record
from handlers.replies import Block, Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from models.errors import NudgedRecently
from models.queries import notices
from models.queries.classes import Undecided
from models.queries.windows import TermWindow
from models.rules import nudging
from models.tables import SchoolClass
from models.vocabulary import NoticeKind


@handles(NudgeClass)
async def nudge_class(asked: NudgeClass, context: Context) -> Reply:
    """Remind those who have something left; those out of reach are counted, not forgotten."""
    room = await led_class(context, asked.class_id)
    window = await pupil_window(context, asked.window_id)
    left = await who_is_left(room, window, context)
    open_for = left.people
    nudging.nudge_class(
        window, undecided=len(open_for), nudged_today=left.nudged_today, now=context.now
    )
    await _tell(left, context)
    await record(
        context,
        "nudged class",
        f"school_class:{room.id}",
        window_id=window.id,
        people=len(open_for),
    )
    return _nudged(open_for, window, room, context)


@after_refusal(NudgeClass)
async def undecided_now(asked: NudgeClass, context: Context) -> tuple[Card, ...]:
    """Draw who has something left now."""
    room = await led_class(context, asked.class_id)
    window = await pupil_window(context, asked.window_id)
    left = await who_is_left(room, window, context)
    return (cards.undecided_card(left, 0, context.words, context.now),)


async def _tell(left: cards.Left, context: Context) -> None:
    """Write a notice for each; raise NudgedRecently where a tap at the same moment wrote them."""
    window, room = left.window, left.room
    occasion = nudging.occasion(window.id, room.id, context.now)
    new = [
        await notices.tell(
            context.session,
            school_id=context.school.id,
            person_id=pupil.person_id,
            kind=NoticeKind.PUPIL_NUDGED,
            occasion=occasion,
            now=context.now,
            window_id=window.id,
            deadline_at=window.closes_at,
            facts={"window_id": window.id, "class_id": room.id, "by_id": context.person.id},
        )
        for pupil in left.people
    ]
    if not any(new):
        raise NudgedRecently(nudging.tomorrow(context.now))


def _nudged(
    open_for: Sequence[Undecided], window: TermWindow, room: SchoolClass, context: Context
) -> Reply:
    words = context.words
    reachable = sum(pupil.reachable for pupil in open_for)
    title = words.say(
        "✅ Reminder under way: {title}", title=cards.class_title(room, window, words)
    )
    said = words.count(
        "{n} pupil gets a message. It can be sent again tomorrow.",
        "{n} pupils get a message. It can be sent again tomorrow.",
        reachable,
    )
    blocks: list[Block] = [
        deadlines.deadline_fact(words, window, context.now),
        Paragraph(said),
        *_out_of_reach(len(open_for) - reachable, context),
    ]
    buttons = (
        Button(words.say("Back to the class"), ShowClass(room.id), Weight.PRIMARY),
        Button(words.say("See the list"), ShowUndecided(room.id, window.id)),
    )
    return Reply(title, (Card(title, tuple(blocks), buttons, Tone.DONE),), matters=True)


def _out_of_reach(unreachable: int, context: Context) -> list[Block]:
    if unreachable == 0:
        return []
    said = context.words.count(
        "{n} more cannot be reached here (not joined, or blocked): "
        "better tell them in person or by telephone.",
        "{n} more cannot be reached here (not joined, or blocked): "
        "better tell them in person or by telephone.",
        unreachable,
    )
    return [Paragraph(said)]
