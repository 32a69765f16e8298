"""What the console calls the words of the domain."""

from handlers.words import N_, Words
from models.vocabulary import ConsoleRole
from scheduler.messages.examples import Case
from scheduler.messages.sentences import Part


def role(each: ConsoleRole, words: Words) -> str:
    """Return what people call a role."""
    called = {
        ConsoleRole.ADMINISTRATOR: words.say("Administrator"),
        ConsoleRole.REGISTRAR: words.say("Registrar"),
        ConsoleRole.SUBMITTER: words.say("Submitter of a list"),
        ConsoleRole.HOMEROOM_TEACHER: words.say("Homeroom teacher"),
        ConsoleRole.DEPARTMENT_HEAD: words.say("Department head"),
        ConsoleRole.VIEWER: words.say("Viewer"),
    }
    return called[each]


_SUBJECTS = {
    "people": N_("People and classes"),
    "courses": N_("Courses and who takes them"),
    "works": N_("Works"),
    "officers": N_("Offices held by pupils"),
    "receipts": N_("Receipt statements"),
}


def subject(kind: str, words: Words) -> str:
    """Return what people call a kind of file that is imported."""
    return words.say(_SUBJECTS[kind]) if kind in _SUBJECTS else kind


_PLACES = {
    "name": N_("the window"),
    "window": N_("the window"),
    "deadline": N_("the deadline"),
    "left": N_("the time left"),
    "hour": N_("the hour"),
    "n": N_("the number"),
    "title": N_("the work's title"),
    "work": N_("the work"),
    "course": N_("the course"),
    "moment": N_("the moment"),
    "day": N_("the day"),
    "until": N_("until when"),
    "school": N_("the school's name"),
    "class_name": N_("the class"),
    "undecided": N_("how many have not decided"),
    "decided": N_("how many have decided"),
    "span": N_("how long"),
    "clause": N_("the clause"),
    "about": N_("what it is about"),
    "what": N_("what waits"),
    "question": N_("what was asked"),
    "answer": N_("what was answered"),
}
_PARTS = {
    Part.TITLE: N_("a title"),
    Part.TEXT: N_("a paragraph"),
    Part.LABEL: N_("a label"),
    Part.BUTTON: N_("a button"),
}
_CASES = {
    Case.USUAL: N_("On an ordinary day"),
    Case.LAST_DAY: N_("On the last day"),
    Case.OTHERWISE: N_("Where it is otherwise"),
}


def place(name: str, words: Words) -> str:
    """Return what people call a place of a sentence; one that is not here by its own name."""
    return words.say(_PLACES[name]) if name in _PLACES else name


def part(each: Part, words: Words) -> str:
    """Return where in a message a sentence stands."""
    return words.say(_PARTS[each])


def case(each: Case, words: Words) -> str:
    """Return on which day, or to whom, a message looks like this."""
    return words.say(_CASES[each])
