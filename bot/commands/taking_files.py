"""Takes one file over for `bot import`: reads it, asks where that is needed, prints the report."""

import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot import language
from bot.commands.choosing import chosen_school, term_typed
from bot.commands.progress import stepping
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from bot.imports.columns import ColumnMap
    from bot.imports.receipts import Round
    from bot.imports.sheets import Sheet
    from bot.imports.taking import Parcel, Report, Terms
    from handlers.words import Words

Answer = TypeVar("Answer")


def run(
    *,
    subject: str,
    of: "Round | None",
    file: Path,
    terms: "Terms",
    own_columns: Path | None,
    school_code: str | None,
    form: str,
    asks: bool,
) -> None:
    """Take a file over; a person at a terminal is asked where a script would be refused."""
    from dataclasses import replace

    from bot.imports import sentences, showing
    from bot.imports.cells import MissingColumns
    from bot.imports.sentences import missing_sentence, no_window_sentence
    from bot.imports.taking import Ending, Parcel, Subject
    from bot.imports.uncollected import uncollected
    from models.queries.receipt_imports import NoReceiptWindow

    said = language.words()
    known = columns_from(own_columns, said)
    with stepping(sentences.steps(said)) as step, uncollected():
        step("read")
        parcel = Parcel(Subject(subject), sheets_of(file, said), known, of)
        try:
            report = _take(parcel, terms, school_code, step)
        except MissingColumns as missing:
            raise BadInput(missing_sentence(missing, said)) from None
        except NoReceiptWindow as refusal:
            raise BadInput(no_window_sentence(refusal, said)) from None
    if form == "json":
        data_at = terms.data_at.isoformat() if terms.data_at else None
        data = {"data_at": data_at, **showing.as_data(report, said)}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        if terms.data_at is not None:
            click.echo(said.say("Data as of {moment}", moment=said.moment(terms.data_at)))
        click.echo("\n".join(showing.lines(report, said)))
        if asks and report.ending is Ending.NEEDS_CONSENT and _confirmed(report, said):
            consented = replace(terms, consent=report.at_stake)
            report = _take(parcel, consented, school_code, lambda _name: None)
        click.echo(showing.ending(report, said))
    if showing.exit_code(report):
        raise SystemExit(showing.exit_code(report))


def columns_from(own: Path | None, words: "Words") -> "ColumnMap":
    """Return the map of columns with a school's own file; BadInput says what is wrong with it."""
    from bot.imports.columns import ColumnsError, load
    from bot.imports.sentences import columns_sentence

    try:
        return load(own)
    except ColumnsError as error:
        raise BadInput(columns_sentence(error, words)) from None


@contextmanager
def changed_meanwhile(words: "Words") -> Iterator[None]:
    """Say so where somebody else wrote the same rows meanwhile, or the work was broken off."""
    from sqlalchemy.exc import IntegrityError, OperationalError

    try:
        yield
    except IntegrityError:
        raise click.ClickException(
            words.say("Somebody changed the same rows meanwhile; nothing was written. Try again.")
        ) from None
    except (OperationalError, KeyboardInterrupt):
        raise click.ClickException(
            words.say(
                "Broken off: everything in the file was taken over, or nothing. Import it again: "
                "whatever is there already is not written twice."
            )
        ) from None


def moment_of(file: Path, typed: str | None) -> datetime:
    """Return of which moment a file is, as typed or as it says itself; BadInput says the form."""
    from bot.clock import SystemClock
    from bot.imports.dating import data_at, read_moment

    try:
        given = read_moment(typed) if typed else None
    except ValueError:
        words = language.words()
        raise BadInput(
            words.say(
                "--data-at: a moment such as 113/5/20 08:00 is expected; found: {found}",
                found=typed,
            )
        ) from None
    return data_at(file, given, SystemClock().now())


def round_of(term: str, number: int) -> "Round":
    """Return the round of a term as it was typed; BadInput says how one is written."""
    from bot.imports.receipts import Round

    return Round(term_typed(term), number)


def _confirmed(report: "Report", words: "Words") -> bool:
    """Ask for the number that is at stake: a plain yes is given too easily."""
    asked = words.say("If this is meant, type {n}", n=report.at_stake)
    typed: str = click.prompt(asked, default="", show_default=False)
    return typed.strip() == str(report.at_stake)


def sheets_of(file: Path, words: "Words") -> "list[Sheet]":
    """Return the sheets of a file; BadInput says why it cannot be read."""
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

    with changed_meanwhile(language.words()):
        return with_store(main)


def with_store(main: Callable[[Any, Any], Coroutine[Any, Any, Answer]]) -> Answer:
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
