"""The first administrator of an installation: a one-time link, said in the terminal alone."""

from bot.console.links import new_link
from bot.wiring import Installation
from models.queries.console import users
from models.rules.access import Grant
from models.vocabulary import ConsoleRole

FIRST = "administrator"
"""What the first administrator signs in with."""


async def first_link(installation: Installation) -> str | None:
    """Return a link for the first administrator; None where one can sign in already."""
    clock = installation.clock
    async with installation.store.writing() as session:
        if not await users.nobody_yet(session):
            return None
        grant = Grant(ConsoleRole.ADMINISTRATOR)
        user = await users.added(session, FIRST, FIRST, clock.now(), [grant])
        return await new_link(session, user.id, installation.vault, installation.settings, clock)
