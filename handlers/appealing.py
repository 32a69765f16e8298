"""A pupil appeals: a work was returned, or nobody certified it in time (114函 point 2(三))."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import appeal_cards
from handlers.actions import AppealInWords, AskToAppeal, RaiseAppeal
from handlers.context import Context
from handlers.queueing import tell_office
from handlers.recording import record
from handlers.replies import Card, Reply
from handlers.router import after_refusal, handles
from handlers.status import item_card
from models.queries import appeals, items
from models.queries.appeals import Appealed
from models.queries.items import OwnOutcome
from models.rules import appeals as rule
from models.tables import Appeal
from models.vocabulary import AppealState

CLAUSE = "114函 2(三)"


@handles(AskToAppeal)
async def ask_to_appeal(asked: AskToAppeal, context: Context) -> Reply:
    """Show what an appeal about this work is, who answers it and by when, before it is raised."""
    own = await items.own(context.session, context.person, asked.outcome_id)
    await _require_appealable(own, context)
    card = appeal_cards.asking(own, context)
    return Reply(card.title, (card,))


@handles(RaiseAppeal)
async def raise_appeal(asked: RaiseAppeal, context: Context) -> Reply:
    """Raise the appeal once, and tell the registrar; the school answers in this chat."""
    own = await items.own(context.session, context.person, asked.outcome_id, lock=True)
    return await _raised(own, "", context)


@handles(AppealInWords)
async def appeal_in_words(asked: AppealInWords, context: Context) -> Reply:
    """Raise the appeal with the pupil's own words, or add them to the one that waits."""
    own = await items.own(context.session, context.person, asked.outcome_id, lock=True)
    text = asked.text.strip()[: rule.LONGEST]
    waiting = await appeals.last_about(context.session, own.id)
    if waiting is None or waiting.state is not AppealState.OPEN:
        return await _raised(own, text, context)
    waiting.wording = f"{waiting.wording}\n{text}".strip()[: rule.LONGEST]
    await context.session.flush()
    await record(context, "added to appeal", f"appeal:{waiting.id}", clause=CLAUSE)
    return appeal_cards.raised(own, waiting, context)


@after_refusal(AskToAppeal, RaiseAppeal, AppealInWords)
async def fresh_item(
    asked: AskToAppeal | RaiseAppeal | AppealInWords, context: Context
) -> tuple[Card, ...]:
    """Draw the work as it is now, with what came of an earlier appeal."""
    return (await item_card(asked.outcome_id, context),)


async def settle(
    session: AsyncSession,
    school_id: int,
    appeal_id: int,
    state: AppealState,
    explanation: str,
    *,
    now: datetime,
    by_id: int | None,
) -> Appealed:
    """Answer an appeal that still waits, and tell its pupil; raises AlreadySettled for others."""
    found = await appeals.own_of_school(session, school_id, appeal_id, lock=True)
    row = found.appeal
    rule.settle(row.state, row.settled_at, row.raised_at)
    await appeals.settle(session, row, state, now, explanation=explanation, by_id=by_id)
    return found


async def _raised(own: OwnOutcome, wording: str, context: Context) -> Reply:
    session = context.session
    certification_id = await _require_appealable(own, context)
    row = Appeal(
        school_id=context.school.id,
        person_id=context.person.id,
        outcome_id=own.id,
        certification_id=certification_id,
        wording=wording,
        raised_at=context.now,
    )
    session.add(row)
    await session.flush()
    await record(context, "raised appeal", f"appeal:{row.id}", clause=CLAUSE, outcome=own.id)
    await tell_office(context)
    return appeal_cards.raised(own, row, context)


async def _require_appealable(own: OwnOutcome, context: Context) -> int | None:
    """Return the return that an appeal is about, if any; raises where none can be raised now."""
    matter = await appeal_cards.matter_of(own, context)
    rule.appeal(matter, await appeal_cards.earlier_of(own, context), context.now)
    return matter.certification_id
