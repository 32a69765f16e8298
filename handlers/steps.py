"""Words for the steps of a work's life, and how a work is named on a card."""

from handlers import labels
from handlers.replies import Tone
from handlers.words import N_, Words
from models.rules.lifecycle import Step
from models.vocabulary import PerformanceKind

STEPS: dict[Step, str] = {
    Step.DRAFT: N_("Draft"),
    Step.UPLOADED: N_("Uploaded, not sent for certification yet"),
    Step.AWAITING: N_("Waiting for certification"),
    Step.RETURNED: N_("Returned"),
    Step.CERTIFIED: N_("Certified, not selected"),
    Step.RECORDED: N_("Recorded, not selected"),
    Step.SELECTED: N_("Selected"),
    Step.SUBMITTED: N_("Submitted"),
    Step.RECEIPT_OPEN: N_("Submitted, receipt to be checked"),
    Step.CONFIRMED: N_("Receipt confirmed"),
    Step.DEEMED_CONFIRMED: N_("Deemed confirmed"),
    Step.QUERIED: N_("Query is being looked into"),
    Step.CORRECTED: N_("Query: corrected in a later round"),
    Step.EXPLAINED: N_("Query: explained"),
}
"""The msgid of every step; where a step says what a state says, the words are the same."""

_DUE = frozenset({Step.UPLOADED, Step.RETURNED, Step.RECEIPT_OPEN})
_DONE = frozenset({Step.SELECTED, Step.SUBMITTED, Step.CONFIRMED, Step.DEEMED_CONFIRMED})


def word(step: Step, words: Words) -> str:
    """Return how people read a step."""
    return words.say(STEPS[step])


def tone(step: Step) -> Tone:
    """Return the tone of a step: due where the pupil can do something about it."""
    if step in _DUE:
        return Tone.DUE
    return Tone.DONE if step in _DONE else Tone.PLAIN


def about(of: str | PerformanceKind, words: Words) -> str:
    """Return a course's name, or the name of a kind of performance."""
    return labels.word(of, words) if isinstance(of, PerformanceKind) else of


def named(of: str | PerformanceKind, title: str, words: Words) -> str:
    """Return a work as cards name it: 物理「斜面實驗報告」."""
    return words.say("{about} “{title}”", about=about(of, words), title=title)


def listed(names: list[str], words: Words, *, most: int = 3) -> str:
    """Return names in one line, the first few only; an ellipsis stands for the rest."""
    line = words.say(", ").join(names[:most])
    return line if len(names) <= most else words.say("{names} …", names=line)
