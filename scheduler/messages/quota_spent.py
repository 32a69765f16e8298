"""To the registrar, at once: the month's messages ran out in the middle."""

from datetime import datetime

from handlers import quota_cards
from handlers.replies import Card, Paragraph, Reply, Tone
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def quota_spent(saying: Saying, _scene: Scene, words: Words) -> Reply:
    """Say until when nothing that costs is sent, what goes on, and what happens to the rest."""
    until = words.moment(datetime.fromisoformat(saying.facts["renews_at"]))
    title = words.say("⏰ The month's messages ran out; reminders rest until {until}", until=until)
    blocks = (
        Paragraph(words.say("Answers to taps cost nothing and go on.")),
        Paragraph(words.say(quota_cards.INSTEAD)),
        Paragraph(words.say(quota_cards.REMEDIES), quiet=True),
    )
    return Reply(title, (Card(title, blocks, quota_cards.buttons(words), Tone.DUE),))
