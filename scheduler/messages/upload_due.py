"""To a pupil: the upload of course outcomes closes; whether to upload is the pupil's choice."""

from handlers import labels
from handlers.actions import DecideUpload, ShowHome, ShowItem, ShowStatus
from handlers.data_time import data_line
from handlers.replies import Block, Button, Card, Entry, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.spoken import Work
from models.queries.wanted import Saying
from models.rules.taipei import last_moment
from scheduler.messages import phrases
from scheduler.messages.scene import Scene

_MOST_NAMED = 5


def upload_due(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say which works are not sent for certification yet, until when, and what happens then."""
    window = scene.window_of(saying)
    unsent = scene.about.unsent.get((saying.person_id, window.id), [])
    title = phrases.closing(words, window, scene.now)
    blocks: list[Block] = []
    if unsent:
        blocks.append(
            Paragraph(
                words.count(
                    "One work has not been sent for certification yet:",
                    "{n} works have not been sent for certification yet:",
                    len(unsent),
                )
            )
        )
    blocks += [_entry(work, words) for work in unsent[:_MOST_NAMED]]
    blocks.append(Paragraph(words.say(phrases.CHOICE)))
    blocks += data_line(words, scene.data_at)
    buttons = (
        *_buttons(window.term.id, unsent, words),
        phrases.done_elsewhere(words, window),
        *phrases.later(words, window, scene.now),
    )
    card = Card(title, tuple(blocks), buttons, Tone.DUE, last_moment(window.closes_at))
    return Reply(phrases.alarm(title), (card,))


def _entry(work: Work, words: Words) -> Entry:
    return Entry(
        title=work.title,
        detail=work.course,
        state=labels.word(work.state, words),
        button=Button(words.say("See this work"), ShowItem(work.id)),
    )


def _buttons(term_id: int, unsent: list[Work], words: Words) -> tuple[Button, ...]:
    decide = (
        Button(words.say("I uploaded all I want"), DecideUpload(term_id, 0), Weight.QUIET)
        if unsent
        else Button(words.say("Nothing this term"), DecideUpload(term_id, 1), Weight.QUIET)
    )
    return (
        Button(words.say("See my works"), ShowStatus(), Weight.PRIMARY),
        decide,
        Button(words.say("Home"), ShowHome(), Weight.QUIET),
    )
