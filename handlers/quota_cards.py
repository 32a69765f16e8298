"""How the month's counted messages are drawn: what is used, what is kept, what will be cut."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from handlers import deadlines, labels
from handlers.actions import ShowQuota, ShowSchool
from handlers.replies import Bar, Block, Button, Card, Entry, Fact, Paragraph, Tone, Weight
from handlers.words import N_, Words
from models.queries.budgets import Month
from models.queries.windows import TermWindow
from models.rules import budget
from models.rules.budget import Share
from models.rules.taipei import day_of

MOST_CUTS = 6

INSTEAD = N_(
    "Nothing is lost in silence: who has another chat gets it there; the others get it with the "
    "answer to their next tap, and until then their homeroom teacher's list names them."
)
REMEDIES = N_(
    "A larger plan, a notice on paper for the class, or a word in the classroom: each helps."
)


def buttons(words: Words) -> tuple[Button, ...]:
    """Return the ways on from a message about the month."""
    return (
        Button(words.say("Messages of the month"), ShowQuota(), Weight.PRIMARY),
        Button(words.say("The school at a glance"), ShowSchool(), Weight.QUIET),
    )


def reserve_fact(kept: int, words: Words) -> Fact:
    """Return how many messages are kept for what is required."""
    return Fact(
        words.say("Kept for last days and receipts"),
        words.count("{n} message", "{n} messages", kept),
    )


def month_fact(month: Month, words: Words) -> Fact:
    """Return in a line how much of the month is used."""
    meter = month.meter
    if meter.limit is None:
        value = words.count("{n} message", "{n} messages", meter.used)
    else:
        value = words.say("{used} of {limit} used", used=meter.used, limit=meter.limit)
    is_short = any(share.cut for share in month.shares)
    return Fact(words.say("Messages this month"), value, Tone.DUE if is_short else Tone.PLAIN)


def elsewhere(people: int, words: Words) -> tuple[Block, ...]:
    """Say how many get it in another chat; nothing where nobody does."""
    if not people:
        return ()
    value = words.count("{n} person", "{n} people", people)
    return (Fact(words.say("Told in another chat"), value),)


def month_card(
    month: Month,
    label: str,
    found: Iterable[TermWindow],
    stopped_until: datetime | None,
    words: Words,
) -> Card:
    """Draw where a month stands on one channel, and what the timetable will do to it."""
    shares = month.shares
    cut = [share for share in shares if share.cut or share.elsewhere]
    known = {window.id: window for window in found}
    blocks: tuple[Block, ...] = (
        *_stopped(stopped_until, words),
        *_used(month, words),
        reserve_fact(budget.reserve(month.needs_left), words),
        Fact(
            words.say("Still to be sent this month"),
            words.count("{n} message", "{n} messages", sum(need.cost for need in month.needs_left)),
        ),
        *(_cut(share, known, words) for share in cut[:MOST_CUTS]),
        Paragraph(words.say(INSTEAD if cut else ENOUGH), quiet=not cut),
    )
    title = words.say("Messages of the month: {label}", label=label)
    back = Button(words.say("The school at a glance"), ShowSchool(), Weight.PRIMARY)
    return Card(title, blocks, (back,), Tone.DUE if cut or stopped_until else Tone.PLAIN)


ENOUGH = N_("The month's messages suffice for everything that the timetable foresees.")


def _stopped(until: datetime | None, words: Words) -> tuple[Block, ...]:
    if until is None:
        return ()
    said = words.say(
        "The month's messages ran out; reminders rest until {until}.", until=words.moment(until)
    )
    return (Paragraph(said, Tone.DUE),)


def _used(month: Month, words: Words) -> Sequence[Block]:
    meter, reading = month.meter, month.reading
    blocks: list[Block] = []
    if meter.limit is None:
        blocks.append(Fact(words.say("Used of the month"), f"{meter.used}"))
        if month.is_read:
            blocks.append(Paragraph(words.say("The plan has no limit."), quiet=True))
    else:
        caption = words.count("{n} message left", "{n} messages left", meter.left or 0)
        used = words.say("{used} of {limit} used", used=meter.used, limit=meter.limit)
        blocks.append(Bar(used, min(meter.used, meter.limit), max(meter.limit, 1), caption))
    if not month.is_read:
        unread = words.say(
            "The platform has not answered this month; this is counted by our own ledger."
        )
        return [*blocks, Paragraph(unread, Tone.DUE)]
    others = budget.sent_by_others(reading.used, reading.counted)
    if others:
        value = words.count("{n} message", "{n} messages", others)
        blocks.append(Fact(words.say("Not sent by this bot"), value, Tone.DUE))
    return blocks


def _cut(share: Share, known: dict[int, TermWindow], words: Words) -> Entry:
    window = known.get(share.need.window_id or 0)
    name = labels.word(share.need.kind, words)
    title = name if window is None else deadlines.name_of(words, window)
    detail = words.say(
        "{day}: {granted} of {cost} leave",
        day=words.short_day(day_of(share.need.at)),
        granted=share.granted,
        cost=share.need.cost,
    )
    if share.elsewhere:
        detail = words.say("{detail}, {n} in another chat", detail=detail, n=share.elsewhere)
    state = words.count("{n} not told", "{n} not told", share.cut) if share.cut else ""
    return Entry(title, detail, state, Tone.DUE if share.cut else Tone.PLAIN)
