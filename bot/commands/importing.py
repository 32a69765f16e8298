"""`bot import`: takes over people, courses and works, shows samples and columns, takes back."""

import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from bot.imports.sheets import Sheet
    from bot.imports.taking import Parcel, Report, Terms
    from handlers.words import Words
    from models.tables import ImportRun

Answer = TypeVar("Answer")

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group("import")
def command() -> None:
    """Take over what the school's own systems know, from XLSX and CSV.

    \b
    Examples:
      bot import samples samples/
      bot import people people.xlsx --dry-run
      bot import works works.xlsx
      bot import undo
    """  # noqa: D301 - click reads the \b: these lines stay as they are


def _taking(subject: str, says: str, example: str) -> click.Command:
    """Return the command that takes over files about one subject."""

    @click.option("--skip-bad", is_flag=True, help="Take over the good rows, leave the bad ones.")
    @click.option(
        "--yes-remove",
        "consent",
        type=click.IntRange(1),
        metavar="N",
        help="Go on although the file would touch N; the report says the number.",
    )
    @click.option("--dry-run", is_flag=True, help="Only show what would change.")
    @click.option(
        "--columns",
        "own_columns",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="How your files call their columns, where that differs from the standard.",
    )
    @school_option
    @format_option
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def take(
        *,
        file: Path,
        skip_bad: bool,
        consent: int | None,
        dry_run: bool,
        own_columns: Path | None,
        school_code: str | None,
        form: str,
    ) -> None:
        from bot.imports.taking import Terms

        terms = Terms(skip_bad=skip_bad, consent=consent, dry_run=dry_run)
        asks = form == "text" and not dry_run and sys.stdin.isatty()
        _run(
            subject=subject,
            file=file,
            terms=terms,
            own_columns=own_columns,
            school_code=school_code,
            form=form,
            asks=asks,
        )

    take.__doc__ = f"{says}\n\nNothing is written while a row is bad.\n\nExample: {example}"
    return click.command(subject)(take)


for _subject, _says, _example in (
    (
        "people",
        "Take over pupils, classes and staff from FILE.",
        "bot import people people.xlsx",
    ),
    (
        "courses",
        "Take over courses, their teachers and who takes them from FILE.",
        "bot import courses courses.csv --skip-bad",
    ),
    (
        "works",
        "Take over course outcomes and diverse performances, with their states, from FILE.",
        "bot import works works.xlsx --columns my-platform.toml",
    ),
):
    command.add_command(_taking(_subject, _says, _example))


@command.command("undo")
@school_option
def undo(school_code: str | None) -> None:
    """Take the school's latest import back, exactly.

    Refused where its rows were changed or used since.

    Example: bot import undo
    """
    from bot import language
    from bot.imports.sentences import COUNTED, SUBJECTS
    from bot.imports.taking import Subject
    from models.queries import import_runs, importing

    said = language.words()

    async def main(store: Any, now: Any) -> "ImportRun":
        school = await chosen_school(store, school_code)
        async with store.writing() as session:
            await importing.lock(session, school.id)
            return await import_runs.undo(session, school.id, now)

    try:
        run = _with_store(main)
    except import_runs.NothingToUndo:
        raise click.ClickException(said.say("There is no import to take back.")) from None
    except import_runs.BuiltUpon as refusal:
        table = said.say(COUNTED.get(refusal.table, refusal.table))
        raise click.ClickException(
            said.say(
                "Not taken back: since then, {what} of this import were changed or used.",
                what=table,
            )
        ) from None
    click.echo(
        said.say(
            "Taken back: {subject}, imported {at}.",
            subject=said.say(SUBJECTS[Subject(run.subject)]),
            at=said.moment(run.at),
        )
    )


@command.command("samples")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def samples(folder: Path) -> None:
    """Write sample files of a small invented school into FOLDER, as XLSX and CSV.

    Example: bot import samples samples/
    """
    from bot.clock import SystemClock
    from bot.imports.samples import write
    from models.rules.taipei import day_of

    for file in write(folder, today=day_of(SystemClock().now())):
        click.echo(str(file))


@command.command("columns")
def columns() -> None:
    """Print how columns and words may be called, as a file to copy and change.

    Example: bot import columns > my-platform.toml
    """
    from bot.imports.columns import STANDARD

    click.echo(STANDARD.read_text("utf-8"), nl=False)


def _run(
    *,
    subject: str,
    file: Path,
    terms: "Terms",
    own_columns: Path | None,
    school_code: str | None,
    form: str,
    asks: bool,
) -> None:
    """Take a file over; a person at a terminal is asked where a script would be refused."""
    from dataclasses import replace

    from sqlalchemy.exc import IntegrityError

    from bot import language
    from bot.commands.timetable import BadInput
    from bot.imports import showing
    from bot.imports.cells import MissingColumns
    from bot.imports.columns import ColumnsError, load
    from bot.imports.sentences import columns_sentence, missing_sentence
    from bot.imports.taking import Ending, Parcel, Subject

    said = language.words()
    try:
        known = load(own_columns)
    except ColumnsError as error:
        raise BadInput(columns_sentence(error, said)) from None
    with _progress(said) as step:
        step("read")
        parcel = Parcel(Subject(subject), _sheets(file, said), known)
        try:
            report = _take(parcel, terms, school_code, step)
        except MissingColumns as missing:
            raise BadInput(missing_sentence(missing, said)) from None
        except IntegrityError:
            raise click.ClickException(
                said.say(
                    "Somebody changed the same rows meanwhile; nothing was written. Try again."
                )
            ) from None
    if form == "json":
        click.echo(json.dumps(showing.as_data(report, said), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(showing.lines(report, said)))
        if asks and report.ending is Ending.NEEDS_CONSENT and _confirmed(report, said):
            consented = replace(terms, consent=report.at_stake)
            report = _take(parcel, consented, school_code, lambda _name: None)
        click.echo(showing.ending(report, said))
    if showing.exit_code(report):
        raise SystemExit(showing.exit_code(report))


def _confirmed(report: "Report", words: "Words") -> bool:
    """Ask for the number that is at stake: a plain yes is given too easily."""
    asked = words.say("If this is meant, type {n}", n=report.at_stake)
    typed: str = click.prompt(asked, default="", show_default=False)
    return typed.strip() == str(report.at_stake)


def _sheets(file: Path, words: "Words") -> "list[Sheet]":
    from bot.commands.timetable import BadInput
    from bot.imports.reading import read
    from bot.imports.sentences import refusal_sentence
    from bot.imports.sheets import Refused

    try:
        return read(file)
    except Refused as refused:
        raise BadInput(f"{file.name}: {refusal_sentence(refused.why, words)}") from None
    except OSError as error:
        raise BadInput(f"{file.name}: {error.strerror}") from None


def _take(
    parcel: "Parcel", terms: "Terms", school_code: str | None, step: Callable[[str], None]
) -> "Report":
    from bot.imports.taking import take

    async def main(store: Any, now: Any) -> "Report":
        school = await chosen_school(store, school_code)
        return await take(store, school, parcel, terms, now=now, step=step)

    return _with_store(main)


def _with_store(main: Callable[[Any, Any], Coroutine[Any, Any, Answer]]) -> Answer:
    """Run a coroutine function on the installation's store and the present instant."""
    import asyncio

    from bot.clock import SystemClock
    from bot.commands import running
    from models.store import Store

    found = running.settings()
    running.require_migrated(found)

    async def opened() -> Answer:
        store = Store(found.database_url)
        try:
            return await main(store, SystemClock().now())
        finally:
            await store.close()

    return asyncio.run(opened())


@contextmanager
def _progress(words: "Words") -> Iterator[Callable[[str], None]]:
    """Give a function that moves a progress bar on, step by step; only a terminal shows one."""
    labels = {
        "read": words.say("Reading"),
        "check": words.say("Checking"),
        "compare": words.say("Comparing"),
        "write": words.say("Writing"),
    }
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(length=len(labels), file=sys.stderr, show_eta=False) as bar:

        def step(name: str) -> None:
            bar.label = labels[name]
            bar.update(list(labels).index(name) - bar.pos)

        yield step
        bar.update(len(labels) - bar.pos)
