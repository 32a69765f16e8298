"""The office's queue of questions: list, open, and answer by typing 回覆, the number, the words."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import labels
from handlers.actions import (
    AnswerQuestion,
    ShowHome,
    ShowQuestion,
    ShowQuestions,
)
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.words import Words
from models.errors import AlreadyAnswered, NotYours
from models.queries import notices, questions
from models.queries.questions import Asked
from models.rules.questions import LONGEST
from models.tables import Question
from models.vocabulary import Duty, NoticeKind, QuestionState

A_PAGE = 8
_LONGEST_ENTRY = 60


@handles(ShowQuestions)
async def show_questions(asked: ShowQuestions, context: Context) -> Reply:
    """Show what waits for an answer, the oldest first."""
    _require_registrar(context)
    found = await questions.waiting(context.session, context.school.id)
    words = context.words
    title = words.count("{n} question waits", "{n} questions wait", len(found))
    card = _list_card(title, found, asked.page, context)
    return Reply(title, (card,))


@handles(ShowQuestion)
async def show_question(asked: ShowQuestion, context: Context) -> Reply:
    """Show one question in full, who asks it, and how to answer."""
    _require_registrar(context)
    found = await questions.own_of_school(context.session, context.school.id, asked.question_id)
    card = _question_card(found, context)
    return Reply(card.title, (card,))


@handles(AnswerQuestion)
async def answer_question(asked: AnswerQuestion, context: Context) -> Reply:
    """Keep the office's answer and tell whoever asked; the first answer stays."""
    _require_registrar(context)
    session, school_id = context.session, context.school.id
    row = await keep_answer(
        session,
        school_id,
        asked.question_id,
        asked.text,
        now=context.now,
        by_id=context.person.id,
    )
    await record(context, "answered question", f"question:{row.id}", person_id=row.person_id)
    words = context.words
    title = words.say("✅ Answered: question {number}", number=row.id)
    left = await questions.count_waiting(session, school_id)
    blocks = (
        Paragraph(row.wording, quiet=True),
        Paragraph(row.answer),
        Paragraph(words.count("{n} question waits", "{n} questions wait", left)),
    )
    buttons = (Button(words.say("See the questions"), ShowQuestions(), Weight.PRIMARY),)
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),), matters=True)


async def keep_answer(
    session: AsyncSession,
    school_id: int,
    question_id: int,
    text: str,
    *,
    now: datetime,
    by_id: int | None,
) -> Question:
    """Keep an answer and tell whoever asked; raises AlreadyAnswered where there is one."""
    found = await questions.own_of_school(session, school_id, question_id, lock=True)
    row = found.question
    if row.answered_at is not None:
        raise AlreadyAnswered(row.answered_at)
    row.answer, row.state = text.strip()[:LONGEST], QuestionState.ANSWERED
    row.answered_at, row.answered_by_id = now, by_id
    await session.flush()
    await notices.tell(
        session,
        school_id=school_id,
        person_id=row.person_id,
        kind=NoticeKind.QUESTION_ANSWERED,
        occasion=f"question-answered/{row.id}",
        now=now,
        facts={"question_id": row.id},
    )
    return row


@after_refusal(AnswerQuestion)
async def question_now(asked: AnswerQuestion, context: Context) -> tuple[Card, ...]:
    """Draw the question as it stands, to the registrar only."""
    _require_registrar(context)
    found = await questions.own_of_school(context.session, context.school.id, asked.question_id)
    return (_question_card(found, context),)


def _require_registrar(context: Context) -> None:
    if context.person.departed or Duty.REGISTRAR not in context.duties:
        raise NotYours


def _list_card(title: str, found: Sequence[Asked], page: int, context: Context) -> Card:
    words = context.words
    home = Button(words.say("To the overview"), ShowHome(), Weight.QUIET)
    if not found:
        return Card(
            words.say("Questions"),
            (
                Paragraph(
                    words.say("No question waits."),
                ),
            ),
            (home,),
        )
    page = min(page, (len(found) - 1) // A_PAGE)
    entries = tuple(_entry(one, context) for one in found[page * A_PAGE : (page + 1) * A_PAGE])
    buttons = []
    if (page + 1) * A_PAGE < len(found):
        buttons.append(Button(words.say("Next page"), ShowQuestions(page + 1)))
    if page:
        buttons.append(Button(words.say("Previous page"), ShowQuestions(page - 1)))
    return Card(title, entries, (*buttons, home), Tone.DUE)


def _entry(asked: Asked, context: Context) -> Entry:
    words, row = context.words, asked.question
    return Entry(
        words.say("No. {number}: {who}", number=row.id, who=who(asked, context.words)),
        _short(row.wording),
        words.moment(row.asked_at),
        button=Button(words.say("Open"), ShowQuestion(row.id)),
    )


def _question_card(asked: Asked, context: Context) -> Card:
    words, row = context.words, asked.question
    blocks: list[Block] = [
        Fact(words.say("Asked by"), who(asked, context.words)),
        Fact(words.say("Asked on"), words.moment(row.asked_at)),
        Paragraph(row.wording),
    ]
    if row.answered_at is not None:
        blocks += [
            Fact(words.say("Answered"), words.moment(row.answered_at)),
            Paragraph(row.answer),
        ]
    else:
        how = words.say("To answer, type: answer {number} and your words", number=row.id)
        blocks.append(Paragraph(how, quiet=True))
    title = words.say("Question {number}", number=row.id)
    buttons = (Button(words.say("See the questions"), ShowQuestions(), Weight.PRIMARY),)
    return Card(title, tuple(blocks), buttons)


def who(asked: Asked, words: Words) -> str:
    """Return where somebody sits, and the name; staff sit nowhere."""
    if not asked.class_name:
        return asked.name
    return f"{labels.seat(asked.class_name, asked.seat, words)} {asked.name}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_ENTRY else f"{text[: _LONGEST_ENTRY - 1]}…"
