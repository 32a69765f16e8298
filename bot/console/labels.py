"""What the console calls the words of the domain."""

from handlers.words import Words
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
