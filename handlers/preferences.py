"""How a person wants to be spoken to."""

from handlers.actions import ChooseLanguage, ShowHome
from handlers.context import Context
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from handlers.words import N_
from models.errors import AlreadyDone, NotYours
from models.queries import audit

LANGUAGES = {
    "zh_Hant_TW": N_("From now on you are answered in Chinese."),
    "en": N_("From now on you are answered in English."),
}
"""The locales that the product speaks, with what is said when one is chosen."""


@handles(ChooseLanguage)
async def choose_language(asked: ChooseLanguage, context: Context) -> Reply:
    """Keep the language; from the next answer on, every sentence comes in it."""
    person = context.person
    said = LANGUAGES.get(asked.locale)
    if said is None:
        raise NotYours
    if person.locale == asked.locale:
        raise AlreadyDone
    person.locale = asked.locale
    await audit.record(
        context.session,
        school_id=context.school.id,
        at=context.now,
        deed="chose language",
        thing=f"person:{person.id}",
        actor_id=person.id,
        person_id=person.id,
        via=context.via,
        locale=asked.locale,
    )
    words = context.words
    home = Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY)
    card = Card(words.say("Language"), (Paragraph(words.say(said)),), (home,), Tone.DONE)
    return Reply(words.say(said), (card,))
