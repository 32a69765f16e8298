"""`bot paper confirmation`: what a receipt statement says and what its pupil answered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import language
from bot.commands.choosing import school_option
from bot.commands.paper.printing import (
    class_named,
    lang_option,
    out_option,
    print_pdf,
    term_option,
    term_or_none,
)
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from models.queries.rosters import Seated
    from models.tables import School


@click.command("confirmation")
@school_option
@click.option("--pupil", "number", metavar="NUMBER", help="One pupil, by number (學號).")
@click.option("--class", "class_name", metavar="NAME", help="Everybody of a class, by seat.")
@term_option
@click.option("--round", "round_", type=click.IntRange(min=1), help="Which submission; the latest.")
@out_option
@lang_option
def confirmation(
    *,
    school_code: str | None,
    number: str | None,
    class_name: str | None,
    term: str | None,
    round_: int | None,
    out: Path,
    lang: str,
) -> None:
    """Print what a receipt statement says and what its pupil answered (收訖明細確認單).

    \b
    Examples:
      bot paper confirmation --pupil 1120012 --out confirmation.pdf
      bot paper confirmation --class 201 --term 112-2 --out 201.pdf
    """  # noqa: D301 - a mark for click
    said = language.words()
    if (number is None) is (class_name is None):
        raise BadInput(said.say("Name a pupil with --pupil, or a class with --class."))
    wanted = term_or_none(term)

    async def sheets(session: "AsyncSession", of: "School", now: "datetime") -> bytes:
        from bot.commands.timetable import words_of
        from bot.paper.confirmations import sheets_of

        printing = await sheets_of(
            session,
            of,
            await _pupils(session, of, number, class_name),
            term=wanted,
            round_=round_,
            now=now,
            words=words_of(lang),
        )
        if printing is None:
            raise BadInput(said.say("There is no receipt statement to print for this choice."))
        return printing()

    print_pdf(school_code, out, sheets)


async def _pupils(
    session: "AsyncSession", school: "School", number: str | None, class_name: str | None
) -> "list[Seated]":
    from models.queries import rosters

    if number is None:
        return await rosters.of_class(session, await class_named(session, school, class_name or ""))
    found = await rosters.pupil(session, school.id, number)
    if found is None:
        raise BadInput(
            language.words().say("Nobody here has this class or number: {names}.", names=number)
        )
    return [found]
