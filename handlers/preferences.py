"""How a person wants to be spoken to: language, optional reminders, and when to be left alone."""

from handlers import labels
from handlers.actions import (
    AskToUnlink,
    ChooseLanguage,
    ChooseQuiet,
    ChooseReminder,
    ShowCalendar,
    ShowHome,
    ShowPreferences,
)
from handlers.chat_cards import chats_card
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Block, Button, Card, Divider, Entry, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.words import N_, Words
from models.errors import AlreadyDone, NotYours
from models.queries import courtesy, preferences
from models.rules.preferences import HOURS, topics_for
from models.vocabulary import Duty, NoticeKind, QuietChoice

LANGUAGES = {
    "zh_Hant_TW": N_("From now on you are answered in Chinese."),
    "en": N_("From now on you are answered in English."),
}
"""The locales that the product speaks, with what is said when one is chosen."""

TYPED = {
    NoticeKind.UPLOAD_DUE: N_("You can also type “no upload reminders”."),
    NoticeKind.SELECTION_DUE: N_("You can also type “no selection reminders”."),
    NoticeKind.CERTIFICATION_DUE: N_("You can also type “no certification reminders”."),
    NoticeKind.CLASS_DIGEST: N_("You can also type “no class digest”."),
}
"""The words that switch a topic off, for whoever types."""

REQUIRED = {
    Duty.PUPIL: N_("Receipt statement, and the last day of everything: required, always on."),
    Duty.SUBJECT_TEACHER: N_("The last day of certification: required, always on."),
}
"""What cannot be switched off (114函 point 6), and whom it concerns."""


@handles(ChooseLanguage)
async def choose_language(asked: ChooseLanguage, context: Context) -> Reply:
    """Keep the language; this answer is the first that comes in it."""
    person = context.person
    said = LANGUAGES.get(asked.locale)
    if said is None:
        raise NotYours
    if person.locale == asked.locale:
        raise AlreadyDone
    person.locale = asked.locale
    await record(context, "chose language", f"person:{person.id}", locale=asked.locale)
    words = context.words_in(asked.locale)
    home = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    card = Card(words.say("Language"), (Paragraph(words.say(said)),), (home,), Tone.DONE)
    return Reply(words.say(said), (card,))


@handles(ShowPreferences)
async def show_preferences(_asked: ShowPreferences, context: Context) -> Reply:
    """Show which reminders I get, when I am left alone, and my language."""
    cards = await preference_cards(context)
    return Reply(cards[0].title, cards)


@handles(ChooseReminder)
async def choose_reminder(asked: ChooseReminder, context: Context) -> Reply:
    """Switch an optional reminder off or on; NotYours for what is required or somebody else's."""
    person = context.person
    if asked.topic not in topics_for(context.duties):
        raise NotYours
    if asked.wanted:
        changed = await preferences.unmute(context.session, person, asked.topic)
    else:
        changed = await preferences.mute(context.session, person, asked.topic, context.now)
    if not changed:
        raise AlreadyDone
    deed = "unmuted reminders" if asked.wanted else "muted reminders"
    await record(context, deed, f"person:{person.id}", topic=asked.topic.value)
    sentence = (
        N_("✅ {topic}: on again.")
        if asked.wanted
        else N_("✅ {topic}: off. What is required still comes: receipt, last day.")
    )
    said = context.words.say(sentence, topic=labels.word(asked.topic, context.words))
    return Reply(said, (_done(said, context.words), *await preference_cards(context)))


@handles(ChooseQuiet)
async def choose_quiet(asked: ChooseQuiet, context: Context) -> Reply:
    """Keep my quiet hours: messages wait for their end and are never lost."""
    person = context.person
    if await preferences.quiet_of(context.session, person.id) is asked.hours:
        raise AlreadyDone
    await preferences.keep_quiet(context.session, person, asked.hours)
    await record(context, "chose quiet hours", f"person:{person.id}", hours=asked.hours.value)
    said = context.words.say("✅ Quiet hours: {hours}", hours=hours_of(asked.hours, context.words))
    return Reply(said, (_done(said, context.words), *await preference_cards(context)))


@after_refusal(ChooseReminder, ChooseQuiet)
async def preferences_now(
    _asked: ChooseReminder | ChooseQuiet, context: Context
) -> tuple[Card, ...]:
    """Draw the preferences as they are."""
    return await preference_cards(context)


async def preference_cards(context: Context) -> tuple[Card, ...]:
    """Draw what can be set, and what cannot."""
    person, words = context.person, context.words
    muted = await preferences.muted(context.session, person.id)
    quiet = await preferences.quiet_of(context.session, person.id)
    chats = await chats_card(context)
    return (
        _reminder_card(muted, context),
        _quiet_card(quiet, await _usual_hours(context), _limits(context), words),
        *([chats] if chats else []),
        _language_card(words),
    )


async def _usual_hours(context: Context) -> str:
    """Say when messages come to this person at all: by the school's hours, or their division's."""
    person, words = context.person, context.words
    by_division = bool(context.rulebook.own_reminders)
    known = await courtesy.known(
        context.session, context.school.id, [person.id], by_division=by_division
    )
    plan = context.rulebook.reminders_for(known[person.id].division)
    if known[person.id].is_staff:
        return words.say(
            "Messages come on school days from {starts} to {ends}; the rest waits, but for a last "
            "day that would be over by then.",
            starts=f"{plan.staff.starts:%H:%M}",
            ends=f"{plan.staff.ends:%H:%M}",
        )
    return words.say(
        "Reminders come at {at}, and nothing from {starts} to {ends}.",
        at=f"{plan.at:%H:%M}",
        starts=f"{plan.quiet.starts:%H:%M}",
        ends=f"{plan.quiet.ends:%H:%M}",
    )


def _limits(context: Context) -> str:
    limits = context.rulebook.reminders.messages
    return context.words.say(
        "At most {day} messages a day and {week} a week, answers to your taps not counted. What is "
        "too many comes with the next morning's.",
        day=limits.per_day,
        week=limits.per_week,
    )


def hours_of(choice: QuietChoice, words: Words) -> str:
    """Return quiet hours as people read them: 20:00–08:00."""
    if choice is QuietChoice.SCHOOL:
        return words.say("only the school's own, at night")
    hours = HOURS[choice]
    return f"{hours.starts:%H:%M}–{hours.ends:%H:%M}"


def _reminder_card(muted: frozenset[NoticeKind], context: Context) -> Card:
    words = context.words
    entries = [_topic(topic, topic in muted, words) for topic in topics_for(context.duties)]
    required = [
        Entry(words.say(sentence), state=words.say("Required notices cannot be switched off"))
        for duty, sentence in REQUIRED.items()
        if duty in context.duties
    ]
    lead = Paragraph(words.say("Which reminders do you want? Nothing you have done is changed."))
    blocks: list[Block] = [lead, *entries]
    if entries and required:
        blocks.append(Divider())
    return Card(words.say("Settings: reminders"), (*blocks, *required))


def _topic(topic: NoticeKind, is_muted: bool, words: Words) -> Entry:
    action = ChooseReminder(topic, 1 if is_muted else 0)
    label = words.say("Switch on") if is_muted else words.say("Switch off")
    return Entry(
        labels.word(topic, words),
        words.say(TYPED[topic]),
        words.say("off") if is_muted else words.say("on"),
        Tone.PLAIN if is_muted else Tone.DONE,
        Button(label, action, said=f"{label} {labels.word(topic, words)}"),
    )


def _quiet_card(chosen: QuietChoice, usual: str, limits: str, words: Words) -> Card:
    blocks = (
        Paragraph(usual),
        Paragraph(words.say("Now: {hours}", hours=hours_of(chosen, words))),
        Paragraph(
            words.say(
                "In these hours messages wait until they are over, unless the deadline would "
                "pass first. Nothing is lost."
            )
        ),
        Paragraph(limits, quiet=True),
    )
    buttons = tuple(
        Button(_label(choice, words), ChooseQuiet(choice))
        for choice in QuietChoice
        if choice is not chosen
    )
    return Card(words.say("Settings: quiet hours"), blocks, buttons)


def _label(choice: QuietChoice, words: Words) -> str:
    return (
        words.say("The school's only") if choice is QuietChoice.SCHOOL else hours_of(choice, words)
    )


def _language_card(words: Words) -> Card:
    """Draw the language, offering the other one in that language; and the way out."""
    other = (
        Button("English", ChooseLanguage("en"))
        if words.locale.startswith("zh")
        else Button("中文", ChooseLanguage("zh_Hant_TW"))
    )
    buttons = (
        other,
        Button(words.say("Calendar of my deadlines"), ShowCalendar()),
        Button(words.say("Unlink this chat"), AskToUnlink(), Weight.QUIET),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    spoken = words.say("You are answered in Chinese.")
    if not words.locale.startswith("zh"):
        spoken = words.say("You are answered in English.")
    return Card(words.say("Settings: language"), (Paragraph(spoken),), buttons)


def _done(said: str, words: Words) -> Card:
    return Card(words.say("Settings"), (Paragraph(said),), tone=Tone.DONE)
