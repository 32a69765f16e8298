"""To the registrar, days ahead: the month's messages will not suffice for everything."""

from datetime import datetime

from handlers import deadlines, quota_cards
from handlers.labels import word
from handlers.replies import Card, Fact, Paragraph, Reply, Tone
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.taipei import day_of
from models.vocabulary import NoticeKind
from scheduler.messages.scene import Scene


def quota_short(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what is cut, from which day on, what is kept for what, and what happens instead."""
    facts = saying.facts
    what = (
        word(NoticeKind(facts["kind"]), words)
        if saying.window_id is None
        else deadlines.name_of(words, scene.window_of(saying))
    )
    title = words.count(
        "⏰ {what}: from {day} on the month has no message for {n} reminder",
        "⏰ {what}: from {day} on the month has no message for {n} reminders",
        facts["cut"],
        what=what,
        day=words.short_day(day_of(datetime.fromisoformat(facts["first_at"]))),
    )
    blocks = (
        Fact(words.say("Used of the month"), f"{facts['used']}／{facts['limit']}"),
        quota_cards.reserve_fact(facts["reserve"], words),
        Fact(
            words.say("This would need"),
            words.count("{n} message", "{n} messages", facts["cost"]),
        ),
        *quota_cards.elsewhere(facts["elsewhere"], words),
        Paragraph(words.say(quota_cards.INSTEAD)),
        Paragraph(words.say(quota_cards.REMEDIES), quiet=True),
    )
    return Reply(title, (Card(title, blocks, quota_cards.buttons(words), Tone.DUE),))
