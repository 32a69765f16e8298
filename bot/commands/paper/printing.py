"""What the commands that print have in common: options, a file that is the caller's alone."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import language
from bot.commands.choosing import term_typed
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from models.rules.roc import Term
    from models.tables import School, SchoolClass

    Printing = Callable[[AsyncSession, School, datetime], Awaitable[bytes]]

out_option = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF."
)
lang_option = click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True
)
term_option = click.option("--term", help="Such as 113-1.")


def print_pdf(school_code: str | None, out: Path, printing: "Printing") -> None:
    """Print one PDF from what the database says now; the file is the caller's alone."""
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.paper import files
    from models.store import Store

    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()

    async def main() -> bytes:
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code)
            async with store.reading() as session:
                return await printing(session, school, now)
        finally:
            await store.close()

    content = asyncio.run(main())
    try:
        files.write(out, content)
    except OSError as error:
        raise BadInput(
            language.words().say(
                "--out: {file} cannot be written: {why}", file=out, why=error.strerror
            )
        ) from None
    click.echo(str(out))


def term_or_none(given: str | None) -> "Term | None":
    """Return a term as it was typed, None for none; BadInput says how one is written."""
    return None if given is None else term_typed(given)


async def class_named(session: "AsyncSession", school: "School", name: str) -> "SchoolClass":
    """Return a class of this year; BadInput says which there are."""
    from models.queries import rosters

    rooms = await rosters.classes_of(session, school.id)
    found = next((room for room in rooms if room.name == name), None)
    if found is None:
        known = ", ".join(room.name for room in rooms)
        raise BadInput(
            language.words().say(
                "No class {name} this year; there is: {known}", name=name, known=known or "–"
            )
        )
    return found
