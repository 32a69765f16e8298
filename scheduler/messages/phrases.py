"""What several messages say in the same words: until when, and how much time is left."""

from datetime import datetime

from handlers import deadlines
from handlers.actions import SayDone, Snooze
from handlers.replies import Button, Paragraph, Weight
from handlers.words import N_, Words
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rules.taipei import days_left
from scheduler.messages.scene import Scene

CHOICE = N_(
    "Whether you upload is your choice. After that day nothing can be uploaded for this term "
    "any more."
)
MEANING = N_(
    "Certifying says only that the pupil made this work in this course; it is not about marks "
    "or quality (K12EA letter of 2025, point 2)."
)


def closing(words: Words, window: TermWindow, now: datetime) -> str:
    """Return what closes when, the date within the first forty characters."""
    return closing_of(words, deadlines.name_of(words, window), window.closes_at, now)


def closing_of(words: Words, name: str, closes_at: datetime, now: datetime) -> str:
    """Return that something closes: today at an hour, or on a day with the days left."""
    days = days_left(closes_at, now)
    if days <= 0:
        return words.say(
            "{name} closes today at {hour}", name=name, hour=words.hour_of_deadline(closes_at)
        )
    return words.say(
        "{name} closes {deadline}, {left}",
        name=name,
        deadline=words.deadline(closes_at),
        left=words.count("{n} day left", "{n} days left", days),
    )


def alarm(title: str) -> str:
    """Return the line of a notification that is about a deadline."""
    return f"⏰ {title}"


def later(words: Words, window: TermWindow, now: datetime) -> tuple[Button, ...]:
    """Return the button that puts a reminder off until tomorrow; none on the last day."""
    if days_left(window.closes_at, now) <= 0:
        return ()
    return (Button(words.say("Remind me tomorrow"), Snooze(window.id), Weight.QUIET),)


def done_elsewhere(words: Words, window: TermWindow) -> Button:
    """Return the button that says that this was done on the platform already."""
    return Button(words.say("Done on the platform"), SayDone(window.id), Weight.QUIET)


def answers_query(saying: Saying, scene: Scene, words: Words) -> tuple[Paragraph, ...]:
    """Return that this round answers the query of the one before; nothing where none was put right.

    `saying` is about a receipt window.
    """
    if (saying.person_id, saying.window_id) not in scene.about.doubted:
        return ()
    return (
        Paragraph(
            words.say(
                "It answers your query about the round before: please see whether it is right now."
            )
        ),
    )
