"""A pupil checks the receipt statement line by line, confirms it, or queries a line."""

from handlers import receipt_cards
from handlers.actions import AskAboutLine, ConfirmReceipt, QueryLine, ShowReceipt
from handlers.context import Context
from handlers.deadlines import headline
from handlers.queueing import tell_office
from handlers.recording import record
from handlers.replies import Card, Reply
from handlers.router import after_refusal, handles
from models.queries import pupils, receipts
from models.rules import receipt
from models.rules.opening import require_open
from models.tables import ReceiptLine
from models.vocabulary import QueryReason, Stage

CLAUSE = "114函 6"


@handles(ShowReceipt)
async def show_receipt(asked: ShowReceipt, context: Context) -> Reply:
    """Show a page of my receipt statement, with what silence means."""
    found = await receipts.of_window(context.session, context.person, asked.window_id, context.now)
    if found is None:
        return await _none_yet(asked.window_id, context)
    card = receipt_cards.statement(found, context, page=asked.page)
    return Reply(headline(context.words, card.title, found.window, context.now), (card,))


@handles(ConfirmReceipt)
async def confirm_receipt(asked: ConfirmReceipt, context: Context) -> Reply:
    """Keep that the statement is right, for the version that was shown."""
    session = context.session
    found = await receipts.own(session, context.person, asked.statement_id, lock=True)
    require_open(found.required_window(), context.now)
    receipt.confirm(found.statement, found.confirmation, found.queries, seen=asked.version)
    await receipts.confirm(session, found, context.now)
    await record(context, "confirmed receipt", f"receipt_statement:{found.id}", clause=CLAUSE)
    return receipt_cards.confirmed(found, context)


@handles(AskAboutLine)
async def ask_about_line(asked: AskAboutLine, context: Context) -> Reply:
    """Show the reasons for which this line, or a missing work, can be queried."""
    found = await receipts.own(context.session, context.person, asked.statement_id)
    require_open(found.required_window(), context.now)
    card = receipt_cards.reasons(found, receipts.line_in(found, asked.line_id), context)
    return Reply(headline(context.words, card.title, found.window, context.now), (card,))


@handles(QueryLine)
async def query_line(asked: QueryLine, context: Context) -> Reply:
    """Raise a query and tell the registrar; also possible after confirming, within the window."""
    session = context.session
    found = await receipts.own(session, context.person, asked.statement_id, lock=True)
    require_open(found.required_window(), context.now)
    line = receipts.line_in(found, asked.line_id)
    line_id = receipt.line_in_doubt(line.id if line else None, asked.reason)
    receipt.query(
        found.queries,
        line_id,
        asked.reason,
        part=line.part if line else None,
        clause=_school_clause(context),
    )
    raised = await receipts.raise_query(session, found, line_id, asked.reason, context.now)
    await record(
        context, "raised query", f"query:{raised.id}", clause=CLAUSE, reason=asked.reason.value
    )
    await tell_office(context)
    return receipt_cards.queried(found, line if line_id else None, asked.reason, context)


@after_refusal(ConfirmReceipt)
async def fresh_statement(asked: ConfirmReceipt, context: Context) -> tuple[Card, ...]:
    """Draw the statement as it is now."""
    found = await receipts.own(context.session, context.person, asked.statement_id)
    return (receipt_cards.statement(found, context),)


@after_refusal(AskAboutLine, QueryLine)
async def fresh_line(asked: AskAboutLine | QueryLine, context: Context) -> tuple[Card, ...]:
    """Draw the reasons again after one that is none here; else the statement as it is now."""
    found = await receipts.own(context.session, context.person, asked.statement_id)
    line = receipts.line_in(found, asked.line_id)
    if _is_no_reason(asked, line) and found.required_window().is_open(context.now):
        return (receipt_cards.reasons(found, line, context),)
    return (receipt_cards.statement(found, context),)


def _is_no_reason(asked: AskAboutLine | QueryLine, line: ReceiptLine | None) -> bool:
    """Say whether a reason was given that is no query, or does not fit the line."""
    if line is None or not isinstance(asked, QueryLine):
        return False
    fits = receipt.reasons_for(line.part)
    return asked.reason is QueryReason.COULD_BE_BETTER or asked.reason not in fits


async def _none_yet(window_id: int, context: Context) -> Reply:
    """Say that there is no statement for this pupil in the window that was meant."""
    window = await pupils.window_of(
        context.session, context.person, Stage.RECEIPT, window_id, context.now
    )
    card = receipt_cards.none_yet(window, context)
    return Reply(card.title, (card,))


def _school_clause(context: Context) -> str:
    """Return the clause of the school's own rules about receipts, or the national one."""
    return next(
        (str(rule.clause) for rule in context.rulebook.windows if rule.stage is Stage.RECEIPT),
        context.words.say("K12EA letter of 2025, point 6"),
    )
