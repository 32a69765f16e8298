"""To everybody whom the school tells something itself: its own words, let out by two people."""

from handlers.replies import Card, Fact, Paragraph, Reply
from handlers.words import Words
from models.queries.spoken import Announced
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def school_announced(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what the school says, as it was written, with its link; there is nothing to tap."""
    return reply(scene.about.announced[saying.facts["announcement_id"]], words)


def reply(told: Announced, words: Words) -> Reply:
    """Return an announcement as its recipients see it."""
    blocks = [Paragraph(told.wording)]
    if told.link:
        blocks.append(Paragraph(words.say("Open the page"), link=told.link))
    sender = Fact(words.say("Sender"), told.school)
    return Reply(told.title, (Card(told.title, (*blocks, sender)),))
