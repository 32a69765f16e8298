"""To the registrar: the month's messages were also spent by somebody else than the bot."""

from handlers import quota_cards
from handlers.replies import Card, Fact, Paragraph, Reply, Tone
from handlers.words import Words
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def quota_differs(saying: Saying, _scene: Scene, words: Words) -> Reply:
    """Say how many messages we know nothing of, and where they may come from."""
    facts = saying.facts
    title = words.count(
        "{n} message of this month was not sent by this bot",
        "{n} messages of this month were not sent by this bot",
        facts["others"],
    )
    why = words.say(
        "Perhaps somebody sent a broadcast from the official account's own page. It counts against "
        "the same month: what it uses is missing for reminders."
    )
    blocks = (
        Fact(words.say("Used of the month"), f"{facts['used']}／{facts['limit']}"),
        Paragraph(why),
    )
    return Reply(title, (Card(title, blocks, quota_cards.buttons(words), Tone.DUE),))
