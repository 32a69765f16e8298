"""`bot console`: gives somebody a role in the web console, and a link to choose a password."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.rules.access import Grant
    from models.store import Store


@click.group()
def command() -> None:
    """Let people into the web console."""


@command.command()
@click.argument("address")
@click.option("--name", default="", help="What the console calls them; the address if left out.")
@click.option(
    "--role",
    default="registrar",
    show_default=True,
    type=click.Choice(
        [
            "administrator",
            "registrar",
            "submitter",
            "homeroom_teacher",
            "department_head",
            "viewer",
        ]
    ),
)
@click.option("--school", "school_code", help="The school's code; an administrator has none.")
@click.option("--scope", default="", help="A class, a division or a kind of list; empty means all.")
def invite(address: str, name: str, role: str, school_code: str | None, scope: str) -> None:
    """Give ADDRESS a role and print a link with which they choose their password.

    The link works once, for two days. Who has a password keeps it until the link is used.

    \b
    Examples:
      bot console invite office@school.example --school 060402
      bot console invite admin@school.example --role administrator
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.commands.timetable import BadInput
    from models.rules.access import Grant
    from models.store import Store
    from models.vocabulary import ConsoleRole

    words = language.words()
    chosen = ConsoleRole(role)
    if (chosen is ConsoleRole.ADMINISTRATOR) == bool(school_code):
        raise BadInput(
            words.say(
                "An administrator looks after all schools and has no --school; every other role "
                "needs one."
            )
        )
    found = running.settings()
    running.require_migrated(found)

    async def main() -> str:
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code) if school_code else None
            grant = Grant(chosen, school.id if school else None, scope.strip())
            return await _invited(store, found, address, name or address, grant)
        finally:
            await store.close()

    link = asyncio.run(main())
    click.echo(
        words.say("{address} chooses a password here, once, within two days:", address=address)
    )
    click.echo(link)


async def _invited(
    store: "Store", found: "Settings", address: str, name: str, grant: "Grant"
) -> str:
    from bot.clock import SystemClock
    from bot.console.links import new_link
    from bot.vault import Vault
    from models.queries.console import users

    clock = SystemClock()
    async with store.writing() as session:
        user = await users.added(session, address, name, clock.now(), [grant])
        await users.sign_out_everywhere(session, user.id)
        await users.record_change(
            session, user.id, "console_role_granted", at=clock.now(), via="terminal", grant=grant
        )
        vault = Vault(found.secret_key.get_secret_value())
        return await new_link(session, user.id, vault, found, clock)
