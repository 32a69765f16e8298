"""`bot paper letters`: letters about the receipt statement, each with a return slip."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import chosen_school, school_option, term_typed
from bot.commands.paper.printing import lang_option
from bot.commands.timetable import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.paper.mailing import Address
    from bot.paper.printing_letters import Order, Printed
    from handlers.words import Words

term_option = click.option("--term", required=True, help="Whose statements; such as 112-2.")
round_option = click.option(
    "--round",
    "round_",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Which submission.",
)


@click.command("letters")
@school_option
@click.option(
    "--stage",
    type=click.Choice(["receipt"]),
    default="receipt",
    show_default=True,
    help="What the letters are about: silence has an effect in law only there.",
)
@term_option
@round_option
@click.option("--departed", is_flag=True, help="Only for those who have left the school.")
@click.option(
    "--unreached", is_flag=True, help="Only for those at the school who were not reached."
)
@click.option(
    "--class", "class_name", metavar="NAME", help="Everybody of a class without an answer."
)
@click.option(
    "--office",
    required=True,
    metavar="TEXT",
    help="Where slips go and who answers: the office, its telephone, its address.",
)
@click.option(
    "--addresses",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="XLSX or CSV with 學號 and 地址, for these letters alone; it is never stored.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder to write into; made where there is none.",
)
@click.option("--each", is_flag=True, help="A file for each letter instead of one with all.")
@click.option(
    "--list-as",
    type=click.Choice(["xlsx", "csv"]),
    default="xlsx",
    show_default=True,
    help="How the list of whom they are for is written.",
)
@lang_option
def letters(
    *,
    school_code: str | None,
    stage: str,  # noqa: ARG001 - there is one so far; scripts say which they mean
    term: str,
    round_: int,
    departed: bool,
    unreached: bool,
    class_name: str | None,
    office: str,
    addresses: Path | None,
    out: Path,
    each: bool,
    list_as: str,
    lang: str,
) -> None:
    """Print letters to who has left or was not reached, with a slip to send back (紙本通知).

    Printing again gives the same letters, until you say that they were posted (bot paper posted).
    Who has not joined gets a new joining code in the letter; an earlier one is void then.

    \b
    Examples:
      bot paper letters --term 112-2 --office 註冊組049-2362082 --out letters/
      bot paper letters --term 112-2 --departed --addresses addresses.csv --office 註冊組049-2362082 --out letters/
    """  # noqa: D301, E501 - a mark for click
    from bot.commands.timetable import words_of
    from bot.paper.printing_letters import Order, Whom

    said = language.words()
    if class_name and (departed or unreached):
        raise BadInput(said.say("Name either a class, or who has left or was not reached."))
    both = departed == unreached
    order = Order(
        term_typed(term),
        round_,
        Whom(both or departed, both or unreached, class_name or ""),
        office.strip(),
        out,
        each,
        list_as,
        _addresses(addresses, said) if addresses else {},
    )
    done = _print(order, school_code, words_of(lang), said)
    click.echo("\n".join(_lines(done, said)))


def _print(order: "Order", school_code: str | None, words: "Words", said: "Words") -> "Printed":
    from sqlalchemy.exc import IntegrityError

    from bot.commands import running
    from bot.commands.progress import advancing
    from bot.commands.taking_files import with_store
    from bot.paper.printing_letters import NoReceiptWindow, NoSuchClass, print_letters
    from bot.vault import Vault

    pepper = Vault(running.settings().secret_key.get_secret_value()).pepper
    with advancing(said.say("Printing")) as advance:

        async def main(store: Any, now: Any) -> "Printed":
            school = await chosen_school(store, school_code)
            return await print_letters(
                store, school, order, pepper=pepper, now=now, words=words, advance=advance
            )

        try:
            return with_store(main)
        except NoReceiptWindow as missing:
            raise BadInput(no_window_sentence(missing, said)) from None
        except NoSuchClass:
            name = order.whom.class_name
            raise BadInput(said.say("No class {name} this year.", name=name)) from None
        except IntegrityError:
            raise click.ClickException(
                said.say("Somebody printed the same letters meanwhile; these are void. Try again.")
            ) from None
        except OSError as error:
            raise BadInput(
                said.say(
                    "--out: {file} cannot be written: {why}",
                    file=order.out,
                    why=error.strerror,
                )
            ) from None


def no_window_sentence(missing: Any, said: "Words") -> str:
    """Say which receipt windows there are instead of the one that was asked for."""
    return said.say(
        "--term: no receipt window is planned for this term and round; there is: {known}",
        known=", ".join(missing.known) or "–",
    )


def _addresses(file: Path, said: "Words") -> "Mapping[str, Address]":
    from bot.commands.taking_files import sheets_of
    from bot.imports.cells import MissingColumns
    from bot.paper.mailing import read

    try:
        return read(sheets_of(file, said))
    except MissingColumns as missing:
        raise BadInput(
            said.say(
                "{file}: no row has the column headings {columns}.",
                file=file.name,
                columns="、".join(missing.columns),
            )
        ) from None


def _lines(done: "Printed", said: "Words") -> list[str]:
    """Return what was printed, where, and what to do then."""
    from bot.paper.telling import printed

    if not done.letters:
        return printed(done, said)
    return [
        *printed(done, said),
        *map(str, (done.files[0], done.files[-1])),
        said.say(
            "Print on one side only, so that the slip takes nothing along. Once they are posted: "
            "bot paper posted --term … --all --by NUMBER. Delete the files then."
        ),
    ]
