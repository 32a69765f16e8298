"""`bot codes`: one-time joining codes on paper, a sheet for each class, and as CSV."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.choosing import school_option

if TYPE_CHECKING:
    from bot.issuing import Issued, Wanted
    from handlers.words import Words


@click.command("codes")
@school_option
@click.option("--class", "class_names", multiple=True, metavar="NAME", help="Only this class.")
@click.option("--person", "numbers", multiple=True, metavar="NUMBER", help="Only this person.")
@click.option("--staff", is_flag=True, help="Only the staff.")
@click.option("--also-joined", is_flag=True, help="Also for those who have joined already.")
@click.option(
    "--days", default=14, show_default=True, type=click.IntRange(1, 60), help="Valid for."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder for the sheets; a new one named after the moment if not given.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def command(
    *,
    school_code: str | None,
    class_names: tuple[str, ...],
    numbers: tuple[str, ...],
    staff: bool,
    also_joined: bool,
    days: int,
    out: Path | None,
    form: str,
) -> None:
    """Print one-time joining codes: a PDF sheet for each class, and a CSV.

    Made for everybody who has not joined, or only for the classes or persons named; a person who
    is named gets one in any case, for example for a new phone. Each run makes new codes: the
    earlier codes of these people, and the slips they stand on, are void from then on. The files
    can be read by you alone; give each slip to its person, and delete the files afterwards.

    \b
    Examples:
      bot codes
      bot codes --class 201 --class 202 --days 7
      bot codes --person 1120012 --out new-phone
    """  # noqa: D301 - a mark for click
    from bot import language
    from bot.issuing import Wanted

    wanted = Wanted(frozenset(class_names), frozenset(numbers), staff, also_joined)
    issued = _issue(school_code, wanted, days, out)
    if form == "json":
        click.echo(json.dumps(as_data(issued), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(issued, language.words())))


def lines(issued: "Issued", words: "Words") -> list[str]:
    """Return what was printed, in lines; never a code."""
    from bot.commands.timetable import columns

    if not issued.sheets:
        return [words.say("Everybody has joined: there is nothing to print.")]
    heading = (words.say("Sheet"), words.say("People"), words.say("File"))
    rows = [(sheet.title, str(sheet.people), sheet.path.name) for sheet in issued.sheets]
    said = [
        *columns([heading, *rows]),
        words.say("Folder: {folder}", folder=issued.folder),
        words.count(
            "{n} code, valid until {day}; the list of all is {file}.",
            "{n} codes, valid until {day}; the list of all is {file}.",
            issued.codes,
            day=words.deadline(issued.expires_at),
            file=issued.csv.name if issued.csv else "",
        ),
    ]
    if issued.voided:
        said.append(
            words.count(
                "{n} earlier code is void now: its slip no longer works.",
                "{n} earlier codes are void now: their slips no longer work.",
                issued.voided,
            )
        )
    if issued.passed_over:
        said.append(
            words.count(
                "{n} person has joined already and got no code.",
                "{n} people have joined already and got no code.",
                issued.passed_over,
            )
        )
    said.append(words.say("Only you can read these files. Delete them when the slips are out."))
    return said


def as_data(issued: "Issued") -> dict[str, object]:
    """Return what was printed as plain data for scripts; never a code."""
    return {
        "school": issued.school_code,
        "folder": str(issued.folder),
        "csv": issued.csv.name if issued.csv else None,
        "expires_at": issued.expires_at.isoformat(),
        "codes": issued.codes,
        "voided": issued.voided,
        "passed_over": issued.passed_over,
        "guessed_within_a_year_at_most": issued.chance,
        "sheets": [
            {"sheet": sheet.title, "people": sheet.people, "file": sheet.path.name}
            for sheet in issued.sheets
        ],
    }


def _issue(school_code: str | None, wanted: "Wanted", days: int, out: Path | None) -> "Issued":
    import asyncio

    from bot import language
    from bot.clock import SystemClock
    from bot.commands import running
    from bot.commands.choosing import chosen_school
    from bot.commands.progress import advancing
    from bot.commands.timetable import BadInput
    from bot.i18n import words
    from bot.issuing import NoBasicId, NobodyMeant, NoBotName, issue
    from bot.vault import Vault
    from models.store import Store

    found = running.settings()
    running.require_migrated(found)
    now = SystemClock().now()
    pepper = Vault(found.secret_key.get_secret_value()).pepper

    async def main() -> "Issued":
        store = Store(found.database_url)
        try:
            school = await chosen_school(store, school_code)
            with advancing(language.words().say("Printing")) as advance:
                return await issue(
                    store,
                    school,
                    wanted,
                    days=days,
                    out=out,
                    pepper=pepper,
                    now=now,
                    words=words(),
                    advance=advance,
                )
        finally:
            await store.close()

    try:
        return asyncio.run(main())
    except NoBasicId:
        raise BadInput(
            language.words().say(
                "The school's LINE basic ID is not known; slips need it for the QR code. Run "
                "`bot school add` again with --line-basic-id @…."
            )
        ) from None
    except NoBotName:
        raise BadInput(
            language.words().say(
                "The name of the school's Telegram bot is not known yet; slips need it for the QR "
                "code. Run `bot school check` once."
            )
        ) from None
    except NobodyMeant as error:
        raise BadInput(
            language.words().say(
                "Nobody here has this class or number: {names}.", names=", ".join(error.names)
            )
        ) from None
    except OSError as error:
        raise BadInput(
            language.words().say(
                "The sheets could not be written ({reason}); no code has changed.",
                reason=error.strerror or "?",
            )
        ) from None
