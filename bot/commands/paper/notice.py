"""`bot paper notice`: a semester's dates to hang up in a class."""

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

    from models.tables import School


@click.command("notice")
@school_option
@click.option("--class", "class_name", metavar="NAME", help="For one class.")
@click.option("--grade", type=click.IntRange(1, 3), help="For one grade.")
@click.option("--division", metavar="KEY", help="For one division, such as day.")
@term_option
@out_option
@lang_option
def notice(
    *,
    school_code: str | None,
    class_name: str | None,
    grade: int | None,
    division: str | None,
    term: str | None,
    out: Path,
    lang: str,
) -> None:
    """Print a semester's dates to hang up, with what each window means (班級通知單).

    \b
    Examples:
      bot paper notice --class 201 --out 201-dates.pdf
      bot paper notice --grade 3 --division day --term 113-1 --out grade-3.pdf
    """  # noqa: D301 - a mark for click
    said = language.words()
    if class_name is not None and (grade is not None or division is not None):
        raise BadInput(said.say("Name either a class, or a grade and a division."))
    wanted = term_or_none(term)

    async def sheet(session: "AsyncSession", of: "School", now: "datetime") -> bytes:
        from bot.commands.timetable import words_of
        from bot.paper.class_notices import notice_of
        from models.queries import rosters, schools
        from models.rules.roc import Term
        from models.rules.taipei import day_of

        keys = [known.key for known in schools.rulebook_of(of).divisions]
        if division is not None and division not in keys:
            raise BadInput(
                said.say(
                    "--division: there is no {found}; known: {known}",
                    found=division,
                    known=", ".join(keys) or said.say("none in the rulebook, leave it out"),
                )
            )
        room = await class_named(session, of, class_name) if class_name else None
        semester = wanted or Term.on(day_of(now))
        if room is not None and room.year != semester.year:
            raise BadInput(
                said.say(
                    "--term: {name} is a class of {year}, {term} is in another year. Name a grade "
                    "with --grade instead.",
                    name=room.name,
                    year=room.year,
                    term=semester,
                )
            )
        press = await notice_of(
            session,
            of,
            room,
            semester,
            grade=grade,
            division=division,
            now=now,
            words=words_of(lang),
        )
        if press is None:
            dated = await rosters.semesters_met(session, of.id)
            raise BadInput(
                said.say(
                    "--term: there is nothing to hang up for {term}; semesters with dates: {known}",
                    term=semester,
                    known=", ".join(map(str, dated)) or "–",
                )
            )
        return press()

    print_pdf(school_code, out, sheet)
