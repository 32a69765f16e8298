"""What the registrar sees of the month's counted messages."""

from handlers import quota_cards
from handlers.actions import ShowQuota, ShowSchool
from handlers.context import Context
from handlers.office import require_registrar
from handlers.replies import Button, Card, Paragraph, Reply, Weight
from handlers.router import handles
from models.queries import budgets, pauses, windows


@handles(ShowQuota)
async def show_quota(_asked: ShowQuota, context: Context) -> Reply:
    """Show for each channel that costs what is used, what is kept, and what will be cut."""
    require_registrar(context)
    session, school_id, words, now = context.session, context.school.id, context.words, context.now
    months = await budgets.months(session, school_id, now)
    if not months:
        unknown = words.say("Nothing is known of this month's messages yet; please look in later.")
        back = Button(words.say("The school at a glance"), ShowSchool(), Weight.PRIMARY)
        title = words.say("Messages of the month")
        return Reply(unknown, (Card(title, (Paragraph(unknown),), (back,)),))
    found = await windows.of_school(session, school_id)
    until = await pauses.stopped_until(session, school_id)
    stopped = until if until is not None and until > now else None
    cards = []
    for month in months:
        chat = context.chats.get(month.reading.channel)
        label = chat.label if chat else month.reading.channel
        cards.append(quota_cards.month_card(month, label, found, stopped, words))
    left = months[0].meter.left
    summary = (
        words.say("Messages of the month: no limit")
        if left is None
        else words.count("This month {n} message is left", "This month {n} messages are left", left)
    )
    return Reply(summary, tuple(cards))
