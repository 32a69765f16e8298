"""Joining codes that do not hold, and chats that are linked already."""

from datetime import datetime, timedelta

from handlers.refusals.registry import says
from handlers.words import N_, Words
from models import errors


@says(errors.CodeRefused)
def _code_refused(_: errors.CodeRefused, words: Words) -> str:
    return words.say(
        "This joining code cannot be used. Please check each character. A code is good once, until "
        "the day on the sheet, and a newer sheet replaces the earlier one. The homeroom teacher or "
        "the registrar can give you a new one."
    )


_PAUSED_CHAT = N_(
    "Several codes in a row were not right, so this chat can try again from {moment} on. The code "
    "on the sheet stays good: please type it then, sign by sign."
)
_PAUSED_SCHOOL = N_(
    "Many wrong joining codes are being typed at this school, so nobody can join until {moment}. "
    "Your code stays good: please type it again after that."
)


def _whole_minute(at: datetime) -> datetime:
    """Return the first whole minute from an instant on: before it, a try would be too early."""
    over = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=1) if over else at


@says(errors.JoiningPaused)
def _joining_paused(error: errors.JoiningPaused, words: Words) -> str:
    sentence = _PAUSED_SCHOOL if error.at_school else _PAUSED_CHAT
    return words.say(sentence, moment=words.moment(_whole_minute(error.until)))


@says(errors.AlreadyLinked)
def _already_linked(_: errors.AlreadyLinked, words: Words) -> str:
    return words.say(
        "This chat is linked to somebody already. To link it to another person, "
        "type “unlink” first and then send the code again."
    )
