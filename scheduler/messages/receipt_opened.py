"""To a pupil: the receipt statement is there to be checked; silence has an effect in law."""

from handlers.actions import ConfirmReceipt, ShowReceipt
from handlers.receipt_cards import SILENCE
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from scheduler.messages import phrases
from scheduler.messages.scene import Scene


def receipt_opened(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Ask the pupil to check the statement, say until when, and what silence means."""
    window = scene.window_of(saying)
    statement = scene.about.statements[saying.person_id, window.id]
    title = words.say(
        "Please check your receipt statement by {deadline}",
        deadline=words.deadline(window.closes_at),
    )
    blocks = (
        Paragraph(
            words.count(
                "The school has submitted your data: one line. Please see whether it is what you "
                "uploaded and selected.",
                "The school has submitted your data: {n} lines. Please see whether they are what "
                "you uploaded and selected.",
                statement.lines,
            )
        ),
        *phrases.answers_query(saying, scene, words),
        Paragraph(words.say(SILENCE)),
    )
    buttons = (
        Button(words.say("Check the statement"), ShowReceipt(window.id), Weight.PRIMARY),
        Button(words.say("All correct"), ConfirmReceipt(statement.id, statement.version)),
        Button(words.say("Something differs"), ShowReceipt(window.id), Weight.QUIET),
        *phrases.later(words, window, scene.now),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DUE, last_moment(window.closes_at)),))
