"""`bot paper posted` and `bot paper returned`: what people say of letters and their slips."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from bot import language
from bot.commands.choosing import chosen_school, school_option
from bot.commands.paper.letters import no_window_sentence
from bot.commands.paper.printing import term_or_none
from bot.commands.timetable import BadInput
from models.vocabulary import QueryReason

if TYPE_CHECKING:
    from bot.paper.returning import Clerk, Doubt, Outcome
    from handlers.words import Words

    Marking = Callable[[Clerk], Awaitable[list[Outcome]]]

NOT_ALL = 1
REASONS = [reason.value for reason in QueryReason]
by_option = click.option(
    "--by", "number", required=True, metavar="NUMBER", help="The staff number of who says so."
)


@click.command("posted")
@click.argument("codes", nargs=-1, metavar="[CODE]…")
@school_option
@click.option(
    "--all", "everything", is_flag=True, help="Every printed letter of --term and --round."
)
@click.option("--term", help="With --all: such as 112-2.")
@click.option(
    "--round",
    "round_",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="With --all.",
)
@click.option("--handed", is_flag=True, help="They were handed over, not posted.")
@click.option(
    "--on", "day", metavar="DATE", help="The day: 113/10/9 or 2024-10-09; today if not given."
)
@by_option
def posted(
    *,
    codes: Sequence[str],
    school_code: str | None,
    everything: bool,
    term: str | None,
    round_: int,
    handed: bool,
    day: str | None,
    number: str,
) -> None:
    """Say that letters were posted or handed over: their pupils count as told (以郵寄通知).

    \b
    Examples:
      bot paper posted 7KQ2-MXWC --by T001
      bot paper posted --all --term 112-2 --on 113/10/9 --by T001
    """  # noqa: D301 - a mark for click
    from bot.paper.printing_letters import unposted
    from bot.paper.returning import How, mark_posted

    said = language.words()
    wanted = term_or_none(term)
    if everything is bool(codes) or (everything and wanted is None):
        raise BadInput(said.say("Name letters by their codes, or all of a term: --all --term."))

    async def marking(clerk: "Clerk") -> "list[Outcome]":
        typed = codes if wanted is None else await unposted(clerk, wanted, round_)
        return await mark_posted(clerk, typed, How.HANDED if handed else How.POSTED)

    outcomes = _mark(marking, school_code, number, day)
    new = sum(each.refused is None and not each.was_known for each in outcomes)
    told = said.count(
        "{n} letter is marked: its pupil counts as told.",
        "{n} letters are marked: their pupils count as told.",
        new,
    )
    _end(outcomes, told, said)


@click.command("returned")
@click.argument("codes", nargs=-1, required=True, metavar="CODE…")
@school_option
@click.option(
    "--query",
    "queries",
    multiple=True,
    metavar="LINE=REASON",
    help="A doubt on the slip, such as 3=wrong_file; line 0 is a missing work.",
)
@click.option(
    "--on", "day", metavar="DATE", help="The day on which it came back; today if not given."
)
@by_option
def returned(
    *,
    codes: Sequence[str],
    school_code: str | None,
    queries: Sequence[str],
    day: str | None,
    number: str,
) -> None:
    """Enter slips that came back: all is correct, or with --query what is in doubt (回條登錄).

    It counts as the pupil's own answer by the same rules, is audited with who entered it, and the
    pupil is told.

    \b
    Examples:
      bot paper returned 7KQ2-MXWC --by T001
      bot paper returned M4TR-2PQ9 --query 2=wrong_file --by T001
    """  # noqa: D301 - a mark for click
    from bot.paper.returning import enter_slips

    said = language.words()
    doubts = [_doubt(each, said) for each in queries]
    if doubts and len(codes) > 1:
        raise BadInput(said.say("--query is about one slip: enter it by itself."))

    async def marking(clerk: "Clerk") -> "list[Outcome]":
        return await enter_slips(clerk, codes, doubts)

    outcomes = _mark(marking, school_code, number, day)
    entered = sum(each.refused is None for each in outcomes)
    told = said.count(
        "{n} slip is entered; its pupil is told where a chat reaches them.",
        "{n} slips are entered; their pupils are told where a chat reaches them.",
        entered,
    )
    _end(outcomes, told, said)


def _mark(
    marking: "Marking", school_code: str | None, number: str, day: str | None
) -> "list[Outcome]":
    from bot.commands.taking_files import with_store
    from bot.paper.printing_letters import NoReceiptWindow
    from bot.paper.returning import Clerk, staff
    from models.rules.taipei import day_of

    said = language.words()

    async def main(store: Any, now: Any) -> "list[Outcome]":
        from models.rules.roc import parse_day

        try:
            on = parse_day(day) if day else day_of(now)
        except ValueError:
            raise BadInput(
                said.say("“{text}” is no day; write 114/2/10 or 2025-02-10.", text=day)
            ) from None
        if on > day_of(now):
            raise BadInput(said.say("--on: {day} is still to come.", day=said.day(on)))
        school = await chosen_school(store, school_code)
        async with store.writing() as session:
            by = await staff(session, school.id, number)
            if by is None:
                raise BadInput(
                    said.say("--by: nobody of the staff has the number {number}.", number=number)
                )
            return await marking(Clerk(session, school, by, now, on))

    try:
        return with_store(main)
    except NoReceiptWindow as missing:
        raise BadInput(no_window_sentence(missing, said)) from None


def _doubt(typed: str, said: "Words") -> "Doubt":
    from bot.paper.returning import Doubt

    line, _, reason = typed.partition("=")
    if not line.isdecimal() or reason not in REASONS:
        raise BadInput(
            said.say(
                "--query: “{text}” is no doubt; write the line and one of {known}, such as "
                "3=wrong_file.",
                text=typed,
                known=", ".join(REASONS),
            )
        )
    return Doubt(int(line), QueryReason(reason))


def _end(outcomes: "Sequence[Outcome]", told: str, said: "Words") -> None:
    """Say what was done, then line by line what was not; that ends with exit code 1."""
    from bot.paper.telling import why_not

    click.echo(told)
    refused = False
    for each in outcomes:
        if each.was_known:
            click.echo(said.say("{code}: was marked before.", code=each.typed))
        elif each.refused is not None:
            refused = True
            click.echo(f"{each.typed}: {why_not(each.refused, said)}", err=True)
    if refused:
        raise SystemExit(NOT_ALL)
