"""What a person is told who may not do something now: one sentence a reason, with its clause.

No scolding: the sentence says what holds, since when, and what can be done instead.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from handlers import labels
from handlers.actions import Action, ShowHelp, ShowHome, ShowPending
from handlers.context import Context
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import N_, Words
from models import errors
from models.vocabulary import CertificationDecision, ItemKind, Stage

E = TypeVar("E", bound=errors.DomainError)
Sentence = Callable[[Any, Words], str]

_SENTENCES: dict[type[errors.DomainError], Sentence] = {}

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


def sentence(error: errors.DomainError, words: Words) -> str:
    """Return the sentence for a refusal; raises KeyError for a class that has none."""
    return _SENTENCES[type(error)](error, words)


def spoken() -> frozenset[type[errors.DomainError]]:
    """Return the refusals that have a sentence."""
    return frozenset(_SENTENCES)


def title_of(error: errors.DomainError, words: Words) -> str:
    """Return the heading of a refusal: softer where the thing was simply done before."""
    if isinstance(
        error,
        errors.AlreadyDone
        | errors.AlreadyDecided
        | errors.AlreadyConfirmed
        | errors.AlreadyAnswered,
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


def _says(kind: type[E]) -> Callable[[Callable[[E, Words], str]], Callable[[E, Words], str]]:
    def register(function: Callable[[E, Words], str]) -> Callable[[E, Words], str]:
        _SENTENCES[kind] = function
        return function

    return register


@_says(errors.NotLinked)
def _not_linked(_: errors.NotLinked, words: Words) -> str:
    return words.say(
        "This chat is not linked to anybody at the school yet. "
        "Please type the joining code that the school gave you."
    )


@_says(errors.NotYours)
def _not_yours(_: errors.NotYours, words: Words) -> str:
    return words.say(
        "This is not here, or it is not for this account. "
        "If you think it should be, please ask the registrar."
    )


@_says(errors.NotInGroup)
def _not_in_group(_: errors.NotInGroup, words: Words) -> str:
    return words.say(
        "Names and works are not shown in a group. Please open the chat with me and ask there."
    )


_CLOSED = N_(
    "{stage} ended on {deadline}, so nothing can be changed any more. "
    "If something came up, please speak to the homeroom teacher or the registrar."
)
_CLOSED_FOR_TEACHERS = N_(
    "{stage} ended on {deadline}, so nothing can be changed any more. "
    "If something came up, please speak to the registrar."
)


@_says(errors.WindowClosed)
def _window_closed(error: errors.WindowClosed, words: Words) -> str:
    sentence = _CLOSED_FOR_TEACHERS if error.stage is Stage.CERTIFICATION else _CLOSED
    return words.say(
        sentence,
        stage=labels.stage(error.stage, words),
        deadline=words.deadline(error.closed_at),
    )


@_says(errors.WindowNotOpen)
def _window_not_open(error: errors.WindowNotOpen, words: Words) -> str:
    stage = labels.stage(error.stage, words)
    if error.opens_at is None:
        return words.say("{stage} is not open now, and no date is set yet.", stage=stage)
    return words.say(
        "{stage} opens on {moment}. It can be done from then on.",
        stage=stage,
        moment=words.moment(error.opens_at),
    )


_CAPS = {
    ItemKind.OUTCOME: N_(
        "At most {cap} course outcomes can be selected (directions, point 4(2)2), and all {cap} "
        "places are taken. Take one out first, then select this one."
    ),
    ItemKind.PERFORMANCE: N_(
        "At most {cap} diverse performances can be selected (directions, point 4(3)2), and all "
        "{cap} places are taken. Take one out first, then select this one."
    ),
}


@_says(errors.TooManySelected)
def _too_many_selected(error: errors.TooManySelected, words: Words) -> str:
    return words.say(_CAPS[error.kind], cap=error.cap)


@_says(errors.NotCertified)
def _not_certified(error: errors.NotCertified, words: Words) -> str:
    return words.say(
        "“{title}” is not certified, and only certified course outcomes can be selected "
        "(directions, point 4(2)1). Send it for certification first.",
        title=error.title,
    )


@_says(errors.AlreadyDone)
def _already_done(_: errors.AlreadyDone, words: Words) -> str:
    return words.say("This was done before; nothing more is needed and nothing has changed.")


_DECIDED = {
    (CertificationDecision.CERTIFIED, True): N_(
        "You certified “{title}” on {moment}; there is no need to tap again."
    ),
    (CertificationDecision.CERTIFIED, False): N_(
        "“{title}” was certified by {name} on {moment}; nothing has changed."
    ),
    (CertificationDecision.RETURNED, True): N_(
        "You returned “{title}” on {moment}; there is no need to tap again."
    ),
    (CertificationDecision.RETURNED, False): N_(
        "“{title}” was returned by {name} on {moment}; nothing has changed."
    ),
}


@_says(errors.AlreadyDecided)
def _already_decided(error: errors.AlreadyDecided, words: Words) -> str:
    return words.say(
        _DECIDED[CertificationDecision(error.decision), error.by_actor],
        title=error.title,
        name=error.by_name,
        moment=words.moment(error.decided_at),
    )


@_says(errors.Outdated)
def _outdated(_: errors.Outdated, words: Words) -> str:
    return words.say(
        "Something changed after that card was drawn, so nothing was done. Here is how it is now."
    )


@_says(errors.UndoTooLate)
def _undo_too_late(error: errors.UndoTooLate, words: Words) -> str:
    return words.count(
        "A decision can be taken back for {n} minute, and the pupil has been told by now. "
        "If it was a mistake, please speak to the registrar.",
        "A decision can be taken back for {n} minutes, and the pupil has been told by now. "
        "If it was a mistake, please speak to the registrar.",
        error.minutes,
    )


@_says(errors.SelectedMeanwhile)
def _selected_meanwhile(error: errors.SelectedMeanwhile, words: Words) -> str:
    return words.say(
        "The pupil has selected “{title}” in the meantime, so the certification stays. "
        "If it was a mistake, please speak to the registrar.",
        title=error.title,
    )


@_says(errors.NotReady)
def _not_ready(error: errors.NotReady, words: Words) -> str:
    return words.say(
        "“{title}” cannot be sent for certification as it is now. "
        "Please upload its file on the school platform first.",
        title=error.title,
    )


@_says(errors.NudgedRecently)
def _nudged_recently(error: errors.NudgedRecently, words: Words) -> str:
    return words.say(
        "A reminder went out a short while ago. The next one can go from {moment} on.",
        moment=words.moment(error.next_at),
    )


@_says(errors.NobodyToNudge)
def _nobody_to_nudge(_: errors.NobodyToNudge, words: Words) -> str:
    return words.say("Everybody has decided, so there is nobody to remind.")


@_says(errors.NotAQuery)
def _not_a_query(error: errors.NotAQuery, words: Words) -> str:
    return words.say(
        "The receipt statement is for checking whether what was submitted is what you uploaded. "
        "It cannot be opened again to improve a work ({clause}). "
        "If something really differs, please choose one of the other reasons.",
        clause=error.clause,
    )


@_says(errors.AlreadyConfirmed)
def _already_confirmed(error: errors.AlreadyConfirmed, words: Words) -> str:
    return words.say(
        "The receipt statement was confirmed on {moment}; nothing more is needed.",
        moment=words.moment(error.confirmed_at),
    )


@_says(errors.CodeRefused)
def _code_refused(_: errors.CodeRefused, words: Words) -> str:
    return words.say(
        "This joining code cannot be used. Please check each character. A code is good once, until "
        "the day on the sheet, and a newer sheet replaces the earlier one. The homeroom teacher or "
        "the registrar can give you a new one."
    )


_PAUSED_CHAT = N_(
    "Several codes in a row were not right, so this chat can try again from {moment} on. The code "
    "on the sheet stays good: please type it then, sign by sign."
)
_PAUSED_SCHOOL = N_(
    "Many wrong joining codes are being typed at this school, so nobody can join until {moment}. "
    "Your code stays good: please type it again after that."
)


def _whole_minute(at: datetime) -> datetime:
    """Return the first whole minute from an instant on: before it, a try would be too early."""
    over = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at - over + timedelta(minutes=1) if over else at


@_says(errors.JoiningPaused)
def _joining_paused(error: errors.JoiningPaused, words: Words) -> str:
    sentence = _PAUSED_SCHOOL if error.at_school else _PAUSED_CHAT
    return words.say(sentence, moment=words.moment(_whole_minute(error.until)))


@_says(errors.AlreadyLinked)
def _already_linked(_: errors.AlreadyLinked, words: Words) -> str:
    return words.say(
        "This chat is linked to somebody already. To link it to another person, "
        "type “unlink” first and then send the code again."
    )


@_says(errors.SnoozedTooFar)
def _snoozed_too_far(error: errors.SnoozedTooFar, words: Words) -> str:
    return words.say(
        "This closes on {deadline}, before the next morning a reminder could come, so it is not "
        "put off.",
        deadline=words.deadline(error.closes_at),
    )


@_says(errors.StaysRequired)
def _stays_required(error: errors.StaysRequired, words: Words) -> str:
    return words.say(
        "{stage}: these reminders stay, because silence has an effect there (K12EA letter of "
        "2025, point 6). They end as soon as you have answered.",
        stage=labels.stage(error.stage, words),
    )


@_says(errors.NothingReminded)
def _nothing_reminded(_: errors.NothingReminded, words: Words) -> str:
    return words.say(
        "No reminder about something that is still open was sent to you, so there is nothing to "
        "put off."
    )


@_says(errors.ExtensionTooShort)
def _extension_too_short(error: errors.ExtensionTooShort, words: Words) -> str:
    return words.say(
        "An extension must end after {deadline}; otherwise it gives no more time.",
        deadline=words.deadline(error.closes_at),
    )


@_says(errors.TooManyQuestions)
def _too_many_questions(error: errors.TooManyQuestions, words: Words) -> str:
    return words.count(
        "The office gets at most {n} question a day from one person, so this one was not passed "
        "on. From {moment} on you can ask again.",
        "The office gets at most {n} questions a day from one person, so this one was not passed "
        "on. From {moment} on you can ask again.",
        error.at_most,
        moment=words.moment(error.again_at),
    )


@_says(errors.AlreadyAnswered)
def _already_answered(error: errors.AlreadyAnswered, words: Words) -> str:
    return words.say(
        "This question was answered on {moment}; the first answer stays.",
        moment=words.moment(error.answered_at),
    )
