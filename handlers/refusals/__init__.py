"""What a person is told who may not do something now: one sentence a reason, with its clause.

No scolding: the sentence says what holds, since when, and what can be done instead. The sentences
stand by subject in the modules of this package.
"""

from handlers.actions import Action, ShowHelp, ShowHome, ShowPending
from handlers.context import Context
from handlers.refusals import (
    access,
    announcing,
    asking,
    certifying,
    days,
    joining,
    receipt,
    selecting,
)
from handlers.refusals.registry import sentence, spoken
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models import errors

__all__ = ["SUBJECTS", "refusal", "sentence", "spoken", "title_of"]

SUBJECTS = (access, announcing, asking, certifying, days, joining, receipt, selecting)
"""The modules whose sentences are known: importing one registers them."""

MOST_CARDS = 5


def refusal(error: errors.DomainError, context: Context, fresh: tuple[Card, ...] = ()) -> Reply:
    """Return the answer to an action that was refused, with the fresh cards below it."""
    words = context.words
    said = sentence(error, words)
    card = Card(
        title=title_of(error, words),
        blocks=(Paragraph(said),),
        buttons=() if fresh else (_way_on(error, words),),
        tone=Tone.REFUSED,
    )
    return Reply(summary=said, cards=(card, *fresh)[:MOST_CARDS])


def title_of(error: errors.DomainError, words: Words) -> str:
    """Return the heading of a refusal: softer where the thing was simply done before."""
    if isinstance(
        error,
        errors.AlreadyDone
        | errors.AlreadyDecided
        | errors.AlreadyConfirmed
        | errors.AlreadyAnswered
        | errors.AlreadySettled,
    ):
        return words.say("Already done")
    if isinstance(error, errors.Outdated):
        return words.say("This has changed meanwhile")
    return words.say("This is not possible now")


def _way_on(error: errors.DomainError, words: Words) -> Button:
    action: Action = ShowHome()
    label = words.say("To the overview")
    if isinstance(error, errors.NotLinked | errors.CodeRefused | errors.JoiningPaused):
        action, label = ShowHelp(), words.say("How to join")
    if isinstance(error, errors.AlreadyDecided):
        action, label = ShowPending(), words.say("What still waits")
    return Button(label, action, Weight.PRIMARY)
