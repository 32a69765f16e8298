"""The office settles receipt queries: corrected for the next round, or explained in its words."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import deadlines, doubt_cards, labels
from handlers.actions import CorrectQuery, ExplainQuery, ShowQueries, ShowQuery
from handlers.context import Context
from handlers.office import require_registrar
from handlers.recording import record
from handlers.replies import Block, Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from models.queries import doubts
from models.queries.doubts import Doubt
from models.rules import receipt
from models.rules.questions import LONGEST
from models.vocabulary import QueryState

CLAUSE = "114函 6"


@handles(ShowQueries)
async def show_queries(asked: ShowQueries, context: Context) -> Reply:
    """Show which receipt queries wait, the oldest first."""
    require_registrar(context)
    found = await doubts.waiting(context.session, context.school.id)
    card = doubt_cards.list_card(found, asked.page, context.words)
    return Reply(card.title, (card,))


@handles(ShowQuery)
async def show_query(asked: ShowQuery, context: Context) -> Reply:
    """Show one query: whose it is, what it doubts, and the two ways to settle it."""
    require_registrar(context)
    found = await doubts.own_of_school(context.session, context.school.id, asked.query_id)
    card = _card(found, context)
    return Reply(card.title, (card,))


@handles(CorrectQuery)
async def correct_query(asked: CorrectQuery, context: Context) -> Reply:
    """Keep that the data was corrected and comes with the next round; the pupil is told."""
    return await _settled(asked.query_id, QueryState.CORRECTED, "", context)


@handles(ExplainQuery)
async def explain_query(asked: ExplainQuery, context: Context) -> Reply:
    """Keep why nothing changes, in the office's own words; the pupil is told them."""
    explanation = asked.text.strip()[:LONGEST]
    return await _settled(asked.query_id, QueryState.EXPLAINED, explanation, context)


@after_refusal(CorrectQuery, ExplainQuery)
async def query_now(asked: CorrectQuery | ExplainQuery, context: Context) -> tuple[Card, ...]:
    """Draw the query as it stands, to the registrar only."""
    require_registrar(context)
    found = await doubts.own_of_school(context.session, context.school.id, asked.query_id)
    return (_card(found, context),)


def _card(found: Doubt, context: Context) -> Card:
    answer_by = deadlines.answer_by(context.rulebook, found.query.raised_at)
    return doubt_cards.query_card(found, context.words, answer_by)


async def settle(
    session: AsyncSession,
    school_id: int,
    query_id: int,
    state: QueryState,
    explanation: str,
    *,
    now: datetime,
    by_id: int | None,
) -> Doubt:
    """Settle a query that still waits, and tell its pupil; raises AlreadySettled for any other."""
    found = await doubts.own_of_school(session, school_id, query_id, lock=True)
    receipt.settle(found.query)
    await doubts.settle(session, found.query, state, now, explanation=explanation, by_id=by_id)
    return found


async def _settled(query_id: int, state: QueryState, explanation: str, context: Context) -> Reply:
    require_registrar(context)
    session, school_id = context.session, context.school.id
    found = await settle(
        session,
        school_id,
        query_id,
        state,
        explanation,
        now=context.now,
        by_id=context.person.id,
    )
    await record(
        context,
        "settled query",
        f"query:{found.id}",
        person_id=found.query.person_id,
        clause=CLAUSE,
        state=state.value,
    )
    words = context.words
    left = await doubts.count_waiting(session, school_id)
    blocks: list[Block] = [Paragraph(doubt_cards.about(found, words))]
    if explanation:
        blocks.append(Paragraph(explanation, quiet=True))
    blocks += [
        Paragraph(words.say("The pupil is told.")),
        Paragraph(words.count("{n} query waits", "{n} queries wait", left)),
    ]
    title = words.say("✅ {state}", state=labels.word(state, words))
    buttons = (Button(words.say("See the queries"), ShowQueries(), Weight.PRIMARY),)
    return Reply(title, (Card(title, tuple(blocks), buttons, Tone.DONE),), matters=True)
