"""Joining and leaving: a one-time code, a word about what data is kept, and a yes.

The words follow the items of 個人資料保護法第 8 條. The earlier device is told of every joining.
"""

import structlog

from handlers.actions import (
    AgreeToLink,
    AskToUnlink,
    DeclineToLink,
    SendCode,
    ShowHelp,
    ShowHome,
    ShowTimetable,
    Unlink,
)
from handlers.chat_cards import label_of
from handlers.context import Context
from handlers.recording import record
from handlers.refusals import refusal
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from handlers.words import N_, Words
from models.errors import AlreadyLinked, CodeRefused, JoiningPaused, NotLinked
from models.queries import guessing, joinings, linking, reachability
from models.rules.linking import LENGTH, check_agreement, check_usable, masked
from models.tables import ChatAccount, LinkCode, Person

log = structlog.get_logger()

CLAUSE = "個人資料保護法 8"
_LOST_CODE = N_(
    "No code, or it has expired? The homeroom teacher or the registrar can give you a new one."
)


async def guest_home(context: Context) -> tuple[Card, ...]:
    """Draw how to join; to somebody who has joined, that nothing is open for them."""
    words = context.words
    if context.actor is not None:
        said = words.say("Nothing is open for you now. You are told when something is due.")
        dates = Button(words.say("Timetable"), ShowTimetable(), Weight.PRIMARY)
        return (Card(said, (), (dates,), Tone.DONE),)
    what = words.say(
        "Here you are reminded of the deadlines of the learning portfolio, "
        "and you do in the chat what has to be done."
    )
    how = words.say(
        "Type the joining code that the school gave you, for example “7KQ2M-XW9RA”. "
        "Capitals and the hyphen make no difference."
    )
    blocks = (Paragraph(what), Paragraph(how), Paragraph(words.say(_LOST_CODE), quiet=True))
    return (Card(words.say("Welcome to Portfolio Bell: please type your joining code"), blocks),)


def broken_code(context: Context) -> Card:
    """Draw what a joining code looks like, for somebody who typed what cannot be one."""
    words = context.words
    look = words.say(
        "A code is {n} letters and digits, for example “7KQ2M-XW9RA”; 0, O, 1, I and L are never "
        "in it. Capitals, spaces and the hyphen make no difference. Please send the code alone.",
        n=LENGTH,
    )
    lost = words.say(_LOST_CODE)
    blocks = (Paragraph(look), Paragraph(lost, quiet=True))
    return Card(words.say("This is not a whole joining code yet"), blocks, tone=Tone.REFUSED)


@handles(SendCode)
async def send_code(asked: SendCode, context: Context) -> Reply:
    """Say what data is kept and ask for a yes; the code is then held for this chat."""
    account = _unlinked_account(context)
    await guessing.check_may_try(context.session, account, context.now)
    try:
        code, person = await _meant(asked.text, context)
    except CodeRefused as error:
        # Returned, not raised: what is raised would take the count of wrong codes back as well.
        return refusal(await _counted(account, context) or error, context)
    code.claimed_by_id = account.id
    await context.session.flush()
    return _privacy_reply(code, person, context)


@handles(AgreeToLink)
async def agree_to_link(asked: AgreeToLink, context: Context) -> Reply:
    """Link this chat to the person of the code it sent; the code is used up."""
    account = _unlinked_account(context)
    found = await linking.code_held(context.session, account, asked.code_id)
    code = check_agreement(found, account.id, context.now)
    person = await _person_of(code, context)
    known = await joinings.has_joined_before(context.session, person.id)
    earlier = await linking.link(context.session, account, code, context.now)
    for other in earlier:
        await linking.tell_earlier(context.session, other, code, context.now)
    again = known or bool(earlier)
    await record(
        context,
        joinings.LINKED,
        f"chat_account:{account.id}",
        by=person,
        clause=CLAUSE,
        again=again,
    )
    return _linked_reply(person, context.words)


@handles(DeclineToLink)
async def decline_to_link(asked: DeclineToLink, context: Context) -> Reply:
    """Let the code go; nothing is linked, and the code can still be used."""
    account = _account(context)
    code = await linking.code_held(context.session, account, asked.code_id)
    if code is not None and code.used_at is None and code.claimed_by_id == account.id:
        code.claimed_by_id = None
    words = context.words
    said = words.say("Nothing was linked. If you change your mind, type the code again.")
    return Reply(said, (Card(words.say("Not linked"), (Paragraph(said),)),))


@handles(AskToUnlink)
async def ask_to_unlink(_asked: AskToUnlink, context: Context) -> Reply:
    """Say what unlinking means before it is done."""
    person, words = context.person, context.words
    title = words.say("Unlink this chat?")
    consequence = words.say(
        "This chat gets no reminders any more, also none about deadlines after which silence "
        "counts as agreement. What you decided stays. To come back you need a new code."
    )
    blocks: list[Block] = [Fact(words.say("Linked to"), person.name), Paragraph(consequence)]
    for other in await _others(context):
        stays = words.say("Your chat in {app} stays linked and gets them.", app=other)
        blocks.append(Paragraph(stays))
    card = Card(
        title,
        tuple(blocks),
        (
            Button(words.say("Yes, unlink"), Unlink()),
            Button(words.say("No, stay"), ShowHome(), Weight.PRIMARY),
        ),
        Tone.DUE,
    )
    return Reply(title, (card,))


@handles(Unlink)
async def unlink(_asked: Unlink, context: Context) -> Reply:
    """Take this chat off its person."""
    account, words = _account(context), context.words
    others = await _others(context)
    await record(context, "unlinked", f"chat_account:{account.id}", clause=CLAUSE)
    await linking.unlink(context.session, account, context.now)
    said = words.say("This chat is no longer linked to anybody and gets no reminders.")
    stays = (words.say("Your chat in {app} stays linked and gets them.", app=app) for app in others)
    button = Button(words.say("How to join"), ShowHelp())
    blocks = (Paragraph(said), *(Paragraph(each) for each in stays))
    card = Card(words.say("Unlinked"), blocks, (button,), Tone.DONE)
    return Reply(said, (card,), matters=True)


async def _others(context: Context) -> list[str]:
    """Return what the apps are called in which whoever asks has another open chat."""
    person, here = context.person, _account(context)
    found = (await reachability.open_accounts(context.session, [person.id])).get(person.id, ())
    return [label_of(each.channel, context) for each in found if each.account_id != here.id]


def _account(context: Context) -> ChatAccount:
    if context.account is None:
        raise NotLinked
    return context.account


def _unlinked_account(context: Context) -> ChatAccount:
    account = _account(context)
    if account.person_id is not None:
        raise AlreadyLinked
    return account


async def _meant(typed: str, context: Context) -> tuple[LinkCode, Person]:
    """Return the code that somebody typed and its person; raises CodeRefused."""
    found = await linking.code_typed(context.session, context.school.id, typed, context.pepper)
    code = check_usable(found, context.now)
    return code, await _person_of(code, context)


async def _counted(account: ChatAccount, context: Context) -> JoiningPaused | None:
    """Count a wrong code; where that brings a pause of the school, raise the alarm."""
    paused = await guessing.note_wrong(context.session, account, context.now)
    if paused is not None:
        log.warning(
            "joining_paused", school=context.school.code, chat=account.id, whole=paused.at_school
        )
    if paused is not None and paused.at_school:
        await guessing.tell_registrars(
            context.session, context.school.id, paused.until, context.now
        )
    return paused


async def _person_of(code: LinkCode, context: Context) -> Person:
    person = await linking.person_of(context.session, code)
    if person is None:
        raise CodeRefused
    return person


def _privacy_reply(code: LinkCode, person: Person, context: Context) -> Reply:
    words = context.words
    title = words.say("Before this chat is linked to {name}", name=masked(person.name))
    buttons = (
        Button(words.say("Agree and link"), AgreeToLink(code.id), Weight.PRIMARY),
        Button(words.say("Not now"), DeclineToLink(code.id)),
    )
    blocks: tuple[Block, ...] = (
        Paragraph(
            words.say(
                "Please read what data is kept (Personal Data Protection Act, article 8), "
                "and link only if this is you."
            )
        ),
        *(Fact(label, text) for label, text in _privacy(context)),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DUE),), matters=True)


def _privacy(context: Context) -> tuple[tuple[str, str], ...]:
    """Return the items that the law wants to be told, each true of this product."""
    words = context.words
    return (
        (words.say("Who keeps it"), context.school.name),
        (
            words.say("What for"),
            words.say("Reminders and decisions about your school's learning portfolios."),
        ),
        (
            words.say("Which data"),
            words.say(
                "This chat's address; from the school your name, number, class, courses, and the "
                "titles, descriptions and states of works; what you decide here and what we send, "
                "with the time."
            ),
        ),
        (
            words.say("How long"),
            words.say(
                "While you belong to the school; after that as the directions say (point 7)."
            ),
        ),
        (
            words.say("Where and by whom"),
            words.say(
                "By this school's staff in charge. Messages pass through the company of this "
                "chat app, whose servers may be abroad."
            ),
        ),
        (
            words.say("Your rights"),
            words.say(
                "Through the registrar you can see, copy, correct or delete your data, or have "
                "its use stopped (article 3). You can unlink at any time by typing “unlink”."
            ),
        ),
        (
            words.say("If you decline"),
            words.say("No reminders here; you use the school platform as before."),
        ),
    )


def _linked_reply(person: Person, words: Words) -> Reply:
    title = words.say("✅ Linked: {name}", name=person.name)
    said = words.say("From now on this chat reminds you of what is due, and you can act here.")
    buttons = (
        Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),
        Button(words.say("What you can type"), ShowHelp()),
    )
    return Reply(title, (Card(title, (Paragraph(said),), buttons, Tone.DONE),), matters=True)
