"""Says what was printed, and why something that people say of a letter was not entered."""

from bot.paper.letters import REASONS
from bot.paper.printing_letters import Printed
from bot.paper.returning import NoSuchLetter, NotTheirs
from handlers.refusals import sentence
from handlers.words import Words
from models.errors import DomainError, NotYours, Outdated

MOST_NAMED = 10


def printed(done: Printed, words: Words) -> list[str]:
    """Return what was printed, in lines; no name, no code, no address."""
    hold = [words.say("Sending is on hold; paper is not, so letters were printed.")] * done.on_hold
    if not done.letters:
        return [
            words.say("Everybody has answered or was reached: there is nothing to print."),
            *hold,
        ]
    lines = [
        words.count("{n} letter:", "{n} letters:", done.letters),
        *(f"  {words.say(REASONS[why])}: {n}" for why, n in sorted(done.by_why.items())),
    ]
    if done.again:
        lines.append(
            words.count(
                "{n} of them was printed before and has the same code.",
                "{n} of them were printed before and have the same codes.",
                done.again,
            )
        )
    if done.without_address:
        lines.append(
            words.count(
                "{n} has no address in the file: {numbers}",
                "{n} have no address in the file: {numbers}",
                len(done.without_address),
                numbers=", ".join(done.without_address[:MOST_NAMED])
                + (" …" if len(done.without_address) > MOST_NAMED else ""),
            )
        )
    if done.voided:
        lines.append(
            words.count(
                "{n} earlier code is void now: its slip no longer works.",
                "{n} earlier codes are void now: their slips no longer work.",
                done.voided,
            )
        )
    return [*lines, *hold]


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
