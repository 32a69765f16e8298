"""`bot calendar`: the address under which anybody may subscribe to a school's timetable."""

from typing import Any

import click

from bot.commands.choosing import chosen_school, school_option


@click.group("calendar")
def command() -> None:
    """Let people subscribe to the school's timetable in their calendars.

    \b
    Examples:
      bot calendar address
      bot calendar end
    """  # noqa: D301 - click reads the \b: these lines stay as they are


@command.command("address")
@school_option
def address(school_code: str | None) -> None:
    """Print a new address of the school's calendar; an earlier one shows nothing any more.

    It holds every window of the timetable and nothing about anybody: put it on the school's site.

    Example: bot calendar address
    """
    from bot import language
    from bot.commands import running
    from bot.commands.taking_files import with_store
    from bot.vault import Vault
    from handlers.calendar import address_of
    from models.queries import audit, feeds

    settings = running.settings()
    pepper = Vault(settings.secret_key.get_secret_value()).pepper

    async def main(store: Any, now: Any) -> tuple[str, str]:
        school = await chosen_school(store, school_code)
        async with store.writing() as session:
            fresh = await feeds.renew(session, school.id, None, pepper, now)
            await audit.record(
                session,
                school_id=school.id,
                at=now,
                deed="made calendar address",
                thing=f"school:{school.id}",
                **audit.entered_by(None),
            )
        return school.code, fresh

    code, fresh = with_store(main)
    page = address_of(settings.web_url or f"http://{settings.host}:{settings.port}", fresh, code)
    said = language.words()
    click.echo(said.say("To subscribe: {page}", page=page))
    click.echo(said.say("The calendar itself: {address}", address=f"{page}.ics"))


@command.command("end")
@school_option
def end(school_code: str | None) -> None:
    """Let the address of the school's calendar show nothing any more.

    Example: bot calendar end
    """
    from bot import language
    from bot.commands.taking_files import with_store
    from models.queries import audit, feeds

    async def main(store: Any, now: Any) -> bool:
        school = await chosen_school(store, school_code)
        async with store.writing() as session:
            ended = await feeds.end(session, school.id, None, now)
            if ended:
                await audit.record(
                    session,
                    school_id=school.id,
                    at=now,
                    deed="ended calendar address",
                    thing=f"school:{school.id}",
                    **audit.entered_by(None),
                )
        return ended

    said = language.words()
    ended = with_store(main)
    click.echo(
        said.say("The address shows nothing any more.")
        if ended
        else said.say("The school's calendar has no address.")
    )
