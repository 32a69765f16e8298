"""For whom something is not: guests, others, and where a group reads along."""

from handlers.refusals.registry import says
from handlers.words import Words
from models import errors


@says(errors.NotLinked)
def _not_linked(_: errors.NotLinked, words: Words) -> str:
    return words.say(
        "This chat is not linked to anybody at the school yet. "
        "Please type the joining code that the school gave you."
    )


@says(errors.NotYours)
def _not_yours(_: errors.NotYours, words: Words) -> str:
    return words.say(
        "This is not here, or it is not for this account. "
        "If you think it should be, please ask the registrar."
    )


@says(errors.NotInGroup)
def _not_in_group(_: errors.NotInGroup, words: Words) -> str:
    return words.say(
        "Names and works are not shown in a group. Please open the chat with me and ask there."
    )
