"""`bot rehearse`: a term of any school in seconds, every message with its cost; nothing is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.timetable import BadInput, finding_lines, lang_option, read_rulebook, words_of

if TYPE_CHECKING:
    from bot.rehearsal.comparing import Comparison
    from bot.rehearsal.record import Rehearsal
    from handlers.words import Words
    from models.rulebooks import Rulebook


@click.command("rehearse")
@click.option(
    "--school",
    default="caotun",
    show_default=True,
    metavar="NAME|FILE",
    help="A rulebook that comes with the product, or a file of your own.",
)
@click.option("--term", help="The term to live through; the latest that ends if not given.")
@click.option("--seed", default=1, show_default=True, help="Another number, other days and names.")
@click.option(
    "--pupils",
    default=1000,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many pupils to count the costs for.",
)
@click.option(
    "--compare",
    nargs=2,
    metavar="BEFORE AFTER",
    help="Show what differs between two rulebooks, or two rehearsals kept as JSON.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write into this file instead of the terminal.",
)
@lang_option
def command(
    *,
    school: str,
    term: str | None,
    seed: int,
    pupils: int,
    compare: tuple[str, str] | None,
    form: str,
    out: Path | None,
    lang: str,
) -> None:
    """Live through a term on a simulated clock and show every message with its cost.

    A small made-up school stands for yours; the product itself plans, bundles and writes. The same
    rulebook, term and seed give the same rehearsal, byte by byte. Nothing is sent.

    \b
    Examples:
      bot rehearse
      bot rehearse --school my-school.toml --term 114-1 --pupils 1500
      bot rehearse --format html --out 113-1.html
      bot rehearse --format json --out before.json
      bot rehearse --compare before.json my-school.toml
    """  # noqa: D301 - click reads the \b: these lines stay as they are
    words = words_of(lang)
    if compare:
        before, after = (_heard_of(name, term, seed, words) for name in compare)
        shown = _comparison(before, after, pupils, form, words)
    else:
        shown = _rehearsal(_rehearsed(school, term, seed, words), pupils, form, words)
    if out is None:
        click.echo(shown, nl=False)
        return
    try:
        out.write_text(shown, encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(
            words.say("--out: {file} cannot be written: {why}", file=out, why=error.strerror)
        ) from None
    click.echo(words.say("Written: {file}", file=out), err=True)


def _heard_of(name: str, term: str | None, seed: int, words: "Words") -> "Rehearsal":
    """Return a rehearsal that was kept as JSON, or rehearse a rulebook."""
    from bot.rehearsal.record import NotARehearsal, from_json

    path = Path(name)
    if path.suffix != ".json":
        return _rehearsed(name, term, seed, words)
    try:
        return from_json(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(
            words.say("--compare: {file} cannot be read: {why}", file=path, why=error.strerror)
        ) from None
    except (NotARehearsal, UnicodeDecodeError):
        raise BadInput(
            words.say(
                "--compare: {file} is no rehearsal. Make one with "
                "bot rehearse --format json --out {file}",
                file=path,
            )
        ) from None


def _rehearsed(school: str, code: str | None, seed: int, words: "Words") -> "Rehearsal":
    import asyncio

    from bot.commands.progress import advancing
    from bot.rehearsal.playing import AgainstTheLaw, NothingPlanned, rehearse
    from models.rulebooks import shipped
    from models.rules.roc import Term

    rulebook = read_rulebook(school, words)
    path = shipped().get(school) or Path(school)
    code = code or latest_term(rulebook)
    try:
        term = Term(code)
    except ValueError:
        raise BadInput(
            words.say("--term: a term such as 113-1 is expected; found: {found}", found=code)
        ) from None
    try:
        with advancing(words.say("Day of the term")) as advance:
            text = path.read_text("utf-8")
            return asyncio.run(rehearse(text, path.name, term, seed, advance=advance))
    except NothingPlanned:
        raise BadInput(
            words.say(
                "--term: the rulebook has no dates for {term}; it has {known}.",
                term=term,
                known=", ".join(rulebook.terms),
            )
        ) from None
    except AgainstTheLaw as refusal:
        found = finding_lines(refusal.findings, rulebook, refusal.on, words)
        raise BadInput("\n".join(found)) from None


def latest_term(rulebook: "Rulebook") -> str:
    """Return the latest term whose closing ceremony is known, or the latest there is."""
    from models.rulebooks import Anchor

    known = {str(term): plan for term, plan in rulebook.terms.items()}
    ending = [code for code, plan in known.items() if Anchor.CLOSING_CEREMONY in plan.anchors]
    return max(ending or known, default="")


def _rehearsal(of: "Rehearsal", pupils: int, form: str, words: "Words") -> str:
    from bot.rehearsal import costing, page, text
    from bot.rehearsal.record import to_json

    shapes: dict[str, Callable[[], str]] = {
        "text": lambda: "\n".join(text.rehearsal_lines(of, pupils, words)) + "\n",
        "json": lambda: to_json(
            of, pupils=pupils, rows=costing.rows(of, pupils), months=costing.months(of, pupils)
        ),
        "html": lambda: page.rehearsal_page(of, pupils, words),
    }
    return shapes[form]()


def _comparison(
    before: "Rehearsal", after: "Rehearsal", pupils: int, form: str, words: "Words"
) -> str:
    from bot.rehearsal import comparing, page, text
    from bot.rehearsal.record import as_json

    of: Comparison = comparing.compare(before, after, pupils)
    shapes: dict[str, Callable[[], str]] = {
        "text": lambda: "\n".join(text.comparison_lines(of, words)) + "\n",
        "json": lambda: as_json(
            {
                "settings": of.settings,
                "windows": of.windows,
                "rows": of.rows,
                "months": of.months,
                "totals": of.totals,
            }
        ),
        "html": lambda: page.comparison_page(of, words),
    }
    return shapes[form]()
