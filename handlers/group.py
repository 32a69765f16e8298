"""What is answered where others read along: counts and dates, never a name (N19).

A homeroom teacher gets the counts of their class, anybody else those of the school.
"""

from handlers import labels, progress_cards
from handlers.actions import Action
from handlers.context import Context
from handlers.replies import Card, Paragraph, Reply
from models.queries import classes
from models.rules.progress import PUPIL_STAGES
from models.vocabulary import Duty


async def answer_in_group(_action: Action, context: Context) -> Reply:
    """Answer whatever was asked in a group with counts of people; nothing is changed from there."""
    words = context.words
    class_id, title = await _whose(context)
    rows = await classes.open_progress(
        context.session, context.school.id, PUPIL_STAGES, context.now, class_id
    )
    hint = words.say("For your own matters, please open the chat with me: no names in a group.")
    if not rows:
        said = words.say("No window for pupils is open now.")
        return Reply(said, (Card(title, (Paragraph(said), Paragraph(hint, quiet=True))),))
    card = progress_cards.overall_card(title, rows, words, context.now)
    summary = words.say(
        "{title}: {caption}", title=title, caption=progress_cards.caption(rows[0][1], words)
    )
    blocks = (*card.blocks, Paragraph(hint, quiet=True))
    return Reply(summary, (Card(title, blocks),))


async def _whose(context: Context) -> tuple[int | None, str]:
    """Return the class to count, or None for the school, with the heading for it."""
    words, actor = context.words, context.actor
    if actor is not None and Duty.HOMEROOM_TEACHER in context.duties:
        led = await classes.led_by(context.session, context.school.id, actor.id)
        if led:
            named = labels.room(led[0].name, words)
            return led[0].id, words.say("Class {class_name}", class_name=named)
    return None, words.say("The school's progress")
