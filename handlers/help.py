"""The card that lists what can be typed, and how a guest joins."""

from handlers.actions import ChooseLanguage, SendFile, ShowHelp, ShowHome, ShowSelection
from handlers.context import Context
from handlers.linking import guest_home
from handlers.replies import Button, Card, Entry, Paragraph, Reply, Weight
from handlers.router import handles
from handlers.typed import COMMANDS, Command
from handlers.words import N_
from models.vocabulary import Duty, ItemKind

A_CARD = 8

EVERYBODY = ("home", "rules", "prefs", "cal", "lang", "unlink?")
BY_DUTY = {
    Duty.PUPIL: ("status", "pick", "rcpt", "later", "diddone"),
    Duty.SUBJECT_TEACHER: ("pend", "many?", "later", "diddone"),
    Duty.HOMEROOM_TEACHER: ("class", "joined"),
    Duty.REGISTRAR: ("school", "quota", "ques", "qrys", "diffs", "joineds"),
}
"""Which commands are shown to whom, by the codes of their actions."""

WHAT_FOR = {
    "home": N_("What is open for you, and until when"),
    "status": N_("Your works through all stages"),
    "pick": N_("Course outcomes to select for submission"),
    "rcpt": N_("Check your receipt statement"),
    "pend": N_("Works that wait for your certification"),
    "many?": N_("Look at a list, then certify it at once"),
    "class": N_("Who of your class has decided"),
    "joined": N_("Who of your class joined, and when"),
    "school": N_("The school's progress and open queries"),
    "quota": N_("Messages of the month: used, left, cut"),
    "joineds": N_("Who of the staff joined, and when"),
    "rules": N_("All dates of the timetable"),
    "ques": N_("What people asked that the bot could not answer"),
    "qrys": N_("Receipt queries that wait to be settled"),
    "diffs": N_("What the platform and our record differ about"),
    "later": N_("The last reminder comes again tomorrow morning"),
    "diddone": N_("Done there already: no optional reminders until the next import"),
    "prefs": N_("Reminders you want, quiet hours, language"),
    "cal": N_("Your deadlines in the calendar of your phone"),
    "lang": N_("The language of the answers"),
    "unlink?": N_("Take this chat off your name"),
}
"""What each command is for, by the code of its action."""
PERFORMANCES = N_("Diverse performances to select for submission")


@handles(ShowHelp)
async def show_help(_asked: ShowHelp, context: Context) -> Reply:
    """List what can be typed by somebody with these duties; a guest learns how to join."""
    if context.actor is None:
        cards = await guest_home(context)
        return Reply(cards[0].title, cards)
    words = context.words
    spoken = ChooseLanguage(words.locale)
    shown = [
        command
        for command in COMMANDS
        if command.listed and command.action.code in _codes(context) and command.action != spoken
    ]
    entries = [_entry(command, context) for command in shown]
    title = words.say("What you can type")
    lead = Paragraph(
        words.say("Everything can be tapped in the menu or typed, also on a computer.")
    )
    pages = [entries[start : start + A_CARD] for start in range(0, len(entries), A_CARD)]
    home = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    drawn = [Card(title, tuple(page)) for page in pages]
    drawn[0] = Card(title, (lead, *pages[0]), (home, *_language_button(context)))
    return Reply(words.say("What you can type or tap"), tuple(drawn))


@handles(SendFile)
async def send_file(_asked: SendFile, context: Context) -> Reply:
    """Say where works are uploaded; what was sent into the chat is not kept."""
    words = context.words
    said = words.say(
        "Files sent here are not kept. Works are uploaded on the school platform; "
        "certification, selection and receipt confirmation can be done here."
    )
    home = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    return Reply(said, (Card(words.say("This is not an upload"), (Paragraph(said),), (home,)),))


def _codes(context: Context) -> frozenset[str]:
    own = [code for duty in context.duties for code in BY_DUTY[duty]]
    return frozenset([*EVERYBODY, *own])


def _entry(command: Command, context: Context) -> Entry:
    words = context.words
    said = WHAT_FOR[command.action.code]
    if command.action == ShowSelection(0, ItemKind.PERFORMANCE):
        said = PERFORMANCES
    return Entry(command.shown(words.locale), words.say(said))


def _language_button(context: Context) -> tuple[Button, ...]:
    """Offer the other language in that language."""
    if context.words.locale.startswith("zh"):
        return (Button("English", ChooseLanguage("en"), Weight.QUIET),)
    return (Button("中文", ChooseLanguage("zh_Hant_TW"), Weight.QUIET),)
