"""What is answered where others read along: dates, never a name and never a work (N19)."""

from handlers.actions import Action
from handlers.context import Context
from handlers.refusals import refusal
from handlers.replies import Reply
from models.errors import NotInGroup


async def answer_in_group(_action: Action, context: Context) -> Reply:
    """Answer any action in a group: names and works go one to one."""
    return refusal(NotInGroup(), context)
