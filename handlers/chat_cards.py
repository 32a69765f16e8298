"""The cards about a person's chats: which are linked, which is reminded in, how to link another."""

from dataclasses import dataclass
from datetime import datetime

from handlers.actions import InviteChat, PreferChat, ShowPreferences
from handlers.context import ChatApp, Context
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Tone, Weight
from handlers.words import Words
from models.queries import linking, preferences, reachability, schools
from models.tables import ChatAccount
from models.vocabulary import AccountState


@dataclass(frozen=True, slots=True)
class Chats:
    """A person's linked accounts, the one that is reminded in, and the apps left to be linked."""

    linked: tuple[ChatAccount, ...]
    reminded: int | None
    left: tuple[str, ...]


async def chats_of(context: Context) -> Chats:
    """Return the chats of whoever asks, and the channels of the school that could be linked too."""
    person = context.person
    linked = await linking.accounts_of(context.session, person.id)
    open_ = await reachability.open_accounts(context.session, [person.id])
    ours = await schools.known_as(context.session, context.school.id)
    taken = {account.channel for account in linked}
    reminded = next(iter(open_.get(person.id, ())), None)
    return Chats(
        tuple(linked),
        reminded.account_id if reminded else None,
        tuple(name for name in context.chats if name in ours and name not in taken),
    )


async def chats_card(context: Context) -> Card | None:
    """Draw where a person is reminded; None where there is nothing to choose and nothing to add."""
    found = await chats_of(context)
    if len(found.linked) < 2 and not found.left:
        return None
    words = context.words
    chosen = await preferences.preferred_channel(context.session, context.person.id)
    entries = [_entry(account, found, chosen, context) for account in found.linked]
    several = len(found.linked) > 1
    lead = (
        words.say("Each reminder comes to one of these chats; if it cannot, to the other.")
        if several
        else words.say("You can link a second chat; each reminder still comes once.")
    )
    buttons = tuple(
        Button(words.say("Also link {app}", app=context.chats[name].label), InviteChat(name))
        for name in found.left
    )
    return Card(words.say("Settings: chats"), (Paragraph(lead), *entries), buttons)


def invitation_card(app: ChatApp, known_as: str, code: str, until: datetime, words: Words) -> Card:
    """Draw a code for a second chat, the way there, and that it is for nobody else."""
    address = app.invitation(known_as, code)
    opens = words.say("Open {app} with the code", app=app.label)
    way: list[Block] = [Paragraph(opens, link=address)] if address else []
    how = words.say(
        "Send this code to the school's account in {app}: {known_as}",
        app=app.label,
        known_as=known_as or words.say("ask your school for its name"),
    )
    warning = words.say("For you only: whoever sends it gets your reminders. It can be used once.")
    blocks: tuple[Block, ...] = (
        *way,
        Paragraph(how),
        Fact(words.say("Code"), code),
        Fact(words.say("Valid until"), words.moment(until), at=until),
        Paragraph(warning, quiet=True),
    )
    settings = Button(words.say("Settings"), ShowPreferences(), Weight.QUIET)
    return Card(words.say("Also link {app}", app=app.label), blocks, (settings,))


def label_of(channel: str, context: Context) -> str:
    """Return what people call the app of a channel."""
    return context.chats[channel].label if channel in context.chats else channel


def _entry(account: ChatAccount, found: Chats, chosen: str, context: Context) -> Entry:
    words = context.words
    is_here = context.account is not None and account.id == context.account.id
    can_choose = len(found.linked) > 1 and account.channel != chosen
    return Entry(
        label_of(account.channel, context),
        words.say("This chat") if is_here else "",
        _state(account, found, words),
        Tone.DONE if account.id == found.reminded else Tone.PLAIN,
        _choose(account, context) if can_choose and account.id != found.reminded else None,
    )


def _state(account: ChatAccount, found: Chats, words: Words) -> str:
    if account.id == found.reminded:
        return words.say("You are reminded here")
    if account.state is AccountState.BLOCKED:
        return words.say("Has shut out the bot")
    return words.say("Linked")


def _choose(account: ChatAccount, context: Context) -> Button:
    words = context.words
    said = words.say("Remind me in {app}", app=label_of(account.channel, context))
    return Button(words.say("Remind me there"), PreferChat(account.channel), said=said)
