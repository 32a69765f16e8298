"""To a pupil: the slip of a letter came back, and the school has entered what it says."""

from handlers.actions import ShowReceipt
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from scheduler.messages.scene import Scene


def slip_entered(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say what was entered in the pupil's place, and until when it can be put right."""
    window, doubts = scene.window_of(saying), saying.facts["queries"]
    answer = (
        words.count("{n} query", "{n} queries", doubts)
        if doubts
        else words.say("Confirmed: all is correct")
    )
    title = words.say("The slip of your receipt statement was entered: {answer}", answer=answer)
    blocks = (
        Paragraph(words.say("The school has entered what stands on the slip that came back.")),
        Fact(
            words.say("Until"),
            words.deadline(window.closes_at),
            at=last_moment(window.closes_at),
        ),
        Paragraph(
            words.say(
                "Did you not send it, or is it wrong? Tell the registrar, or raise a query here "
                "before the end."
            ),
            quiet=True,
        ),
    )
    buttons = (Button(words.say("See the statement"), ShowReceipt(window.id), Weight.PRIMARY),)
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),))
