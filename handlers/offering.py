"""Which commands a chat is offered where an app shows a list of them: by duty, in small words.

It is what can be typed, derived from the same table; a command behind a slash is the same word.
"""

from handlers.actions import ChooseLanguage, ShowSelection
from handlers.help import BY_DUTY, EVERYBODY, PERFORMANCES, WHAT_FOR
from handlers.typed import COMMANDS, Command
from handlers.words import N_, Words
from models.vocabulary import Duty, ItemKind

GUESTS = ("home", "help")
_ALSO = {
    Duty.HOMEROOM_TEACHER.value: (Duty.HOMEROOM_TEACHER, Duty.SUBJECT_TEACHER),
}
"""A menu goes by the weightiest duty; who leads a class also teaches."""
_HELP = N_("What you can type or tap")


def offered(menu: str, words: Words) -> list[tuple[str, str]]:
    """Return the commands of a menu in their order, each with what it is for."""
    codes = _codes(menu)
    return [
        (command.name, words.say(_what_for(command)))
        for command in sorted(COMMANDS, key=lambda each: _place(each, codes))
        if command.listed
        and command.action.code in codes
        and command.action != ChooseLanguage(words.locale)
    ]


def _codes(menu: str) -> tuple[str, ...]:
    if menu not in set(Duty):
        return GUESTS
    duties = _ALSO.get(menu, (Duty(menu),))
    own = [code for duty in duties for code in BY_DUTY[duty]]
    return (EVERYBODY[0], *dict.fromkeys(own), "help", *EVERYBODY[1:])


def _place(command: Command, codes: tuple[str, ...]) -> int:
    code = command.action.code
    return codes.index(code) if code in codes else len(codes)


def _what_for(command: Command) -> str:
    if command.action == ShowSelection(0, ItemKind.PERFORMANCE):
        return PERFORMANCES
    return WHAT_FOR.get(command.action.code, _HELP)
