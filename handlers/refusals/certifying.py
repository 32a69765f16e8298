"""What cannot be sent, certified, taken back or nudged about."""

from handlers.refusals.registry import says
from handlers.words import N_, Words
from models import errors
from models.vocabulary import CertificationDecision

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


@says(errors.AlreadyDecided)
def _already_decided(error: errors.AlreadyDecided, words: Words) -> str:
    return words.say(
        _DECIDED[CertificationDecision(error.decision), error.by_actor],
        title=error.title,
        name=error.by_name,
        moment=words.moment(error.decided_at),
    )


@says(errors.UndoTooLate)
def _undo_too_late(error: errors.UndoTooLate, words: Words) -> str:
    return words.count(
        "A decision can be taken back for {n} minute, and the pupil has been told by now. "
        "If it was a mistake, please speak to the registrar.",
        "A decision can be taken back for {n} minutes, and the pupil has been told by now. "
        "If it was a mistake, please speak to the registrar.",
        error.minutes,
    )


@says(errors.SelectedMeanwhile)
def _selected_meanwhile(error: errors.SelectedMeanwhile, words: Words) -> str:
    return words.say(
        "The pupil has selected “{title}” in the meantime, so the certification stays. "
        "If it was a mistake, please speak to the registrar.",
        title=error.title,
    )


@says(errors.NotReady)
def _not_ready(error: errors.NotReady, words: Words) -> str:
    return words.say(
        "“{title}” cannot be sent for certification as it is now. "
        "Please upload its file on the school platform first.",
        title=error.title,
    )


@says(errors.NudgedRecently)
def _nudged_recently(error: errors.NudgedRecently, words: Words) -> str:
    return words.say(
        "A reminder went out a short while ago. The next one can go from {moment} on.",
        moment=words.moment(error.next_at),
    )


@says(errors.NothingToAppeal)
def _nothing_to_appeal(_: errors.NothingToAppeal, words: Words) -> str:
    return words.say(
        "This work was not returned, and its teacher still has time to certify it, so there is "
        "nothing to appeal against."
    )


@says(errors.AlreadyAppealed)
def _already_appealed(error: errors.AlreadyAppealed, words: Words) -> str:
    return words.say(
        "You raised this on {moment}. The school looks into it once and tells you what came of it.",
        moment=words.moment(error.raised_at),
    )


@says(errors.NobodyToNudge)
def _nobody_to_nudge(_: errors.NobodyToNudge, words: Words) -> str:
    return words.say("Everybody has decided, so there is nobody to remind.")
