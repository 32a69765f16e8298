"""What the console calls the words of the domain."""

from handlers.words import N_, Words
from models.vocabulary import ConsoleRole


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
