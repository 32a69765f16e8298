"""To the registrar: so many wrong joining codes were typed that joining is paused."""

from datetime import datetime

from handlers.actions import ShowHome, ShowStaffJoinings
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.guessing import A_SCHOOL
from scheduler.messages.scene import Scene


def joining_paused(saying: Saying, _scene: Scene, words: Words) -> Reply:
    """Say since when, until when, and that the codes on paper stay good."""
    until = words.moment(datetime.fromisoformat(saying.facts["until"]))
    title = words.say("⏰ Joining is paused until {until}: many wrong codes", until=until)
    what = words.say(
        "{n} joining codes that do not exist were typed within an hour. Somebody may be guessing, "
        "or old code sheets are going round. Nobody can join until {until}; the codes that were "
        "given out stay good, and whoever has joined notices nothing.",
        n=A_SCHOOL.tries,
        until=until,
    )
    then = words.say(
        "If it happens again, please look at who joined, and ask whether old sheets are in use."
    )
    buttons = (
        Button(words.say("Who of the staff joined"), ShowStaffJoinings(), Weight.PRIMARY),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    card = Card(title, (Paragraph(what), Paragraph(then, quiet=True)), buttons, Tone.DUE)
    return Reply(title, (card,))
