"""To a subject teacher, on digest mornings: pupils have sent works for certification."""

from handlers.replies import Reply, Tone
from handlers.words import Words
from models.queries.wanted import Saying
from models.vocabulary import NoticeKind
from scheduler.messages.certification_due import pending
from scheduler.messages.scene import Scene


def certification_requested(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say how many works wait; one card for all requests since the last morning."""
    due = scene.worded(NoticeKind.CERTIFICATION_DUE, words)
    return pending(saying, scene, due, Tone.PLAIN)
