"""The pupil's home card: what is open, until when, what happens then, and the one next thing.

The most urgent comes first: what the pupil has not decided, then what closes soonest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import deadlines, receipt_cards, selection_cards, steps
from handlers.actions import Action, DecideUpload, ShowItem, ShowReceipt, ShowSelection, ShowStatus
from handlers.context import Context
from handlers.replies import Block, Button, Card, Divider, Entry, Fact, Paragraph, Tone, Weight
from handlers.status import request_button
from handlers.words import N_
from models.queries import items, pupils, receipts
from models.queries.items import OwnOutcome
from models.queries.receipts import Receipt
from models.queries.windows import TermWindow
from models.rules.receipt import Standing
from models.rules.requesting import REQUESTABLE
from models.vocabulary import Choice, ItemKind, OutcomeState, Stage

RECENT = timedelta(days=30)
"""How long the home card still says what became of a receipt statement."""

_UNSENT = REQUESTABLE | {OutcomeState.DRAFT}
_DECIDED = {
    Choice.DONE: N_("You said that you are done."),
    Choice.NOTHING: N_("You chose nothing."),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One open window as the card shows it; `next_thing` is its one next tap."""

    window: TermWindow
    outstanding: bool
    state: str
    consequence: str
    next_thing: Button
    others: tuple[Button, ...] = ()


async def pupil_home(context: Context) -> tuple[Card, ...]:
    """Draw the pupil's home card."""
    words, now = context.words, context.now
    windows = await pupils.windows_of(context.session, context.person)
    statements = await receipts.of_pupil(context.session, context.person)
    tasks = await _tasks([window for window in windows if window.is_open(now)], statements, context)
    blocks: list[Block] = []
    for task in tasks:
        blocks += [*_drawn(task, context), Divider()]
    blocks += _lately(statements, context)
    if not tasks:
        blocks += _coming(windows, context)
    while blocks and isinstance(blocks[-1], Divider):
        blocks.pop()
    buttons = _buttons(tasks)
    if ShowStatus() not in {button.action for button in buttons}:
        buttons += (Button(words.say("All my works"), ShowStatus(), Weight.QUIET),)
    return (Card(_title(tasks, context), tuple(blocks), buttons),)


async def _tasks(
    windows: Sequence[TermWindow], statements: Sequence[Receipt], context: Context
) -> list[Task]:
    """Return what is open for the pupil, the undecided and the soonest first."""
    left = await pupils.outstanding(
        context.session,
        context.person,
        [window for window in windows if window.stage is not Stage.CERTIFICATION],
    )
    outcomes = await items.outcomes_of(context.session, context.person)
    uploading = {window.term.id for window in windows if window.stage is Stage.UPLOAD}
    tasks: list[Task] = []
    for window in windows:
        own = [outcome for outcome in outcomes if outcome.term.id == window.term.id]
        match window.stage:
            case Stage.UPLOAD:
                tasks.append(await _upload(window, own, window.id in left, context))
            case Stage.CERTIFICATION if window.term.id not in uploading:
                tasks += _certification(window, own, context)
            case Stage.SELECTION:
                tasks.append(await _selection(window, window.id in left, context))
            case Stage.RECEIPT:
                found = _statement_in(window, statements)
                tasks += [_receipt(window, found, context)] if found else []
    return sorted(tasks, key=lambda task: (not task.outstanding, task.window.closes_at))


def _statement_in(window: TermWindow, statements: Sequence[Receipt]) -> Receipt | None:
    return next((one for one in statements if one.window and one.window.id == window.id), None)


async def _upload(
    window: TermWindow, own: list[OwnOutcome], outstanding: bool, context: Context
) -> Task:
    words = context.words
    decision = await pupils.decision(context.session, context.person, Stage.UPLOAD, window.scope)
    unsent = [outcome for outcome in own if outcome.state in _UNSENT]
    state = words.say("No work of this term is recorded here.")
    if unsent:
        state = _unsent(unsent, context)
    elif own:
        state = words.say("Everything you uploaded is with the teacher or certified.")
    if decision is not None:
        state = words.say(_DECIDED[decision.choice])
    deciding = words.say("I uploaded all I want") if own else words.say("Nothing this term")
    decide = Button(deciding, DecideUpload(window.term.id, 0 if own else 1))
    return Task(
        window,
        outstanding,
        state,
        words.say(
            "Whether you upload is your choice. After that day nothing can be uploaded for this "
            "term any more."
        ),
        _sending(unsent, context),
        (decide,) if outstanding else (),
    )


def _certification(window: TermWindow, own: list[OwnOutcome], context: Context) -> list[Task]:
    """Return the task of the days in which works can be sent but no longer uploaded, if any."""
    words = context.words
    unsent = [outcome for outcome in own if outcome.state in REQUESTABLE]
    if not unsent:
        return []
    return [
        Task(
            window,
            True,
            _unsent(unsent, context),
            words.say(
                "Whether you send them is your choice. After that day they cannot be certified "
                "any more, and only certified works can be selected."
            ),
            _sending(unsent, context),
        )
    ]


async def _selection(window: TermWindow, outstanding: bool, context: Context) -> Task:
    words = context.words
    year = window.term.year
    counts = await selection_cards.counts(year, context)
    decision = await pupils.decision(context.session, context.person, Stage.SELECTION, window.scope)
    state = words.say(
        "Selected: course outcomes {outcomes}, diverse performances {performances}.",
        outcomes=counts[ItemKind.OUTCOME],
        performances=counts[ItemKind.PERFORMANCE],
    )
    if decision is not None:
        state = words.say(
            "{first} {second}", first=words.say(_DECIDED[decision.choice]), second=state
        )
    elif not outstanding:
        state = words.say("There is nothing of this year to select.")
    label = words.say("Select works") if outstanding else words.say("Change the selection")
    return Task(
        window,
        outstanding,
        state,
        words.say(selection_cards.CONSEQUENCE),
        Button(label, ShowSelection(window.id, ItemKind.OUTCOME)),
    )


def _receipt(window: TermWindow, found: Receipt, context: Context) -> Task:
    words = context.words
    waiting = found.standing(context.now) is Standing.WAITING
    state = receipt_cards.state_of(found, context)
    if waiting:
        state = words.count(
            "The school submitted {n} line about you. Is it right?",
            "The school submitted {n} lines about you. Are they right?",
            len(found.lines),
        )
    label = words.say("Check the statement") if waiting else words.say("See the statement")
    return Task(
        window,
        waiting,
        state,
        words.say(receipt_cards.SILENCE),
        Button(label, ShowReceipt(window.id)),
    )


def _unsent(unsent: list[OwnOutcome], context: Context) -> str:
    words = context.words
    names = [steps.named(own.course.name, own.title, words) for own in unsent]
    return words.count(
        "{n} work is not sent for certification: {works}",
        "{n} works are not sent for certification: {works}",
        len(names),
        works=steps.listed(names, words),
    )


def _sending(unsent: list[OwnOutcome], context: Context) -> Button:
    """Return the next tap about works of a term: send the only one, or look at them."""
    ready = [own for own in unsent if own.state in REQUESTABLE]
    if len(ready) == 1 and ready[0].state is OutcomeState.UPLOADED:
        return request_button(ready[0], context, Weight.SECONDARY)
    action: Action = ShowItem(ready[0].id) if len(ready) == 1 else ShowStatus()
    return Button(context.words.say("See my works"), action)


def _drawn(task: Task, context: Context) -> list[Block]:
    words = context.words
    entry = Entry(
        deadlines.name_of(words, task.window),
        words.say(
            "Until {until}", until=deadlines.until(words, task.window.closes_at, context.now)
        ),
        task.state,
        Tone.DUE if task.outstanding else Tone.DONE,
    )
    return [entry, Paragraph(task.consequence)] if task.outstanding else [entry]


def _buttons(tasks: Sequence[Task]) -> tuple[Button, ...]:
    """Return the next thing of every task, the first one standing out; at most five in all."""
    if not tasks:
        return ()
    first, *rest = tasks
    weight = Weight.PRIMARY if first.outstanding else Weight.SECONDARY
    leading = Button(first.next_thing.label, first.next_thing.action, weight, first.next_thing.said)
    others = [button for task in tasks for button in task.others]
    following = [task.next_thing for task in rest if task.next_thing.action != ShowStatus()]
    return (leading, *others, *following)[:5]


def _lately(statements: Sequence[Receipt], context: Context) -> list[Block]:
    """Say what became of statements whose window ended lately: derived, never stored.

    Only the latest round of a term is told; of an earlier one, that a query is still open.
    """
    blocks: list[Block] = []
    told: set[int] = set()
    for found in statements:
        if found.term.id not in told:
            told.add(found.term.id)
            blocks += _ended(found, context)
        elif entry := receipt_cards.earlier_query(found, context):
            blocks.append(entry)
    return blocks


def _ended(found: Receipt, context: Context) -> list[Block]:
    """Say where a statement stands whose window ended lately."""
    words, window = context.words, found.window
    if window is None or not _ended_lately(window.closes_at, context.now):
        return []
    entry = Entry(
        receipt_cards.name_of(found, context),
        words.say("The time to check ended on {day}", day=words.deadline(window.closes_at)),
        receipt_cards.state_of(found, context),
        button=Button(words.say("See the statement"), ShowReceipt(window.id)),
    )
    if found.standing(context.now) is Standing.DEEMED_CONFIRMED:
        return [entry, Paragraph(words.say(receipt_cards.PAST))]
    return [entry]


def _ended_lately(closes_at: datetime, now: datetime) -> bool:
    return closes_at <= now < closes_at + RECENT


def _coming(windows: Sequence[TermWindow], context: Context) -> list[Block]:
    """Say that nothing is open, and what opens next."""
    words = context.words
    blocks: list[Block] = [Paragraph(words.say("There is nothing you need to do now."))]
    coming = [window for window in windows if context.now < window.opens_at]
    following = min(coming, key=lambda window: window.opens_at, default=None)
    if following is not None:
        blocks.append(
            Fact(
                words.say("Next"),
                words.say(
                    "{window}, from {opens} until {closes}",
                    window=deadlines.name_of(words, following),
                    opens=words.moment(following.opens_at),
                    closes=words.deadline(following.closes_at),
                ),
            )
        )
    return blocks


def _title(tasks: Sequence[Task], context: Context) -> str:
    words = context.words
    if not tasks:
        return words.say("Nothing is open for you now")
    first = tasks[0]
    if not first.outstanding:
        return words.say("Everything open is decided")
    return words.say(
        "{window}: until {until}",
        window=deadlines.name_of(words, first.window),
        until=deadlines.until(words, first.window.closes_at, context.now),
    )
