"""To the registrar, on a school morning: queries, questions and appeals wait for the office."""

from handlers.actions import ShowQueries, ShowQuestions, ShowSchool
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.words import Words
from models.queries.spoken import InQueue
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def office_digest(_saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say how many of each wait, and that each gets an answer; no name, no wording."""
    queue = scene.about.queue
    what = words.say(", ").join(_counted(queue, words))
    title = words.say("Good day. Waiting for the office: {what}", what=what)
    promise = words.say("The school looks into every query, question and appeal, and answers.")
    blocks = [Paragraph(promise, quiet=True)]
    if queue.appeals:
        blocks.insert(0, Paragraph(words.say("Appeals are answered in the console.")))
    return Reply(title, (Card(title, tuple(blocks), _buttons(queue, words), Tone.DUE),))


def _counted(queue: InQueue, words: Words) -> list[str]:
    counted = []
    if queue.queries:
        counted.append(words.count("{n} receipt query", "{n} receipt queries", queue.queries))
    if queue.questions:
        counted.append(words.count("{n} typed question", "{n} typed questions", queue.questions))
    if queue.appeals:
        counted.append(words.count("{n} appeal", "{n} appeals", queue.appeals))
    return counted


def _buttons(queue: InQueue, words: Words) -> tuple[Button, ...]:
    """Return the ways to what waits, the first standing out."""
    to_queries = Button(words.say("See the queries"), ShowQueries(), Weight.PRIMARY)
    weight = Weight.SECONDARY if queue.queries else Weight.PRIMARY
    to_questions = Button(words.say("See the questions"), ShowQuestions(), weight)
    return (
        *((to_queries,) if queue.queries else ()),
        *((to_questions,) if queue.questions else ()),
        Button(words.say("The school at a glance"), ShowSchool(), Weight.QUIET),
    )
