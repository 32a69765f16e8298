"""To the registrars besides the author: a message to the school waits for a second person."""

from handlers.actions import ShowHome
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def announcement_asked(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say which message waits, and where it is looked through; nothing is approved in a chat."""
    told = scene.about.announced[saying.facts["announcement_id"]]
    title = words.say("A message to the school waits for your approval")
    blocks = (
        Fact(words.say("Title of the message"), told.title),
        Paragraph(
            words.say(
                "Nothing leaves before a second registrar has looked at the text, the list and "
                "the cost: please open “Announcements” in the console."
            )
        ),
    )
    buttons = (Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),)
    return Reply(title, (Card(title, blocks, buttons, Tone.DUE),))
