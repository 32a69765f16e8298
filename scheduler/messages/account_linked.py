"""To a person: a chat account has been linked to them."""

from handlers.actions import ShowHelp, ShowHome, ShowPreferences
from handlers.replies import Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def account_linked(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say when it was linked, and what to do if that was somebody else."""
    title = words.say(
        "A chat account was linked to you, {moment}", moment=words.moment(saying.due_at)
    )
    school = scene.rulebook.short_name
    if saying.facts.get("stays"):
        text = words.say(
            "This chat stays linked as well. Each reminder comes to one of the two; the settings "
            "say to which. If that was not you, please tell the registrar of {school}.",
            school=school,
        )
        more = Button(words.say("Settings"), ShowPreferences(), Weight.QUIET)
    else:
        text = words.say(
            "Reminders arrive there from now on. If that was not you, please tell the registrar "
            "of {school}.",
            school=school,
        )
        more = Button(words.say("Help"), ShowHelp(), Weight.QUIET)
    buttons = (Button(words.say("Home"), ShowHome(), Weight.PRIMARY), more)
    return Reply(title, (Card(title, (Paragraph(text),), buttons),))
