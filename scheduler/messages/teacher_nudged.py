"""To a subject teacher: a pupil asks politely about one work."""

from handlers.replies import Paragraph, Reply, Tone
from handlers.words import Words
from models.queries.wanted import Saying
from models.vocabulary import NoticeKind
from scheduler.messages.certification_due import pending
from scheduler.messages.scene import Scene


def teacher_nudged(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Name the work that the pupil asks about, among those that wait."""
    work = scene.about.works[saying.facts["outcome_id"]]
    asked = words.say(
        "A pupil would like to ask about {course} “{title}”.", course=work.course, title=work.title
    )
    due = scene.worded(NoticeKind.CERTIFICATION_DUE, words)
    return pending(saying, scene, due, Tone.PLAIN, Paragraph(asked))
