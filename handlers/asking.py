"""Answers what is asked in plain words: the right card, the school's rule, or the office's queue.

Only what looks like a question from somebody linked reaches the office, a few a day; small talk
gets the overview.
"""

from handlers import router
from handlers.actions import Action, AskQuestion, ShowHome
from handlers.context import Context
from handlers.folding import fold
from handlers.knowledge import Topic, topic_of
from handlers.queueing import tell_office
from handlers.recording import record
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from handlers.rule_answers import answer_card
from models.queries import questions
from models.rules.questions import LONGEST, day_began, looks_like_question, require_room
from models.vocabulary import Duty

TO_THE_OFFICE = ("問註冊組", "請問註冊組", "轉註冊組", "asktheoffice")
"""Words at the beginning that pass a question on, whatever the bot could say itself."""


@handles(AskQuestion)
async def ask_question(asked: AskQuestion, context: Context) -> Reply:
    """Answer with a card or a rule; pass on to the office what looks like a question."""
    if context.actor is None:
        return await _opened(ShowHome(), context)
    if is_for_the_office(asked.text):
        return await _passed_on(asked.text, context)
    topic = topic_of(asked.text)
    if topic is not None:
        return await _answered(topic, context)
    if Duty.REGISTRAR in context.duties or not looks_like_question(asked.text):
        return await _opened(ShowHome(), context)
    return await _passed_on(asked.text, context)


def is_for_the_office(text: str) -> bool:
    """Say whether a text begins with the words that pass it on, and says something after them."""
    plain = fold(text)
    return any(plain.startswith(lead) and plain != lead for lead in TO_THE_OFFICE)


async def _answered(topic: Topic, context: Context) -> Reply:
    if not topic.answer:
        return await _opened(topic.opens or ShowHome(), context)
    card = await answer_card(topic, context)
    return Reply(card.title, (card,))


async def _opened(action: Action, context: Context) -> Reply:
    """Answer as if the card had been tapped."""
    return await router.handlers()[type(action)](action, context)


async def _passed_on(text: str, context: Context) -> Reply:
    """Keep a question for the office, once, and say that it is there."""
    session, person = context.session, context.person
    wording = " ".join(text.split())[:LONGEST]
    if not await questions.is_waiting(session, person.id, wording):
        today = await questions.asked_since(session, person.id, day_began(context.now))
        require_room(today, context.now)
        row = await questions.leave(session, person, context.account, wording, context.now)
        await record(context, "asked the office", f"question:{row.id}")
        await tell_office(context)
    words = context.words
    title = words.say("Your question is with the registrar")
    said = words.say(
        "I cannot answer this myself, so I passed it on. The answer comes here, in this chat."
    )
    blocks = (Paragraph(wording, quiet=True), Paragraph(said))
    home = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    return Reply(title, (Card(title, blocks, (home,), Tone.DONE),))
