"""`bot hold`: stops all sending, for the installation or for one school, with a reason."""

import getpass

import click

from bot.commands.choosing import chosen_school, school_option


@click.command("hold")
@school_option
@click.option("--reason", required=True, help="Kept in the audit; write no names.")
@click.option(
    "--restored",
    is_flag=True,
    help="The database was put back by other tools: what fell due until now may have been sent.",
)
def command(*, school_code: str | None, reason: str, restored: bool) -> None:
    """Stop all sending until `bot release`.

    Without --school it is the whole installation. Taps are answered as ever, reminders are planned
    and wait; messages that are on their way at this moment still arrive.

    \b
    Examples:
      bot hold --reason 搬機器
      bot hold --school 060402 --reason 期程要改
      bot hold --restored --reason 從備份還原
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    import asyncio

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.timetable import BadInput
    from models.queries import holds
    from models.queries.holds import Hold
    from models.store import Store

    words = language.words()
    if not reason.strip():
        raise BadInput(words.say("Please give a reason: it is kept with the hold."))
    if restored and school_code:
        raise BadInput(words.say("A database is put back for all schools: leave --school out."))
    found = running.settings()
    running.require_migrated(found)

    async def main() -> None:
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code) if school_code else None
            hold = Hold(
                SystemClock().now(),
                reason.strip(),
                getpass.getuser(),
                restored=restored,
                school_id=school.id if school else None,
            )
            async with store.writing() as session:
                await holds.put_on(session, hold, via="terminal")
        finally:
            await store.close()

    asyncio.run(main())
    click.echo(words.say("On hold: nothing is sent until `bot release`. Taps are answered."))
