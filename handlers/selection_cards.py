"""The cards of selecting: the list with its live counts, the sum before finishing, the answers.

A count is shown beside its cap and never judged: selecting fewer, or nothing, is a choice (114函
points 1 and 4).
"""

from handlers import deadlines, labels, steps
from handlers.actions import (
    AskToFinishSelection,
    FinishSelection,
    SelectItem,
    ShowHome,
    ShowSelection,
    ShowStatus,
    UnselectItem,
)
from handlers.context import Context
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Reply, Tone, Weight
from handlers.words import N_
from models.queries import pupils, selections
from models.queries.selections import Selectable
from models.queries.windows import TermWindow
from models.rulebooks import Caps
from models.vocabulary import Choice, ItemKind

PAGE = 8
_OTHER = {ItemKind.OUTCOME: ItemKind.PERFORMANCE, ItemKind.PERFORMANCE: ItemKind.OUTCOME}
CONSEQUENCE = N_(
    "What is not selected is not sent to the central database. "
    "Selecting fewer, or nothing, is your choice."
)


async def cap_of(kind: ItemKind, year: int, context: Context) -> int:
    """Return how many works of a kind the pupil may select in a year, by their class's rules."""
    return (await _caps(year, context)).selected(kind).at_most


async def counts(year: int, context: Context) -> dict[ItemKind, str]:
    """Return the live counts of a year beside their caps: 3／6 and 7／10."""
    chosen = await selections.chosen(context.session, context.person, year)
    caps = await _caps(year, context)
    return {
        kind: context.words.say(
            "{count}/{cap}",
            count=sum(row.kind is kind for row in chosen),
            cap=caps.selected(kind).at_most,
        )
        for kind in ItemKind
    }


async def listing(
    window: TermWindow, kind: ItemKind, context: Context, *, page: int = 0, around: int = 0
) -> Card:
    """Draw a page of what can be selected, or the page on which the work `around` stands."""
    words = context.words
    found = await selections.selectable(context.session, context.person, window.term.year, kind)
    if around:
        page = next((at for at, item in enumerate(found) if item.id == around), 0) // PAGE
    last = max(0, (len(found) - 1) // PAGE)
    page = min(page, last)
    shown = await counts(window.term.year, context)
    blocks: list[Block] = [deadlines.deadline_fact(words, window, context.now)]
    blocks += [Fact(labels.word(each, words), shown[each]) for each in ItemKind]
    blocks += [
        _entry(item, window, context) for item in found[page * PAGE : (page + 1) * PAGE]
    ] or [Paragraph(_nothing_here(kind, context))]
    if kind is ItemKind.OUTCOME:
        blocks.append(
            Paragraph(
                words.say(
                    "Only certified course outcomes can be selected (directions, point 4(2)1)."
                ),
                quiet=True,
            )
        )
    blocks.append(Paragraph(words.say(CONSEQUENCE), quiet=True))
    title = words.say(
        "{window}: {kind} {count}",
        window=deadlines.name_of(words, window),
        kind=labels.word(kind, words),
        count=shown[kind],
    )
    return Card(title, tuple(blocks), _ways_on(window, kind, page, last, context))


async def summing_up(window: TermWindow, context: Context) -> Card:
    """Draw what will be submitted if it stays like this, with the two ways to go on."""
    words = context.words
    blocks: list[Block] = [deadlines.deadline_fact(words, window, context.now)]
    total = 0
    shown = await counts(window.term.year, context)
    for kind in ItemKind:
        found = await selections.selectable(context.session, context.person, window.term.year, kind)
        names = [steps.named(item.about, item.title, words) for item in found if item.selected]
        total += len(names)
        blocks.append(Fact(labels.word(kind, words), shown[kind]))
        blocks += [Paragraph("\n".join(names))] if names else []
    blocks.append(Paragraph(words.say(CONSEQUENCE)))
    title = words.say("{window}: to be submitted", window=deadlines.name_of(words, window))
    buttons: tuple[Button, ...] = (Button(words.say("To the overview"), ShowHome(), Weight.QUIET),)
    if window.is_open(context.now):
        buttons = (_finish_button(window, total, context), _select_button(window, context))
    return Card(title, tuple(blocks), buttons)


async def changed(
    window: TermWindow,
    kind: ItemKind,
    item_id: int,
    title: str,
    context: Context,
    *,
    selected: bool = True,
) -> Reply:
    """Answer a tap that selected a work or took it out: what changed, the count, and the list."""
    words = context.words
    card = await listing(window, kind, context, around=item_id)
    count = (await counts(window.term.year, context))[kind]
    said = N_("Selected: “{title}”") if selected else N_("Taken out: “{title}”")
    done = words.say(said, title=title)
    summary = words.say(
        "{done}; {kind} {count}, until {until}",
        done=done,
        kind=labels.word(kind, words),
        count=count,
        until=deadlines.until(words, window.closes_at, context.now),
    )
    blocks = (Paragraph(done, Tone.DONE), *card.blocks)
    return Reply(summary, (Card(card.title, blocks, card.buttons),), matters=True)


async def finished(window: TermWindow, choice: Choice, context: Context) -> Reply:
    """Answer the decision to be done: what it says, and until when it can be changed."""
    words = context.words
    shown = await counts(window.term.year, context)
    title = words.say("{window}: you are done", window=deadlines.name_of(words, window))
    if choice is Choice.NOTHING:
        title = words.say(
            "{window}: you chose to submit nothing", window=deadlines.name_of(words, window)
        )
    blocks: tuple[Block, ...] = (
        *(Fact(labels.word(kind, words), shown[kind]) for kind in ItemKind),
        Paragraph(
            words.say(
                "There will be no more reminders about it. You can still change it until {until}.",
                until=deadlines.until(words, window.closes_at, context.now),
            )
        ),
        Paragraph(
            words.say(
                "After the school has submitted, the receipt statement comes here for you to check."
            ),
            quiet=True,
        ),
    )
    buttons = (
        Button(words.say("All my works"), ShowStatus()),
        Button(words.say("Change the selection"), ShowSelection(window.id, ItemKind.OUTCOME)),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),), matters=True)


async def _caps(year: int, context: Context) -> Caps:
    place = await pupils.place_in(context.session, context.person, year)
    return context.rulebook.caps_for(place.division, place.grade)


def _entry(item: Selectable, window: TermWindow, context: Context) -> Entry:
    words = context.words
    detail = words.say("{about}, {term}", about=steps.about(item.about, words), term=item.term_name)
    state = words.say("Selected") if item.selected else words.say("Not selected")
    return Entry(
        item.title,
        detail,
        state,
        Tone.DONE if item.selected else Tone.PLAIN,
        _toggle(item, window, context) if window.is_open(context.now) else None,
    )


def _toggle(item: Selectable, window: TermWindow, context: Context) -> Button:
    words = context.words
    if item.selected:
        return Button(
            words.say("Take out"),
            UnselectItem(window.id, item.kind, item.id),
            said=words.say("Take out “{title}”", title=item.title),
        )
    return Button(
        words.say("Select"),
        SelectItem(window.id, item.kind, item.id),
        said=words.say("Select “{title}”", title=item.title),
    )


def _ways_on(
    window: TermWindow, kind: ItemKind, page: int, last: int, context: Context
) -> tuple[Button, ...]:
    words = context.words
    buttons = []
    if window.is_open(context.now):
        finish = AskToFinishSelection(window.id)
        buttons.append(Button(words.say("Finish selecting"), finish, Weight.PRIMARY))
    other = _OTHER[kind]
    buttons.append(Button(labels.word(other, words), ShowSelection(window.id, other)))
    if page < last:
        following = ShowSelection(window.id, kind, page + 1)
        buttons.append(Button(words.say("Next page"), following))
    if page:
        buttons.append(Button(words.say("Previous page"), ShowSelection(window.id, kind, page - 1)))
    buttons.append(Button(words.say("To the overview"), ShowHome(), Weight.QUIET))
    return tuple(buttons)


def _finish_button(window: TermWindow, total: int, context: Context) -> Button:
    words = context.words
    if total:
        return Button(words.say("Just these"), FinishSelection(window.id, 0), Weight.PRIMARY)
    return Button(words.say("Submit nothing"), FinishSelection(window.id, 1))


def _select_button(window: TermWindow, context: Context) -> Button:
    return Button(context.words.say("Go on selecting"), ShowSelection(window.id, ItemKind.OUTCOME))


def _nothing_here(kind: ItemKind, context: Context) -> str:
    if kind is ItemKind.OUTCOME:
        return context.words.say("No certified course outcome of this year is here to select.")
    return context.words.say("No diverse performance of this year is recorded here.")
