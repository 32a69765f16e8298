"""Messages to the school: what another person does, and what changed meanwhile."""

from handlers.refusals.registry import says
from handlers.words import N_, Words
from models import errors
from models.vocabulary import AnnouncementState

_STATES = {
    AnnouncementState.DRAFT: N_("It is being written again: there is nothing to decide yet."),
    AnnouncementState.ASKED: N_("It waits for approval now."),
    AnnouncementState.SENT_BACK: N_("It was sent back to be changed."),
    AnnouncementState.APPROVED: N_("It was approved already, and once is enough."),
    AnnouncementState.LEAVING: N_("It has begun to leave: it can only be stopped now."),
    AnnouncementState.STOPPED: N_("It was stopped."),
}


@says(errors.AnnouncementMovedOn)
def _moved_on(error: errors.AnnouncementMovedOn, words: Words) -> str:
    now = words.say(_STATES[error.state])
    return words.say("Somebody was quicker with this message. {now}", now=now)


@says(errors.AnnouncementChanged)
def _changed(_error: errors.AnnouncementChanged, words: Words) -> str:
    return words.say(
        "The message was changed after you opened the page, so nothing was done. Please look at it "
        "as it is now."
    )


@says(errors.NotTheAuthor)
def _not_the_author(_error: errors.NotTheAuthor, words: Words) -> str:
    return words.say(
        "Only who wrote this message asks for its approval. If you change it, it is yours."
    )


@says(errors.SecondPersonNeeded)
def _second_person(_error: errors.SecondPersonNeeded, words: Words) -> str:
    return words.say(
        "You wrote this message yourself: another registrar has to look at it before it leaves."
    )


@says(errors.AnnouncementAuthorGone)
def _author_gone(_error: errors.AnnouncementAuthorGone, words: Words) -> str:
    return words.say(
        "Who wrote this message is no registrar any more, so it cannot be approved. Take it over "
        "by changing it, and ask somebody else."
    )
