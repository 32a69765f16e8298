"""What a window, a deadline or a reminder does not allow now."""

from handlers import labels
from handlers.refusals.registry import says
from handlers.words import N_, Words
from models import errors
from models.vocabulary import Stage

_CLOSED = N_(
    "{stage} ended on {deadline}, so nothing can be changed any more. "
    "If something came up, please speak to the homeroom teacher or the registrar."
)
_CLOSED_FOR_TEACHERS = N_(
    "{stage} ended on {deadline}, so nothing can be changed any more. "
    "If something came up, please speak to the registrar."
)


@says(errors.WindowClosed)
def _window_closed(error: errors.WindowClosed, words: Words) -> str:
    sentence = _CLOSED_FOR_TEACHERS if error.stage is Stage.CERTIFICATION else _CLOSED
    return words.say(
        sentence,
        stage=labels.stage(error.stage, words),
        deadline=words.deadline(error.closed_at),
    )


@says(errors.WindowNotOpen)
def _window_not_open(error: errors.WindowNotOpen, words: Words) -> str:
    stage = labels.stage(error.stage, words)
    if error.opens_at is None:
        return words.say("{stage} is not open now, and no date is set yet.", stage=stage)
    return words.say(
        "{stage} opens on {moment}. It can be done from then on.",
        stage=stage,
        moment=words.moment(error.opens_at),
    )


@says(errors.SnoozedTooFar)
def _snoozed_too_far(error: errors.SnoozedTooFar, words: Words) -> str:
    return words.say(
        "This closes on {deadline}, before the next morning a reminder could come, so it is not "
        "put off.",
        deadline=words.deadline(error.closes_at),
    )


@says(errors.StaysRequired)
def _stays_required(error: errors.StaysRequired, words: Words) -> str:
    return words.say(
        "{stage}: these reminders stay, because silence has an effect there (K12EA letter of "
        "2025, point 6). They end as soon as you have answered.",
        stage=labels.stage(error.stage, words),
    )


@says(errors.NothingReminded)
def _nothing_reminded(_: errors.NothingReminded, words: Words) -> str:
    return words.say(
        "No reminder about something that is still open was sent to you, so there is nothing to "
        "put off."
    )


@says(errors.ExtensionTooLate)
def _extension_too_late(error: errors.ExtensionTooLate, words: Words) -> str:
    return words.say(
        "An extension may end on {deadline} at the latest, by {clause}.",
        deadline=words.deadline(error.latest),
        clause=error.clause,
    )


@says(errors.ExtensionTooShort)
def _extension_too_short(error: errors.ExtensionTooShort, words: Words) -> str:
    return words.say(
        "An extension must end after {deadline}; otherwise it gives no more time.",
        deadline=words.deadline(error.closes_at),
    )


@says(errors.ExtensionInUse)
def _extension_in_use(_: errors.ExtensionInUse, words: Words) -> str:
    return words.say(
        "The window is over for everybody else, so the extra time may have been used already and "
        "cannot be taken back. To end it sooner, give the same people another date."
    )
