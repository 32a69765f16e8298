"""What cannot be selected, and taps on what has changed or was done."""

from handlers.refusals.registry import says
from handlers.words import N_, Words
from models import errors
from models.vocabulary import ItemKind

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


@says(errors.TooManySelected)
def _too_many_selected(error: errors.TooManySelected, words: Words) -> str:
    return words.say(_CAPS[error.kind], cap=error.cap)


@says(errors.NotCertified)
def _not_certified(error: errors.NotCertified, words: Words) -> str:
    return words.say(
        "“{title}” is not certified, and only certified course outcomes can be selected "
        "(directions, point 4(2)1). Send it for certification first.",
        title=error.title,
    )


@says(errors.AlreadyDone)
def _already_done(_: errors.AlreadyDone, words: Words) -> str:
    return words.say("This was done before; nothing more is needed and nothing has changed.")


@says(errors.Outdated)
def _outdated(_: errors.Outdated, words: Words) -> str:
    return words.say(
        "Something changed after that card was drawn, so nothing was done. Here is how it is now."
    )
