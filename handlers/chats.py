"""Where a person who has several chats is reminded, and how they link another one themselves."""

from handlers.actions import InviteChat, PreferChat
from handlers.chat_cards import chats_card, chats_of, invitation_card, label_of
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Card, Paragraph, Reply, Tone
from handlers.router import after_refusal, handles
from models.errors import AlreadyDone, NotYours
from models.queries import linking, preferences, schools
from models.rules.linking import INVITATION_LASTS


@handles(PreferChat)
async def prefer_chat(asked: PreferChat, context: Context) -> Reply:
    """Reach me on this channel from now on; NotYours for one on which I am not linked."""
    person, words = context.person, context.words
    channel = asked.channel or (context.account.channel if context.account else "")
    linked = await linking.accounts_of(context.session, person.id)
    if channel not in {account.channel for account in linked}:
        raise NotYours
    if await preferences.preferred_channel(context.session, person.id) == channel:
        raise AlreadyDone
    await preferences.prefer(context.session, person, channel)
    await record(context, "chose chat", f"person:{person.id}", channel=channel)
    said = words.say("✅ From now on you are reminded in {app}.", app=label_of(channel, context))
    card = Card(words.say("Settings"), (Paragraph(said),), tone=Tone.DONE)
    return Reply(said, (card, *await _now(context)))


@handles(InviteChat)
async def invite_chat(asked: InviteChat, context: Context) -> Reply:
    """Make a one-time code for my second chat; NotYours where there is none left to link."""
    left = (await chats_of(context)).left
    channel = asked.channel or next(iter(left), "")
    if channel not in left:
        raise NotYours
    code = await linking.issue(
        context.session, context.person, context.now, context.pepper, INVITATION_LASTS
    )
    known_as = (await schools.known_as(context.session, context.school.id))[channel]
    until = context.now + INVITATION_LASTS
    card = invitation_card(context.chats[channel], known_as, code, until, context.words)
    return Reply(card.title, (card,))


@after_refusal(PreferChat, InviteChat)
async def chats_now(_asked: PreferChat | InviteChat, context: Context) -> tuple[Card, ...]:
    """Draw the chats as they are."""
    return await _now(context)


async def _now(context: Context) -> tuple[Card, ...]:
    card = await chats_card(context)
    return (card,) if card else ()
