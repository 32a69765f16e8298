"""`bot extend`: gives one pupil more time in one window, on record and told to the pupil."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from handlers.words import Words
    from models.queries.windows import TermWindow
    from models.tables import Person, School


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: whose deadline, of which window, until when, why, and by which decision."""

    pupil: str
    window: str
    until: str
    reason: str
    reference: str


@click.command("extend")
@school_option
@click.option("--pupil", required=True, metavar="學號", help="The pupil's number.")
@click.option(
    "--window",
    required=True,
    metavar="TERM/STAGE[/ROUND]",
    help="Such as 113-1/upload or 112-2/receipt/2.",
)
@click.option(
    "--until",
    default="",
    metavar="DATE",
    help="The last day: 114/2/10 or 2025-02-10; as late as the school's rules allow if not given.",
)
@click.option(
    "--reference",
    default="",
    metavar="TEXT",
    help="The decision that it rests on, such as 113-1 工作小組第 2 次會議.",
)
@click.option("--reason", required=True, help="Kept in the audit; write no illness and no names.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(form: str, school_code: str | None, **typed: str) -> None:
    """Give one pupil more time in a window; nothing changes for anybody else.

    The pupil is told the old date and the new one, and is reminded of the new one. Running it
    again with another date changes the date. The new day ends at the window's own hour.

    \b
    Example:
      bot extend --pupil 0123456 --window 113-1/upload --until 114/2/10 --reason 公假
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from models.store import Store

    words = language.words()
    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()
    wish = Wish(**{name: text.strip() for name, text in typed.items()})

    async def main() -> dict[str, Any]:
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code)
            async with store.writing() as session:
                return await _extend(session, school, wish, words, now)
        finally:
            await store.close()

    done = asyncio.run(main())
    click.echo(json.dumps(done, ensure_ascii=False) if form == "json" else done["said"])


async def _extend(
    session: "AsyncSession", school: "School", wish: Wish, words: "Words", now: datetime
) -> dict[str, Any]:
    """Grant the extension; BadInput says what was wrong and what to write instead."""
    from bot.commands.timetable import BadInput
    from handlers import deadlines
    from handlers.refusals import sentence
    from models.errors import ExtensionTooLate, ExtensionTooShort
    from scheduler.extending import Grant, extend_for

    if not wish.reason:
        raise BadInput(words.say("Please give a reason: it is kept with the extension."))
    person = await _pupil(session, school, wish.pupil, words)
    found = await _window(session, person, wish.window, words)
    until = await _until(session, person, found, wish.until, words)
    try:
        await extend_for(
            session, person, found, Grant(until, wish.reason, reference=wish.reference), now
        )
    except (ExtensionTooLate, ExtensionTooShort) as refused:
        raise BadInput(sentence(refused, words)) from None
    name, day = deadlines.name_of(words, found), words.deadline(until)
    said = words.say(
        "{window}: pupil {number} has time until {deadline}. The pupil is told.",
        window=name,
        number=person.number,
        deadline=day,
    )
    return {
        "pupil": person.number,
        "window": wish.window,
        "closed_at": found.closes_at.isoformat(),
        "closes_at": until.isoformat(),
        "said": said,
    }


async def _until(
    session: "AsyncSession", person: "Person", found: "TermWindow", typed: str, words: "Words"
) -> datetime:
    """Return the end that was typed, at the window's own hour; else the latest that is allowed."""
    from bot.commands.timetable import BadInput
    from models.rules.extensions import end_on
    from models.rules.roc import parse_day
    from models.vocabulary import ExtendedTo
    from scheduler.extending import Whom, latest_for

    if not typed:
        late = await latest_for(session, Whom(ExtendedTo.PERSON, person.id), found)
        if late is None:
            raise BadInput(
                words.say("Please say --until: the rulebook has no [[extensions]] for this window.")
            )
        return late.at
    try:
        return end_on(parse_day(typed), found.window.closes_at)
    except ValueError:
        raise BadInput(
            words.say("“{text}” is no day; write 114/2/10 or 2025-02-10.", text=typed)
        ) from None


async def _pupil(
    session: "AsyncSession", school: "School", number: str, words: "Words"
) -> "Person":
    from sqlmodel import col, select

    from bot.commands.timetable import BadInput
    from models.tables import Person
    from models.vocabulary import PersonKind

    asked = select(Person).where(
        col(Person.school_id) == school.id,
        col(Person.number) == number,
        col(Person.kind) == PersonKind.PUPIL,
        col(Person.departed).is_(False),
    )
    person = (await session.execute(asked)).scalar_one_or_none()
    if person is None:
        raise BadInput(words.say("No pupil of this school has the number {number}.", number=number))
    return person


async def _window(
    session: "AsyncSession", person: "Person", asked: str, words: "Words"
) -> "TermWindow":
    from bot.commands.timetable import BadInput
    from models.queries import pupils
    from models.rules.extensions import EXTENDABLE

    own = {
        name: window
        for window in await pupils.windows_of(session, person)
        if window.stage in EXTENDABLE
        for name in _names(window)
    }
    if asked in own:
        return own[asked]
    names = ", ".join(sorted(own)) or "–"
    raise BadInput(
        words.say(
            "“{asked}” is no window of this pupil; there are: {names}", asked=asked, names=names
        )
    )


def _names(window: "TermWindow") -> list[str]:
    """Return how a window is written; the first round without its number."""
    name = f"{window.term_name}/{window.stage.value}"
    return [name] if window.window.round == 1 else [f"{name}/{window.window.round}"]
