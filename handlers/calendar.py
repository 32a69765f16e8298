"""A person's own calendar: where it can be subscribed to, a new address for it, and none."""

from handlers.actions import EndCalendar, RenewCalendar, ShowCalendar, ShowHome, ShowPreferences
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.words import N_
from models.errors import AlreadyDone
from models.queries import feeds

WHAT = N_(
    "The calendar in your phone can show your deadlines, and moves them by itself when the school "
    "does. There is no name and no work in it."
)
SECRET = N_(
    "The address is secret: keep it to yourself. It is shown only this once; a new one ends it, "
    "and so does unlinking this chat or leaving the school."
)


@handles(ShowCalendar)
async def show_calendar(_asked: ShowCalendar, context: Context) -> Reply:
    """Show whether I have an address, since when, and what I can do about it."""
    card = await _card(context)
    return Reply(card.title, (card,))


@handles(RenewCalendar)
async def renew_calendar(_asked: RenewCalendar, context: Context) -> Reply:
    """Make a new address and show it, this once; an earlier one ends."""
    if not context.web_url:
        card = await _card(context)
        return Reply(card.title, (card,))
    person, words = context.person, context.words
    fresh = await feeds.renew(
        context.session, context.school.id, person.id, context.pepper, context.now
    )
    await record(context, "made calendar address", f"person:{person.id}")
    title = words.say("✅ Your calendar is ready to be subscribed to")
    page = address_of(context.web_url, fresh)
    blocks = (
        Paragraph(words.say("Open it, and choose your phone:")),
        Paragraph(words.say("Subscribe to my deadlines"), link=page),
        Fact(words.say("Address for other calendars"), f"{page}.ics"),
        Paragraph(words.say(SECRET), quiet=True),
    )
    buttons = (
        Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),
        Button(words.say("End the address"), EndCalendar(), Weight.QUIET),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),))


@handles(EndCalendar)
async def end_calendar(_asked: EndCalendar, context: Context) -> Reply:
    """Let my address show nothing any more; AlreadyDone where there is none."""
    person, words = context.person, context.words
    if not await feeds.end(context.session, context.school.id, person.id, context.now):
        raise AlreadyDone
    await record(context, "ended calendar address", f"person:{person.id}")
    said = words.say(
        "The address shows nothing any more. In your phone, please remove the subscription."
    )
    title = words.say("✅ Calendar ended")
    button = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    return Reply(title, (Card(title, (Paragraph(said),), (button,), Tone.DONE),))


@after_refusal(RenewCalendar, EndCalendar)
async def calendar_now(_asked: RenewCalendar | EndCalendar, context: Context) -> tuple[Card, ...]:
    """Draw the calendar as it is."""
    return (await _card(context),)


def address_of(web_url: str, token: str, school_code: str = "") -> str:
    """Return the address of the page that helps to subscribe; with .ics it is the calendar's."""
    tail = f"{school_code}/{token}" if school_code else token
    return f"{web_url}/calendar/{tail}"


async def _card(context: Context) -> Card:
    """Draw whether there is an address; it cannot be shown again, only a new one can be had."""
    words = context.words
    since = await feeds.made_at(context.session, context.school.id, context.person.id)
    title = words.say("Calendar of my deadlines")
    settings = Button(words.say("Settings"), ShowPreferences(), Weight.QUIET)
    if not context.web_url:
        said = words.say("Your school has not opened calendars yet; please ask the office.")
        return Card(title, (Paragraph(words.say(WHAT)), Paragraph(said)), (settings,))
    if since is None:
        get = Button(words.say("Get my calendar"), RenewCalendar(), Weight.PRIMARY)
        return Card(title, (Paragraph(words.say(WHAT)),), (get, settings))
    blocks = (
        Paragraph(words.say(WHAT)),
        Fact(words.say("Can be subscribed to since"), words.moment(since), at=since),
        Paragraph(
            words.say("The address stands further up in this chat; it is not shown again."),
            quiet=True,
        ),
    )
    buttons = (
        Button(words.say("A new address"), RenewCalendar(), Weight.PRIMARY),
        Button(words.say("End the address"), EndCalendar()),
        settings,
    )
    return Card(title, blocks, buttons)
