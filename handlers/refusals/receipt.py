"""What is no query; a receipt statement that was answered, and a query that was settled."""

from handlers.refusals.registry import says
from handlers.words import Words
from models import errors


@says(errors.NotAQuery)
def _not_a_query(error: errors.NotAQuery, words: Words) -> str:
    return words.say(
        "The receipt statement is for checking whether what was submitted is what you uploaded. "
        "It cannot be opened again to improve a work ({clause}). "
        "If something really differs, please choose one of the other reasons.",
        clause=error.clause,
    )


@says(errors.AlreadyConfirmed)
def _already_confirmed(error: errors.AlreadyConfirmed, words: Words) -> str:
    return words.say(
        "The receipt statement was confirmed on {moment}; nothing more is needed.",
        moment=words.moment(error.confirmed_at),
    )


@says(errors.AlreadySettled)
def _already_settled(error: errors.AlreadySettled, words: Words) -> str:
    return words.say(
        "This query was settled on {moment}, and the pupil has been told; nothing has changed.",
        moment=words.moment(error.settled_at),
    )
