"""A pupil selects works for submission with a live count, and decides to be done with it."""

from collections import Counter

from handlers import selection_cards
from handlers.actions import (
    AskToFinishSelection,
    FinishSelection,
    SelectItem,
    ShowSelection,
    UnselectItem,
)
from handlers.context import Context
from handlers.deadlines import headline
from handlers.recording import record
from handlers.replies import Card, Reply
from handlers.router import after_refusal, handles
from models.errors import AlreadyDone, NotYours
from models.queries import items, pupils, selections
from models.queries.windows import TermWindow
from models.rules import selection
from models.rules.opening import require_open
from models.vocabulary import ItemKind, Stage

CLAUSES = {ItemKind.OUTCOME: "要點四(二)2", ItemKind.PERFORMANCE: "要點四(三)2"}


@handles(ShowSelection)
async def show_selection(asked: ShowSelection, context: Context) -> Reply:
    """Show what can be selected in the window's year, a page at a time."""
    window = await _window(asked.window_id, context)
    card = await selection_cards.listing(window, asked.kind, context, page=asked.page)
    return Reply(headline(context.words, card.title, window, context.now), (card,))


@handles(SelectItem)
async def select_item(asked: SelectItem, context: Context) -> Reply:
    """Select a work: inside the window, certified, and never above the cap, however many tap."""
    session, pupil = context.session, context.person
    window = await _open_window(asked.window_id, context)
    year = window.term.year
    await pupils.lock_year(session, pupil, year)
    title = await _selectable_title(asked.kind, asked.item_id, year, context)
    taken = [row for row in await selections.chosen(session, pupil, year) if row.kind is asked.kind]
    already = any(asked.item_id in (row.outcome_id, row.performance_id) for row in taken)
    cap = await selection_cards.cap_of(asked.kind, year, context)
    slot = selection.slot_for(asked.kind, {row.slot for row in taken}, already=already, cap=cap)
    await selections.add(
        session,
        pupil,
        year=year,
        kind=asked.kind,
        item_id=asked.item_id,
        slot=slot,
        cap=cap,
        now=context.now,
    )
    await _changed("selected", asked, window, context)
    return await selection_cards.changed(window, asked.kind, asked.item_id, title, context)


@handles(UnselectItem)
async def unselect_item(asked: UnselectItem, context: Context) -> Reply:
    """Take a work out of the selection; its slot is free again."""
    session, pupil = context.session, context.person
    window = await _open_window(asked.window_id, context)
    await pupils.lock_year(session, pupil, window.term.year)
    title = await _title(asked.kind, asked.item_id, window.term.year, context)
    if not await selections.remove(session, pupil, asked.kind, asked.item_id):
        raise AlreadyDone
    await _changed("unselected", asked, window, context)
    return await selection_cards.changed(
        window, asked.kind, asked.item_id, title, context, selected=False
    )


@handles(AskToFinishSelection)
async def ask_to_finish(asked: AskToFinishSelection, context: Context) -> Reply:
    """Show what will be submitted if it stays like this."""
    window = await _open_window(asked.window_id, context)
    card = await selection_cards.summing_up(window, context)
    return Reply(headline(context.words, card.title, window, context.now), (card,))


@handles(FinishSelection)
async def finish_selection(asked: FinishSelection, context: Context) -> Reply:
    """Keep the decision to be done; fewer or nothing is a decision like any other."""
    session, pupil = context.session, context.person
    window = await _open_window(asked.window_id, context)
    await pupils.lock_year(session, pupil, window.term.year)
    count = len(await selections.chosen(session, pupil, window.term.year))
    choice = selection.finish(selected=count, nothing=bool(asked.nothing))
    if not await pupils.decide(
        session, pupil, Stage.SELECTION, window.scope, choice=choice, now=context.now
    ):
        raise AlreadyDone
    await record(
        context,
        "decided selection",
        f"year:{window.scope}",
        clause="114函 4",
        result=choice.value,
    )
    return await selection_cards.finished(window, choice, context)


@after_refusal(SelectItem, UnselectItem)
async def fresh_listing(asked: SelectItem | UnselectItem, context: Context) -> tuple[Card, ...]:
    """Draw the list as it is now, on the page of the work that was tapped."""
    window = await _window(asked.window_id, context)
    return (await selection_cards.listing(window, asked.kind, context, around=asked.item_id),)


@after_refusal(AskToFinishSelection, FinishSelection)
async def fresh_sum(
    asked: AskToFinishSelection | FinishSelection, context: Context
) -> tuple[Card, ...]:
    """Draw what is selected now."""
    return (await selection_cards.summing_up(await _window(asked.window_id, context), context),)


async def _window(window_id: int, context: Context) -> TermWindow:
    return await pupils.window_of(
        context.session, context.person, Stage.SELECTION, window_id, context.now
    )


async def _open_window(window_id: int, context: Context) -> TermWindow:
    window = await _window(window_id, context)
    require_open(window, context.now)
    return window


async def _selectable_title(kind: ItemKind, item_id: int, year: int, context: Context) -> str:
    """Return the title of an own work of this year; raises NotCertified where it is not certified.

    The work is locked, so that a certification cannot be taken back at the same moment.
    """
    if kind is ItemKind.OUTCOME:
        own = await items.own(context.session, context.person, item_id, lock=True)
        if own.term.year == year:
            selection.require_certified(own.title, own.state)
    return await _title(kind, item_id, year, context)


async def _title(kind: ItemKind, item_id: int, year: int, context: Context) -> str:
    """Return the title of an own work of this year; raises NotYours for any other."""
    if kind is ItemKind.OUTCOME:
        own = await items.own(context.session, context.person, item_id)
        title, of = own.title, own.term.year
    else:
        performance = await items.own_performance(context.session, context.person, item_id)
        title, of = performance.title, performance.year
    if of != year:
        raise NotYours
    return title


async def _changed(
    deed: str, asked: SelectItem | UnselectItem, window: TermWindow, context: Context
) -> None:
    """Record the change; a decision made before stays one and says what is selected now."""
    session, pupil = context.session, context.person
    count = Counter(row.kind for row in await selections.chosen(session, pupil, window.term.year))
    if await pupils.decision(session, pupil, Stage.SELECTION, window.scope):
        await pupils.decide(
            session,
            pupil,
            Stage.SELECTION,
            window.scope,
            choice=selection.choice_for(count.total()),
            now=context.now,
        )
    thing = f"{_THINGS[asked.kind]}:{asked.item_id}"
    await record(context, deed, thing, clause=CLAUSES[asked.kind], result=str(count[asked.kind]))


_THINGS = {ItemKind.OUTCOME: "course_outcome", ItemKind.PERFORMANCE: "performance"}
