"""To a subject teacher: works wait for certification, and until when that is possible."""

from handlers import deadlines
from handlers.actions import ShowListToCertify, ShowPending
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import N_, Words
from models.queries.wanted import Saying
from scheduler.messages import phrases
from scheduler.messages.scene import Scene

OTHERWISE = N_("A work that is not certified by then cannot be selected by its pupil.")


def certification_due(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say how many works wait, until when, what certifying means, and what happens otherwise."""
    return pending(saying, scene, words, Tone.DUE)


def pending(saying: Saying, scene: Scene, words: Words, tone: Tone, *before: Paragraph) -> Reply:
    """Draw the works that wait for a teacher as one card, with what is to be said first."""
    window = scene.window_of(saying)
    title = words.count(
        "{n} work waits for your certification, until {deadline} ({left})",
        "{n} works wait for your certification, the first until {deadline} ({left})",
        scene.about.pending.get(saying.person_id, 0),
        deadline=words.deadline(window.closes_at),
        left=words.left(window.closes_at, scene.now),
    )
    blocks = (
        *before,
        *_limit(scene, words),
        Paragraph(words.say(OTHERWISE)),
        Paragraph(words.say(phrases.MEANING), quiet=True),
    )
    buttons = (
        Button(words.say("One by one"), ShowPending(), Weight.PRIMARY),
        Button(words.say("See the list, then all"), ShowListToCertify()),
        phrases.done_elsewhere(words, window),
        *phrases.later(words, window, scene.now),
    )
    return Reply(title, (Card(title, blocks, buttons, tone),))


def _limit(scene: Scene, words: Words) -> list[Paragraph]:
    """Say within how many days the school's rules want a work to be certified or returned."""
    limit = scene.rulebook.certify_within
    if limit is None:
        return []
    said = words.say(
        "By the school's rules a work is certified or returned within {span} of being sent "
        "({clause}).",
        span=deadlines.within(words, limit.within),
        clause=limit.clause,
    )
    return [Paragraph(said)]
