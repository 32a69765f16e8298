"""`bot paper`: confirmations of receipt, and notices to hang up in a class."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import school_option
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from models.queries.receipts import Receipt
    from models.queries.rosters import Seated
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


@click.group("paper")
def command() -> None:
    """Print confirmations of receipt and class notices, as PDF on A4.

    Example: bot paper notice --class 201 --out 201-dates.pdf
    """


@command.command("confirmation")
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
    wanted = _term(term)

    async def sheets(session: "AsyncSession", of: "School", now: "datetime") -> bytes:
        from bot.commands.timetable import words_of
        from bot.paper.confirmations import Pupil, confirmation_sheet
        from bot.paper.printing import Press

        found = []
        for seated in await _pupils(session, of, number, class_name):
            receipt = await _statement(session, seated, wanted, round_)
            if receipt is not None:
                name, given = seated.person.name, seated.person.number
                found.append((Pupil(name, given, seated.class_name, seated.seat), receipt))
        if not found:
            raise BadInput(said.say("There is no receipt statement to print for this choice."))
        return confirmation_sheet(Press(), found, school=of.name, now=now, words=words_of(lang))

    _print(school_code, out, sheets)


@command.command("notice")
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
    wanted = _term(term)

    async def sheet(session: "AsyncSession", of: "School", now: "datetime") -> bytes:
        from bot.commands.timetable import words_of
        from bot.line.inbox import CHANNEL
        from bot.paper.class_notices import Audience, audience_label, class_notice
        from bot.paper.printing import Press
        from models.queries import rosters, schools
        from models.rules.roc import Term
        from models.rules.taipei import day_of

        rulebook, words = schools.rulebook_of(of), words_of(lang)
        keys = [known.key for known in rulebook.divisions]
        if division is not None and division not in keys:
            raise BadInput(
                said.say(
                    "--division: there is no {found}; known: {known}",
                    found=division,
                    known=", ".join(keys) or said.say("none in the rulebook, leave it out"),
                )
            )
        room = await _room(session, of, class_name) if class_name else None
        of_grade = room.grade if room else grade
        of_division = room.division if room else division
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
        windows = await rosters.windows_met(
            session,
            of.id,
            semester,
            grade=of_grade,
            divisions=[of_division] if of_division else keys,
        )
        if not windows:
            dated = await rosters.semesters_met(session, of.id)
            raise BadInput(
                said.say(
                    "--term: there is nothing to hang up for {term}; semesters with dates: {known}",
                    term=semester,
                    known=", ".join(map(str, dated)) or "–",
                )
            )
        label = audience_label(room.name if room else "", of_grade, of_division, rulebook, words)
        return class_notice(
            Press(),
            windows,
            audience=Audience(label, of_division, of_grade, semester.year),
            term=str(semester),
            rulebook=rulebook,
            basic_id=await schools.basic_id(session, of.id, CHANNEL),
            now=now,
            words=words,
        )

    _print(school_code, out, sheet)


def _print(school_code: str | None, out: Path, printing: "Printing") -> None:
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


def _term(given: str | None) -> "Term | None":
    from models.rules.roc import Term

    if given is None:
        return None
    try:
        return Term(given)
    except ValueError:
        raise BadInput(
            language.words().say(
                "--term: a term such as 113-1 is expected; found: {found}", found=given
            )
        ) from None


async def _pupils(
    session: "AsyncSession", school: "School", number: str | None, class_name: str | None
) -> "list[Seated]":
    from models.queries import rosters

    if number is None:
        return await rosters.of_class(session, await _room(session, school, class_name or ""))
    found = await rosters.pupil(session, school.id, number)
    if found is None:
        raise BadInput(
            language.words().say("Nobody here has this class or number: {names}.", names=number)
        )
    return [found]


async def _room(session: "AsyncSession", school: "School", name: str) -> "SchoolClass":
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


async def _statement(
    session: "AsyncSession", seated: "Seated", term: "Term | None", round_: int | None
) -> "Receipt | None":
    """Return the latest statement of a pupil that was asked for."""
    from models.queries import receipts

    def is_meant(receipt: Any) -> bool:
        of_term = term is None or (receipt.term.year, receipt.term.semester) == (
            term.year,
            term.semester,
        )
        return of_term and round_ in {None, receipt.submission.round}

    return next(filter(is_meant, await receipts.of_pupil(session, seated.person)), None)
