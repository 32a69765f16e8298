"""What the school's platform and our record differ about: the registrar's list to work off."""

from handlers import deadlines, labels
from handlers.actions import SettleDifference, ShowDifferences, ShowSchool
from handlers.context import Context
from handlers.data_time import data_line
from handlers.office import require_registrar
from handlers.recording import record
from handlers.replies import Block, Button, Card, Entry, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.words import N_, Words
from models.errors import AlreadyDone
from models.queries import preferences, reconciling
from models.queries.reconciling import Claimed, Listed
from models.vocabulary import Difference, OutcomeState

A_PAGE = 6
WHAT = {
    Difference.CERTIFIED_THERE: N_("on the platform certified, here: {ours}"),
    Difference.NOT_CERTIFIED_THERE: N_("certified here, on the platform: {theirs}"),
    Difference.WITHDRAWN_HERE: N_("withdrawn here, on the platform it stands as certified"),
    Difference.STATE: N_("here: {ours}, on the platform: {theirs}"),
    Difference.TITLE: N_("on the platform it is called “{theirs}”"),
    Difference.FILE: N_("the platform has another file than was certified here"),
    Difference.SELECTION: N_("selected here, not on the platform"),
    Difference.NOT_IN_FILE: N_("known here, no longer on the platform"),
}
"""How a work differs, in a line under its title."""


@handles(ShowDifferences)
async def show_differences(asked: ShowDifferences, context: Context) -> Reply:
    """Show what nobody has put right yet, to registrars."""
    require_registrar(context)
    card = await _card(asked.page, context)
    return Reply(card.title, (card,))


@handles(SettleDifference)
async def settle_difference(asked: SettleDifference, context: Context) -> Reply:
    """Take a difference off the list; the next import that still has it opens it again."""
    require_registrar(context)
    row = await reconciling.settle(
        context.session,
        context.school.id,
        asked.difference_id,
        context.person.id,
        context.now,
    )
    if row is None:
        raise AlreadyDone
    await record(
        context,
        "settled difference",
        f"discrepancy:{row.id}",
        person_id=row.person_id,
        difference=row.difference.value,
    )
    said = context.words.say("✅ Off the list. If the next import still has it, it comes back.")
    return Reply(said, (Card(said, tone=Tone.DONE), await _card(0, context)))


@after_refusal(SettleDifference)
async def differences_now(_asked: SettleDifference, context: Context) -> tuple[Card, ...]:
    """Draw the list as it is."""
    require_registrar(context)
    return (await _card(0, context),)


async def _card(page: int, context: Context) -> Card:
    """Draw a page of the list: first who says to be done, then works that differ."""
    session, words, school_id = context.session, context.words, context.school.id
    data_at = await preferences.imported_at(session, school_id)
    claimed = await reconciling.claims(session, school_id, data_at, context.now)
    listed = await reconciling.standing(session, school_id)
    entries = [_claim(one, words) for one in claimed] + [_work(one, words) for one in listed]
    title = words.count(
        "{n} difference between the platform and our record",
        "{n} differences between the platform and our record",
        len(entries),
    )
    buttons = [Button(words.say("The school"), ShowSchool(), Weight.PRIMARY)]
    if (page + 1) * A_PAGE < len(entries):
        buttons.append(Button(words.say("Next page"), ShowDifferences(page + 1)))
    if not entries:
        title = words.say("The platform and our record agree.")
    blocks: tuple[Block, ...] = (
        *entries[page * A_PAGE : (page + 1) * A_PAGE],
        *data_line(words, data_at),
        *([Paragraph(words.say(HOW), quiet=True)] if entries else []),
    )
    return Card(title, blocks, tuple(buttons))


HOW = N_(
    "What was done here stays. Put the platform right, or ask the person; after the next import "
    "what agrees is off the list by itself."
)


def _claim(one: Claimed, words: Words) -> Entry:
    return Entry(
        words.say("{number} {name}", number=one.number, name=one.name),
        words.say(
            "said {at} to be done with {window}; the data says otherwise",
            at=words.moment(one.said_at),
            window=deadlines.name_of(words, one.window),
        ),
        words.say("Says done"),
        Tone.DUE,
    )


def _work(one: Listed, words: Words) -> Entry:
    differing = one.mismatch
    what = words.say(
        WHAT[differing.difference],
        ours=_state(differing.ours, words),
        theirs=_state(differing.theirs, words),
    )
    return Entry(
        words.say("{number} {name}", number=differing.pupil, name=one.name),
        words.say("“{title}”: {what}", title=differing.title, what=what),
        button=Button(
            words.say("Put right"),
            SettleDifference(one.id),
            said=words.say("“{title}” put right", title=differing.title),
        ),
    )


def _state(said: str, words: Words) -> str:
    is_state = said in set(OutcomeState)
    return labels.word(OutcomeState(said), words) if is_state else said
