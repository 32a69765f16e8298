"""The cards of the receipt statement: its lines, the reasons for a query, and the answers."""

from handlers import deadlines, labels
from handlers.actions import (
    AskAboutLine,
    ConfirmReceipt,
    QueryLine,
    ShowHome,
    ShowReceipt,
    ShowStatus,
)
from handlers.context import Context
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import N_
from models.queries.receipts import Receipt
from models.queries.windows import TermWindow
from models.rules import receipt
from models.rules.receipt import Standing
from models.tables import ReceiptLine
from models.vocabulary import QueryReason, QueryState

PAGE = 8
STANDINGS = {
    Standing.WAITING: N_("To be checked by you"),
    Standing.CONFIRMED: N_("Confirmed by you"),
    Standing.QUERIED: N_("You raised a query"),
    Standing.DEEMED_CONFIRMED: N_("Deemed confirmed"),
}
_TONES = {Standing.WAITING: Tone.DUE, Standing.QUERIED: Tone.DUE}
SILENCE = N_(
    "If you neither confirm nor raise a query by then, the statement is deemed confirmed "
    "(K12EA letter of 2025, point 6), and it cannot be corrected any more."
)
PAST = N_(
    "The announced days are over without an answer, so the statement is deemed confirmed "
    "(K12EA letter of 2025, point 6)."
)


def name_of(found: Receipt, context: Context) -> str:
    """Return a statement with its term, and its round from the second on."""
    words = context.words
    term = f"{found.term.year}-{found.term.semester}"
    if found.submission.round > 1:
        return words.say(
            "Receipt statement {term}, round {round}", term=term, round=found.submission.round
        )
    return words.say("Receipt statement {term}", term=term)


def state_of(found: Receipt, context: Context) -> str:
    """Return where a statement stands, or what came of its queries once all are settled."""
    standing = found.standing(context.now)
    open_ones = [query for query in found.queries if query.state is QueryState.OPEN]
    if standing is Standing.QUERIED and not open_ones:
        return labels.word(found.queries[-1].state, context.words)
    return context.words.say(STANDINGS[standing])


def earlier_query(found: Receipt, context: Context) -> Entry | None:
    """Draw in a line that a query of an earlier round is still open; None where none is."""
    if all(query.state is not QueryState.OPEN for query in found.queries):
        return None
    term, round_ = f"{found.term.year}-{found.term.semester}", found.submission.round
    words = context.words
    return Entry(
        words.say("Receipt statement {term}, round {round}", term=term, round=round_),
        state=labels.word(QueryState.OPEN, words),
    )


def statement(found: Receipt, context: Context, *, page: int = 0) -> Card:
    """Draw a page of a statement's lines, its standing, and what silence means."""
    words = context.words
    standing = found.standing(context.now)
    last = max(0, (len(found.lines) - 1) // PAGE)
    page = min(page, last)
    blocks: list[Block] = []
    if found.window:
        blocks.append(deadlines.deadline_fact(words, found.window, context.now))
    blocks.append(
        Fact(words.say("State"), state_of(found, context), _TONES.get(standing, Tone.DONE))
    )
    if standing is Standing.DEEMED_CONFIRMED:
        blocks.append(Paragraph(words.say(PAST)))
    blocks += [
        _entry(found, line, context) for line in found.lines[page * PAGE : (page + 1) * PAGE]
    ]
    if standing is Standing.WAITING:
        blocks.append(Paragraph(words.say("Is this the same as what you uploaded and selected?")))
        blocks.append(Paragraph(words.say(SILENCE), quiet=True))
    title = name_of(found, context)
    if last:
        title = words.say(
            "{title}, page {page} of {pages}", title=title, page=page + 1, pages=last + 1
        )
    return Card(title, tuple(blocks), _ways_on(found, page, last, context))


def reasons(found: Receipt, line: ReceiptLine | None, context: Context) -> Card:
    """Draw the closed reasons for which a line, or (None) a missing work, can be queried."""
    words = context.words
    if line is None:
        title = words.say("Is a work missing in {statement}?", statement=name_of(found, context))
        choices: tuple[QueryReason, ...] = (QueryReason.MISSING_ITEM,)
        text = words.say(
            "The registrar will look for what is missing and come back to you. "
            "Works that you did not select are not submitted, so they are not in the statement."
        )
    else:
        title = words.say("What is different about “{title}”?", title=line.title)
        choices = receipt.reasons_for(line.part)
        text = words.say(
            "The statement is for checking whether what was submitted is what you uploaded "
            "and selected. The registrar will look into it and come back to you."
        )
    blocks: list[Block] = [Paragraph(text)]
    if found.window:
        blocks.insert(0, deadlines.deadline_fact(words, found.window, context.now))
    line_id = line.id if line else 0
    buttons = [
        Button(labels.word(reason, words), QueryLine(found.id, line_id, reason))
        for reason in choices
    ]
    buttons.append(_back(found, context))
    return Card(title, tuple(blocks), tuple(buttons))


def confirmed(found: Receipt, context: Context) -> Reply:
    """Answer a confirmation: it is kept, and until when a doubt can still be raised."""
    words = context.words
    title = words.say("Confirmed: {statement}", statement=name_of(found, context))
    text = words.say(
        "Nothing more is needed. If you find a difference after all, you can still raise a query "
        "until {until}.",
        until=deadlines.until(words, found.required_window().closes_at, context.now),
    )
    return _answered(title, text, found, context)


def queried(
    found: Receipt, line: ReceiptLine | None, reason: QueryReason, context: Context
) -> Reply:
    """Answer a query: about what it is, and who looks into it."""
    words = context.words
    title = words.say("Query raised: a work is missing")
    if line is not None:
        title = words.say("Query raised: “{title}”", title=line.title)
    text = words.say(
        "{reason}, {statement}. The registrar has been told. While a query is open, silence does "
        "not count as agreement. You can raise more until {until}.",
        reason=labels.word(reason, words),
        statement=name_of(found, context),
        until=deadlines.until(words, found.required_window().closes_at, context.now),
    )
    answer_by = deadlines.answer_by(context.rulebook, context.now)
    if answer_by:
        text += " " + words.say(
            "The school answers by {day} ({clause}).",
            day=words.day(answer_by.day),
            clause=answer_by.clause,
        )
    return _answered(title, text, found, context)


def none_yet(window: TermWindow, context: Context) -> Card:
    """Draw that there is no statement for this pupil in a window."""
    words = context.words
    return Card(
        words.say("{window}: no statement yet", window=deadlines.name_of(words, window)),
        (
            deadlines.deadline_fact(words, window, context.now),
            Paragraph(
                words.say(
                    "The school has no receipt statement for you here yet. As soon as there is "
                    "one, you will be told."
                )
            ),
        ),
        (Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),),
    )


def _answered(title: str, text: str, found: Receipt, context: Context) -> Reply:
    words = context.words
    buttons = (
        _back(found, context),
        Button(words.say("All my works"), ShowStatus()),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    card = Card(title, (Paragraph(text),), buttons, Tone.DONE)
    return Reply(title, (card,), matters=True)


def _back(found: Receipt, context: Context) -> Button:
    window = found.required_window()
    return Button(context.words.say("To the statement"), ShowReceipt(window.id), Weight.QUIET)


def _entry(found: Receipt, line: ReceiptLine, context: Context) -> Entry:
    words = context.words
    part = labels.word(line.part, words)
    detail = words.say("{part}, {detail}", part=part, detail=line.detail) if line.detail else part
    query = found.query_on(line.id)
    if query is not None:
        return Entry(line.title, detail, labels.word(query.state, words), Tone.DUE)
    return Entry(line.title, detail, button=_doubt(found, line, context))


def _doubt(found: Receipt, line: ReceiptLine, context: Context) -> Button | None:
    if found.window is None or not found.window.is_open(context.now):
        return None
    words = context.words
    return Button(
        words.say("Something differs"),
        AskAboutLine(found.id, line.id),
        Weight.QUIET,
        said=words.say("“{title}” differs", title=line.title),
    )


def _ways_on(found: Receipt, page: int, last: int, context: Context) -> tuple[Button, ...]:
    """Return what can be done: read on first, confirm at the last page, ask for a missing work."""
    words = context.words
    window = found.window
    buttons = []
    open_now = window is not None and window.is_open(context.now)
    can_confirm = open_now and found.can_be_confirmed
    if can_confirm:
        weight = Weight.PRIMARY if page == last else Weight.SECONDARY
        confirm = ConfirmReceipt(found.id, found.statement.version)
        buttons.append(Button(words.say("All is correct"), confirm, weight))
    if window is not None and page < last:
        weight = Weight.PRIMARY if can_confirm else Weight.SECONDARY
        buttons.insert(0, Button(words.say("Next page"), ShowReceipt(window.id, page + 1), weight))
    if window is not None and page:
        buttons.append(Button(words.say("Previous page"), ShowReceipt(window.id, page - 1)))
    if open_now and found.query_on(None) is None:
        buttons.append(Button(words.say("A work is missing"), AskAboutLine(found.id, 0)))
    buttons.append(Button(words.say("To the overview"), ShowHome(), Weight.QUIET))
    return tuple(buttons)
