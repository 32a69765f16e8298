"""What a person is told when something broke on our side: nothing has changed, try again."""

from handlers.actions import ShowHome
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words


def sorry(words: Words) -> Reply:
    """Return the apology; the tap had no effect and may be repeated."""
    said = words.say(
        "That did not work just now; nothing of yours has changed. Please tap again; "
        "if it still fails, we have been told already."
    )
    again = Button(words.say("Try again"), ShowHome(), Weight.PRIMARY)
    card = Card(words.say("Sorry"), (Paragraph(said),), (again,), Tone.REFUSED)
    return Reply(summary=said, cards=(card,))
