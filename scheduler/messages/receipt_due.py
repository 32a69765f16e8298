"""To a pupil: the days for checking the receipt statement end; on the last day the last call."""

from handlers.actions import ConfirmReceipt, ShowReceipt
from handlers.receipt_cards import SILENCE
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import N_, Words
from models.queries.wanted import Saying
from models.rules.taipei import days_left, last_moment
from scheduler.messages import phrases
from scheduler.messages.scene import Scene

LAST_DAY = N_(
    "You have not confirmed it yet. After that it is deemed confirmed (K12EA letter of 2025, "
    "point 6) and cannot be corrected any more. Checking takes about a minute."
)


def receipt_due(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say until when, that nothing was answered yet, and that silence counts as agreement."""
    window = scene.window_of(saying)
    statement = scene.about.statements[saying.person_id, window.id]
    title = phrases.closing(words, window, scene.now)
    buttons = [Button(words.say("Check the statement"), ShowReceipt(window.id), Weight.PRIMARY)]
    if days_left(window.closes_at, scene.now) <= 0:
        silence = words.say(LAST_DAY)
    else:
        silence = words.say("You have not confirmed it yet.") + words.say(SILENCE)
        buttons.append(
            Button(words.say("All correct"), ConfirmReceipt(statement.id, statement.version))
        )
    buttons += phrases.later(words, window, scene.now)
    card = Card(
        title, (Paragraph(silence),), tuple(buttons), Tone.DUE, last_moment(window.closes_at)
    )
    return Reply(phrases.alarm(title), (card,))
