"""`bot release`: ends a hold; after a restore it shows first what is in doubt."""

import getpass
from typing import TYPE_CHECKING

import click

from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from handlers.words import Words
    from models.queries.holds import Hold
    from models.queries.in_doubt import Doubt, Telling
    from models.store import Store


@click.command("release")
@school_option
@click.option(
    "--tell",
    type=click.Choice(["required", "all", "nothing"]),
    default="required",
    show_default=True,
    help="What of the doubtful is said once more, with a word that it may be the second time.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, school_code: str | None, tell: str, yes: bool) -> None:
    """Let messages leave again.

    After a restore the database believes unsent what may have been sent after the backup. It is
    shown and asked about. What the law requires is said once more, with a word that it may be the
    second time; of the rest it stays unknown whether it was said. Everybody gets one message at
    most.

    \b
    Examples:
      bot release --tell nothing --yes
      bot release
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from models.queries.in_doubt import Telling

    words = language.words()
    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()
    asyncio.run(_release(found.database_url, school_code, Telling(tell), now, words, yes=yes))


async def _release(
    url: str,
    school_code: str | None,
    telling: "Telling",
    now: "datetime",
    words: "Words",
    *,
    yes: bool,
) -> None:
    from bot.commands.restore import agree
    from models.queries import holds
    from models.store import Store
    from scheduler import releasing

    store = Store(url)
    try:
        school = await chosen_school(store, school_code) if school_code else None
        async with store.reading() as session:
            hold = await holds.on(session, school.id if school else None)
        if hold is None:
            click.echo(words.say("Nothing is on hold here."))
            await _others(store, words)
            return
        doubt = await releasing.doubt(store, hold, now)
        click.echo("\n".join(_described(hold, doubt, telling, words)))
        if hold.restored:
            agree(words.say("Let messages leave again?"), words, yes=yes)
        await releasing.release(store, hold, telling, getpass.getuser(), now, via="terminal")
        click.echo(words.say("Released: messages leave again."))
        await _others(store, words)
    finally:
        await store.close()


async def _others(store: "Store", words: "Words") -> None:
    """Name the holds that are on still: a school's is not ended with the installation's."""
    from sqlmodel import col, select

    from models.queries import holds
    from models.tables import School

    async with store.reading() as session:
        codes = dict((await session.execute(select(col(School.id), col(School.code)))).all())
        for hold in await holds.every(session):
            if hold.school_id is None:
                click.echo(words.say("The whole installation is on hold: `bot release`."))
            else:
                code = codes[hold.school_id]
                said = words.say("On hold still: `bot release --school {code}`.", code=code)
                click.echo(said)


def _described(hold: "Hold", doubt: "Doubt", telling: "Telling", words: "Words") -> "Iterator[str]":
    from handlers.words import N_
    from models.queries.in_doubt import Telling

    reason = hold.reason or words.say("the database was put back")
    yield words.say(
        "On hold since {moment} by {who}: {reason}",
        moment=words.moment(hold.at),
        who=hold.by,
        reason=reason,
    )
    if not hold.restored:
        return
    yield words.say(
        "In doubt, since they fell due before that: {required} notices that are required, "
        "{ordinary} others.",
        required=doubt.required,
        ordinary=doubt.ordinary,
    )
    fate = {
        Telling.REQUIRED: N_(
            "The required ones are said once more, with a word that it may be the second time; "
            "the others end as unknown."
        ),
        Telling.ALL: N_("All are said once more, with a word that it may be the second time."),
        Telling.NOTHING: N_("None is said once more; all end as unknown."),
    }
    yield words.say(fate[telling])
