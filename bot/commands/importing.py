"""`bot import`: takes over what the school's systems know; samples, columns, taking back."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands import packages, reconciling, taking_files
from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from models.tables import ImportRun

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group("import")
def command() -> None:
    """Take over what the school's own systems know, from XLSX and CSV.

    \b
    Examples:
      bot import samples samples/
      bot import people people-last-year.xlsx
      bot import people people.xlsx --dry-run
      bot import works works.xlsx
      bot import receipts receipts.xlsx --term 112-2
      bot import differences
      bot import undo
    """  # noqa: D301 - click reads the \b: these lines stay as they are


_ROUND_OPTIONS = (
    click.option(
        "--term",
        required=True,
        help="The term that was submitted, such as 112-2.",
    ),
    click.option(
        "--round",
        "round_number",
        type=click.IntRange(1, 99),
        default=1,
        show_default=True,
        help="1 for the first time it was submitted, 2 after corrections.",
    ),
)


def _taking(subject: str, says: str, example: str, *more: Callable[[Any], Any]) -> click.Command:
    """Return the command that takes over files about one subject, with options of its own."""

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
    @click.option(
        "--data-at",
        metavar="MOMENT",
        help="Of which moment the file is, such as “113/5/20 08:00”; else the file says it.",
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
        data_at: str | None,
        school_code: str | None,
        form: str,
        term: str | None = None,
        round_number: int = 1,
    ) -> None:
        from bot.imports.taking import Terms

        true_at = taking_files.moment_of(file, data_at)
        terms = Terms(skip_bad=skip_bad, consent=consent, dry_run=dry_run, data_at=true_at)
        asks = form == "text" and not dry_run and sys.stdin.isatty()
        taking_files.run(
            subject=subject,
            of=taking_files.round_of(term, round_number) if term else None,
            file=file,
            terms=terms,
            own_columns=own_columns,
            school_code=school_code,
            form=form,
            asks=asks,
        )

    take.__doc__ = f"{says}\n\nNothing is written while a row is bad.\n\nExample: {example}"
    command_of: Any = take
    for option in reversed(more):
        command_of = option(command_of)
    return click.command(subject)(command_of)


for _subject, _says, _example, *_more in (
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
    (
        "officers",
        "Take over the offices that pupils held in a term (校內幹部經歷) from FILE.",
        "bot import officers officers.xlsx",
    ),
    (
        "receipts",
        "Take over the receipt statements of a submission round from FILE, and ask the pupils.",
        "bot import receipts receipts.xlsx --term 112-2",
        *_ROUND_OPTIONS,
    ),
):
    command.add_command(_taking(_subject, _says, _example, *_more))


command.add_command(packages.package)


for _below in (reconciling.report, reconciling.differences, reconciling.settle):
    command.add_command(_below)


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
        run = taking_files.with_store(main)
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
