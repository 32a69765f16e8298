"""Says why something that people say of a letter was not entered."""

from bot.paper.returning import NoSuchLetter, NotTheirs
from handlers.refusals import sentence
from handlers.words import Words
from models.errors import DomainError, NotYours, Outdated


def why_not(refused: DomainError, words: Words) -> str:
    """Return why a code or a slip was not taken, and what to do."""
    match refused:
        case NoSuchLetter():
            return words.say("no letter of this school has this code; please read it again.")
        case NotTheirs():
            return words.say(
                "only a registrar, or a homeroom teacher of the pupil, may enter this."
            )
        case NotYours():
            return words.say("the statement has no such line.")
        case Outdated():
            return words.say(
                "the statement has changed since the letter was printed, or this does not fit the "
                "line. Print the letter again."
            )
        case _:
            return sentence(refused, words)
