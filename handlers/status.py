"""Shows a pupil's works through all stages, and one work with all that can be done about it."""

from datetime import datetime

from handlers import appeal_cards, deadlines, labels, selection_cards, steps
from handlers.actions import (
    NudgeTeacher,
    RequestCertification,
    SelectItem,
    ShowHome,
    ShowItem,
    ShowReceipt,
    ShowStatus,
    UnselectItem,
)
from handlers.context import Context
from handlers.data_time import data_line
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from models.queries import items, preferences, pupils, works
from models.queries.items import OwnOutcome
from models.queries.windows import TermWindow
from models.queries.works import Work
from models.rules.lifecycle import Step
from models.rules.opening import is_open
from models.rules.requesting import REQUESTABLE, next_nudge_at
from models.rules.taipei import TAIPEI
from models.vocabulary import ItemKind, OutcomeState, Stage

PAGE = 8


@handles(ShowStatus)
async def show_status(asked: ShowStatus, context: Context) -> Reply:
    """Show a page of my works, the latest term first, each with its step and day."""
    words = context.words
    known = await works.of_pupil(context.session, context.person, context.now)
    last = max(0, (len(known) - 1) // PAGE)
    page = min(asked.page, last)
    blocks: list[Block] = [
        _entry(work, context) for work in known[page * PAGE : (page + 1) * PAGE]
    ] or [Paragraph(words.say("No work is recorded here yet. Whether you upload is your choice."))]
    blocks += data_line(words, await preferences.imported_at(context.session, context.school.id))
    title = words.say("My works")
    if last:
        title = words.say("My works, page {page} of {pages}", page=page + 1, pages=last + 1)
    buttons = []
    if page < last:
        buttons.append(Button(words.say("Next page"), ShowStatus(page + 1)))
    if page:
        buttons.append(Button(words.say("Previous page"), ShowStatus(page - 1)))
    buttons.append(Button(words.say("To the overview"), ShowHome(), Weight.QUIET))
    return Reply(title, (Card(title, tuple(blocks), tuple(buttons)),))


@handles(ShowItem)
async def show_item(asked: ShowItem, context: Context) -> Reply:
    """Show one of my course outcomes with all that can be done about it."""
    card = await item_card(asked.outcome_id, context)
    return Reply(card.title, (card,))


async def item_card(outcome_id: int, context: Context) -> Card:
    """Draw one of the person's own course outcomes; raises NotYours for any other."""
    words = context.words
    own = await items.own(context.session, context.person, outcome_id)
    step = await works.step_of(context.session, context.person, outcome_id, context.now)
    windows = await pupils.windows_of(context.session, context.person)
    sending = _latest_open(windows, own, (Stage.UPLOAD, Stage.CERTIFICATION), context.now)
    blocks: list[Block] = [
        Fact(words.say("Course"), own.course.name),
        Fact(words.say("Term"), own.term_name),
        Fact(words.say("Subject teacher"), own.teacher_name),
        Fact(words.say("State"), steps.word(step, words), steps.tone(step)),
    ]
    if own.outcome.uploaded_at:
        day = own.outcome.uploaded_at.astimezone(TAIPEI).date()
        blocks.append(Fact(words.say("Uploaded"), words.day(day)))
    blocks += await _what_it_means(own, step, sending, context)
    said, raise_it = await appeal_cards.on_the_item(own, context)
    blocks += said
    if step in (Step.DRAFT, Step.CERTIFIED, Step.SELECTED):
        blocks += _until_then(own, step, windows, context)
    return Card(
        steps.named(own.course.name, own.title, words),
        tuple(blocks),
        _deeds(own, step, windows, raise_it, context),
    )


def _latest_open(
    windows: list[TermWindow], own: OwnOutcome, stages: tuple[Stage, ...], now: datetime
) -> TermWindow | None:
    """Return the open window of these stages that concerns the work's term and ends last."""
    return max(
        (
            window
            for window in windows
            if window.stage in stages and window.term.id == own.term.id and is_open(window, now)
        ),
        key=lambda window: window.closes_at,
        default=None,
    )


async def _what_it_means(
    own: OwnOutcome, step: Step, sending: TermWindow | None, context: Context
) -> list[Block]:
    """Say what the step means for the pupil, until when, and under which clause."""
    words = context.words
    blocks: list[Block] = []
    if step is Step.DRAFT:
        blocks.append(
            Paragraph(words.say("It has no file yet. Files are uploaded on the school platform."))
        )
    if step is Step.RETURNED:
        reason = await items.return_reason(context.session, own.id)
        if reason is not None:
            blocks.append(Fact(words.say("Reason"), labels.word(reason, words), Tone.DUE))
        blocks.append(
            Paragraph(
                words.say(
                    "You can put it right on the school platform and send it again. If you think "
                    "the return is not right, you can raise it with the teacher, the homeroom "
                    "teacher or the registrar (K12EA letter of 2025, point 2)."
                )
            )
        )
    if own.state in REQUESTABLE:
        blocks.append(_until_when(sending, context))
    if step is Step.AWAITING:
        blocks += _with_the_teacher(own, sending, context)
        blocks.append(
            Paragraph(
                words.say(
                    "Certification says only that you made it, in this course; it is not about "
                    "marks or quality (K12EA letter of 2025, point 2)."
                ),
                quiet=True,
            )
        )
    return blocks


def _with_the_teacher(own: OwnOutcome, sending: TermWindow | None, context: Context) -> list[Block]:
    """Say until when the teacher can certify, and when a reminder went."""
    words = context.words
    blocks: list[Block] = []
    if sending is not None:
        until = deadlines.until(words, sending.closes_at, context.now)
        blocks.append(Fact(words.say("Certification until"), until))
    if own.outcome.nudged_at is not None:
        blocks.append(Fact(words.say("Teacher reminded"), words.moment(own.outcome.nudged_at)))
    return blocks


def _until_then(
    own: OwnOutcome, step: Step, windows: list[TermWindow], context: Context
) -> list[Block]:
    """Say until when a draft can be uploaded, or a certified work selected, and what follows."""
    words = context.words
    if step is Step.DRAFT:
        window = _latest_open(windows, own, (Stage.UPLOAD,), context.now)
        label = words.say("Upload until")
        then = words.say(
            "Whether you upload is your choice. After that day nothing can be uploaded for this "
            "term any more."
        )
    else:
        window = _selecting_in(own, windows, context.now)
        label, then = words.say("Select until"), words.say(selection_cards.CONSEQUENCE)
    if window is None:
        return []
    until = deadlines.until(words, window.closes_at, context.now)
    return [Fact(label, until, Tone.DUE), Paragraph(then, quiet=True)]


def _until_when(sending: TermWindow | None, context: Context) -> Block:
    words = context.words
    if sending is None:
        return Paragraph(words.say("It cannot be sent for certification now: no window is open."))
    return Paragraph(
        words.say(
            "It can be sent for certification until {until}. Whether you send it is your choice; "
            "only certified works can be selected later.",
            until=deadlines.until(words, sending.closes_at, context.now),
        )
    )


def _deeds(
    own: OwnOutcome,
    step: Step,
    windows: list[TermWindow],
    raise_it: tuple[Button, ...],
    context: Context,
) -> tuple[Button, ...]:
    """Return the buttons for what can be done now; the next sensible thing stands out."""
    words, now = context.words, context.now
    certifying = _latest_open(windows, own, (Stage.CERTIFICATION,), now)
    sending = _latest_open(windows, own, (Stage.UPLOAD, Stage.CERTIFICATION), now)
    buttons: list[Button] = []
    if own.state in REQUESTABLE and sending:
        buttons.append(request_button(own, context))
    if certifying and _may_nudge(own, context):
        buttons.append(Button(words.say("Remind the teacher"), NudgeTeacher(own.id)))
    buttons += [*raise_it, *_selecting(own, step, windows, context)]
    if step is Step.RECEIPT_OPEN:
        buttons.append(Button(words.say("Check the statement"), ShowReceipt(0), Weight.PRIMARY))
    buttons.append(Button(words.say("All my works"), ShowStatus(), Weight.QUIET))
    return tuple(buttons)


def _may_nudge(own: OwnOutcome, context: Context) -> bool:
    next_at = next_nudge_at(own.outcome.nudged_at, context.rulebook.nudges.teacher_pause_days)
    return own.state is OutcomeState.AWAITING and (next_at is None or next_at <= context.now)


def request_button(own: OwnOutcome, context: Context, weight: Weight = Weight.PRIMARY) -> Button:
    """Return the button that sends a work for certification."""
    return Button(
        context.words.say("Send to certify"),
        RequestCertification(own.id, own.outcome.version),
        weight,
        said=context.words.say(
            "Send {work} for certification",
            work=steps.named(own.course.name, own.title, context.words),
        ),
    )


def _selecting(
    own: OwnOutcome, step: Step, windows: list[TermWindow], context: Context
) -> list[Button]:
    words = context.words
    window = _selecting_in(own, windows, context.now)
    if window is None or own.state is not OutcomeState.CERTIFIED:
        return []
    if step is Step.CERTIFIED:
        action = SelectItem(window.id, ItemKind.OUTCOME, own.id)
        return [Button(words.say("Select"), action, Weight.PRIMARY)]
    if step is Step.SELECTED:
        return [Button(words.say("Take out"), UnselectItem(window.id, ItemKind.OUTCOME, own.id))]
    return []


def _selecting_in(own: OwnOutcome, windows: list[TermWindow], now: datetime) -> TermWindow | None:
    """Return the open window in which works of this one's year are selected."""
    return next(
        (
            window
            for window in windows
            if window.stage is Stage.SELECTION
            and window.term.year == own.term.year
            and is_open(window, now)
        ),
        None,
    )


def _entry(work: Work, context: Context) -> Entry:
    words = context.words
    detail = words.say("{about}, {term}", about=steps.about(work.about, words), term=work.term_name)
    if work.on is not None:
        day = work.on.astimezone(TAIPEI).date() if isinstance(work.on, datetime) else work.on
        detail = words.say("{detail}, {day}", detail=detail, day=words.day(day))
    button = None
    if work.kind is ItemKind.OUTCOME:
        button = Button(words.say("Open"), ShowItem(work.id), said=work.title)
    return Entry(work.title, detail, steps.word(work.step, words), steps.tone(work.step), button)
