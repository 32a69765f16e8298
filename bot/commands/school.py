"""`bot school`: sets up a school from its rulebook, and its LINE channel."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import language
from bot.commands.choosing import school_option
from handlers.words import N_

if TYPE_CHECKING:
    from bot.wiring import Installation
    from handlers.words import Words
    from models.tables import School


def basic_id(given: str) -> str:
    """Return a LINE basic or premium ID with its @, or "" for none; click.BadParameter else."""
    plain = given.strip().removeprefix("@")
    if not plain:
        return ""
    from bot.enrolling import BASIC_ID

    if not BASIC_ID.fullmatch(f"@{plain}"):
        raise click.BadParameter(
            language.words().say("an ID such as @123abcde is expected; found: {found}", found=given)
        )
    return f"@{plain}"


def _asked() -> str:
    """Ask for the basic ID at a terminal; a script may leave it out."""
    if not sys.stdin.isatty():
        return ""
    asked = language.words().say("LINE basic ID, such as @123abcde (Enter: leave it as it is)")
    return str(click.prompt(asked, default="", show_default=False))


def _secretly(what: str, given: str | None) -> str:
    """Ask for a secret at a terminal, unseen; a script may leave it out."""
    if given is not None or not sys.stdin.isatty():
        return (given or "").strip()
    words = language.words()
    asked = words.say("{what} (Enter: leave it as it is)", what=words.say(what))
    return str(click.prompt(asked, default="", show_default=False, hide_input=True)).strip()


def _sound(rulebook: Path) -> Path:
    """Return the path of a rulebook that can be read; nothing is asked for in vain."""
    from bot.commands import running
    from bot.commands.timetable import read_rulebook

    running.settings()
    read_rulebook(str(rulebook), language.words())
    return rulebook


@click.group("school")
def command() -> None:
    """Set up a school and its channels."""


@command.command("add")
@click.argument(
    "rulebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=lambda _context, _argument, given: _sound(given),
)
@click.option(
    "--line-secret",
    envvar="BOT_SCHOOL_LINE_SECRET",
    callback=lambda _context, _option, given: _secretly(N_("LINE channel secret"), given),
    help="Asked for when it is not given; never shown. Left empty, the known one stays.",
)
@click.option(
    "--line-token",
    envvar="BOT_SCHOOL_LINE_TOKEN",
    callback=lambda _context, _option, given: _secretly(N_("LINE channel access token"), given),
    help="Asked for when it is not given; never shown. Left empty, the known one stays.",
)
@click.option(
    "--line-basic-id",
    envvar="BOT_SCHOOL_LINE_BASIC_ID",
    callback=lambda _context, _option, given: basic_id(_asked() if given is None else given),
    help="By which people find the account; code sheets need it. Without it the known one stays.",
)
@click.option(
    "--telegram-token",
    envvar="BOT_SCHOOL_TELEGRAM_TOKEN",
    callback=lambda _context, _option, given: _secretly(N_("Telegram bot token"), given),
    help="From @BotFather, for a school on Telegram. Asked for and kept like LINE's.",
)
@click.option(
    "--replace", is_flag=True, help="Undo what was changed in the console since, by this file."
)
def add(
    rulebook: Path,
    line_secret: str,
    line_token: str,
    line_basic_id: str,
    telegram_token: str,
    *,
    replace: bool,
) -> None:
    """Set up a school from its RULEBOOK, take its timetable over, and keep its credentials.

    The school's code and name stand in the rulebook. Running it again with a changed rulebook or
    changed credentials brings the school up to date; deadlines that move are told to those they
    touch. A school may be on LINE, on Telegram or on both; credentials stay unless others are
    given.

    Example: bot school add my-school.toml
    """
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.timetable import BadInput, finding_lines, read_rulebook
    from bot.enrolling import Signing, enrol
    from bot.wiring import installed
    from models.queries import schools
    from models.rules.taipei import day_of
    from scheduler.taking_over import TimetableRefused

    words = language.words()
    rules = read_rulebook(str(rulebook), words)
    text = rulebook.read_text("utf-8")
    found = running.settings()
    running.migrate(found)
    clock = SystemClock()
    today = day_of(clock.now())
    signing = Signing(line_secret, line_token, line_basic_id, telegram_token)

    async def main() -> None:
        async with installed(found, clock) as installation:
            taken = await enrol(installation, text, signing, name=rules.code, replace=replace)
            click.echo("\n".join(finding_lines(taken.findings, rules, today, words)))
            click.echo(
                words.say(
                    "{name} is set up: {new} new windows, {moved} moved.",
                    name=rules.name,
                    new=taken.new,
                    moved=taken.moved,
                )
            )
            async with installation.store.reading() as session:
                school = await schools.by_code(session, rules.code)
            if school is not None:
                await _look(installation, school, words)

    try:
        asyncio.run(main())
    except TimetableRefused as refusal:
        raise BadInput("\n".join(finding_lines(refusal.findings, rules, today, words))) from None


@command.command("rulebook")
@school_option
def rulebook_of(school_code: str | None) -> None:
    """Print a school's rulebook as it holds now, with what was changed in the console.

    Example: bot school rulebook > my-school.toml
    """
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.wiring import installed

    found = running.settings()
    running.require_migrated(found)

    async def main() -> str:
        async with installed(found, SystemClock()) as installation:
            return (await chosen_school(installation.store, school_code)).rulebook

    click.echo(asyncio.run(main()), nl=False)


@command.command("check")
@school_option
def check(school_code: str | None) -> None:
    """Look whether a school is ready: tokens, webhooks, LINE's plan, windows, people.

    Exit code 1 while something is missing; each line says what to do.

    Example: bot school check
    """
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.wiring import installed

    words = language.words()
    found = running.settings()
    running.require_migrated(found)

    async def main() -> bool:
        async with installed(found, SystemClock()) as installation:
            school = await chosen_school(installation.store, school_code)
            return await _look(installation, school, words)

    if not asyncio.run(main()):
        raise SystemExit(1)


@command.command("webhook")
@click.argument("address")
@school_option
def webhook(address: str, school_code: str | None) -> None:
    """Have Telegram send a school's updates to this installation at its public ADDRESS.

    LINE's webhook is entered in the LINE Developers console. Without a public address run
    `bot serve --telegram-polling` instead.

    Example: bot school webhook https://bell.example.edu.tw
    """
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.pointing import point_here
    from bot.wiring import installed

    words = language.words()
    found = running.settings()
    running.require_migrated(found)

    async def main() -> str:
        async with installed(found, SystemClock()) as installation:
            school = await chosen_school(installation.store, school_code)
            return await point_here(installation, school.code, address)

    click.echo(words.say("Telegram sends to {url} from now on.", url=asyncio.run(main())))


async def _look(installation: "Installation", school: "School", words: "Words") -> bool:
    """Print what is well and what is missing; return whether the school is ready."""
    from bot.readiness import look

    ready = True
    async for seen in look(installation, school, words):
        ready = ready and seen.well
        click.echo(seen.line)
    click.echo(
        words.say("Ready.")
        if ready
        else words.say("Not ready yet: see the lines with ✗, then run `bot school check`.")
    )
    return ready
