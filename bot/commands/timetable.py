"""`bot timetable`: print a school's windows, and hold them against the law of a day."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.language import LANGUAGES, chosen

if TYPE_CHECKING:
    from handlers.words import Words
    from models.rulebooks import Problem, Rulebook
    from models.rules.lawcheck import Finding
    from models.rules.roc import Term
    from models.rules.timetable import PlannedWindow, Timetable, UndatedWindow

_WIDE = "WF"
_GAP = "  "

school_option = click.option(
    "--school",
    default="caotun",
    show_default=True,
    metavar="NAME|FILE",
    help="A rulebook that comes with the product, or a file of your own.",
)
term_option = click.option("--term", help="Such as 113-1; all terms of the rulebook if not given.")
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
lang_option = click.option(
    "--lang", type=click.Choice(list(LANGUAGES)), default=chosen, show_default="BOT_LANGUAGE, zh"
)


class BadInput(click.ClickException):
    """What was asked for cannot be read: its lines go to stderr, the exit code is 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print every line of the message as it is."""
        click.echo(self.message, file=file, err=file is None)


@click.group()
def command() -> None:
    """Show a school's timetable, or check it against the law."""


@command.command()
@school_option
@term_option
@format_option
@lang_option
def show(school: str, term: str | None, form: str, lang: str) -> None:
    """Print the windows of a school's terms.

    Example: bot timetable show --school my-school.toml --term 115-1
    """
    from bot.commands.timetable_data import term_data
    from handlers.late import late_lines

    words = words_of(lang)
    rulebook = read_rulebook(school, words)
    tables = _timetables(rulebook, term, words)
    if form == "json":
        _print_json({"school": rulebook.code, "terms": [term_data(*each) for each in tables]})
        return
    click.echo(words.say("{name} ({code})", name=rulebook.name, code=rulebook.code))
    for of, table in tables:
        own = (*_term_lines(table, rulebook, words), *late_lines(table, rulebook, words))
        click.echo("\n".join(("", str(of), *own)))


@command.command()
@school_option
@term_option
@click.option("--on", metavar="DATE", help="The day of the law: 2025-07-14 or 114/7/14; today.")
@format_option
@lang_option
def check(school: str, term: str | None, on: str | None, form: str, lang: str) -> None:
    """Hold the timetable against the law; exit code 1 if it must not be taken over.

    Example: bot timetable check --school my-school.toml
    """
    from bot.commands.timetable_data import finding_data, gap_data
    from models.rules.lawcheck import check as check_law
    from models.rules.lawcheck import refuses

    words = words_of(lang)
    rulebook = read_rulebook(school, words)
    tables = _timetables(rulebook, term, words)
    windows = [window for _, table in tables for window in table.windows]
    day = _day(on, words)
    findings = check_law(rulebook, windows, on=day)
    if form == "json":
        _print_json(
            {
                "school": rulebook.code,
                "on": str(day),
                "refused": refuses(findings),
                "findings": [finding_data(finding, rulebook, words) for finding in findings],
                "undated": [
                    {"term": str(of)} | gap_data(gap)
                    for of, table in tables
                    for gap in table.undated
                ],
            }
        )
    else:
        click.echo("\n".join(finding_lines(findings, rulebook, day, words)))
        gaps = [gap for _, table in tables for gap in table.undated]
        click.echo("\n".join(_unchecked_lines(gaps, rulebook, words)), nl=bool(gaps))
    if refuses(findings):
        raise SystemExit(1)


def words_of(lang: str) -> "Words":
    """Return the words of a language that --lang knows."""
    from bot.i18n import words

    return words(LANGUAGES[lang])


def read_rulebook(school: str, words: "Words") -> "Rulebook":
    """Return the rulebook of a shipped name or a file; BadInput says file, line and key."""
    from models.rulebooks import Expected, Problem, RulebookError, load, shipped

    known = shipped()
    path = known.get(school) or Path(school)
    try:
        return load(path.read_text(encoding="utf-8"), name=path.name)
    except OSError:
        raise BadInput(
            words.say(
                "No rulebook {name}: neither a file nor one of {known}.",
                name=school,
                known=", ".join(known),
            )
        ) from None
    except UnicodeDecodeError:
        raise BadInput(problem_lines([Problem(path.name, 1, "", Expected.UTF8)], words)) from None
    except RulebookError as error:
        raise BadInput(problem_lines(error.problems, words)) from None


def problem_lines(problems: Iterable["Problem"], words: "Words") -> str:
    """Return a line for every problem of a rulebook: file, line, key, what was expected."""
    from handlers.findings import problem_sentence

    return "\n".join(problem_sentence(problem, words) for problem in problems)


def _timetables(
    rulebook: "Rulebook", term: str | None, words: "Words"
) -> list[tuple["Term", "Timetable"]]:
    """Return the timetables of one term, or of all that the rulebook has dates for."""
    from models.rules.roc import Term
    from models.rules.timetable import plan

    if term is None:
        return [(Term(code), plan(rulebook, Term(code))) for code in rulebook.terms]
    try:
        wanted = Term(term)
    except ValueError:
        raise BadInput(
            words.say("--term: a term such as 113-1 is expected; found: {found}", found=term)
        ) from None
    if str(wanted) not in rulebook.terms:
        raise BadInput(
            words.say(
                "--term: the rulebook has no dates for {term}; it has {known}.",
                term=wanted,
                known=", ".join(rulebook.terms),
            )
        )
    return [(wanted, plan(rulebook, wanted))]


def _day(on: str | None, words: "Words") -> date:
    from bot.clock import SystemClock
    from models.rules.roc import parse_day
    from models.rules.taipei import day_of

    if on is None:
        return day_of(SystemClock().now())
    try:
        return parse_day(on)
    except ValueError:
        raise BadInput(
            words.say(
                "--on: a day such as 2025-07-14 or 114/7/14 is expected; found: {found}", found=on
            )
        ) from None


def _term_lines(table: "Timetable", rulebook: "Rulebook", words: "Words") -> Iterable[str]:
    from handlers.findings import gap_sentence, reason_sentence, window_name

    heading = (words.say("Window"), words.say("Opens"), words.say("Ends"), words.say("Basis"))
    rows = [
        (
            window_name(window, rulebook, words),
            words.day(window.opens_on) if _from_midnight(window) else words.moment(window.opens_at),
            words.deadline(window.closes_at),
            " ".join(
                filter(
                    None, (str(window.because.clause or ""), reason_sentence(window.because, words))
                )
            ),
        )
        for window in table.windows
    ]
    yield from columns([heading, *rows]) if rows else ()
    if table.undated:
        yield words.say("Not dated yet:")
        yield from (f"{_GAP}{gap_sentence(gap, rulebook, words)}" for gap in table.undated)


def _from_midnight(window: "PlannedWindow") -> bool:
    from models.rules.taipei import instant

    return window.opens_at == instant(window.opens_on)


def finding_lines(
    findings: Sequence["Finding"], rulebook: "Rulebook", on: date, words: "Words"
) -> Iterable[str]:
    """Return what the checker found, a line each, with the clauses it cites below."""
    from handlers.findings import SEVERITIES, citation, finding_sentence

    yield words.say("{name}, by the law of {day}", name=rulebook.name, day=words.day(on))
    if not findings:
        yield words.say("Nothing was found against the timetable.")
    for finding in findings:
        severity = words.say(SEVERITIES[finding.severity])
        sentence = finding_sentence(finding, rulebook, words)
        yield words.say("{severity}: {sentence}", severity=severity, sentence=sentence)
        yield from (f"{_GAP}└ {citation(clause, words)}" for clause in finding.clauses)


def _unchecked_lines(
    gaps: Sequence["UndatedWindow"], rulebook: "Rulebook", words: "Words"
) -> Iterable[str]:
    """Return what could not be checked, because an anchor's day is not in the rulebook yet."""
    from handlers.findings import gap_sentence

    if gaps:
        yield words.say("Not checked, because a day is missing:")
        yield from (f"{_GAP}{gap.term} {gap_sentence(gap, rulebook, words)}" for gap in gaps)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose columns stand under one another, Chinese counting double."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def display_width(text: str) -> int:
    """Return how many columns a text takes in a terminal: two for each wide character."""
    return sum(2 if unicodedata.east_asian_width(each) in _WIDE else 1 for each in text)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))
