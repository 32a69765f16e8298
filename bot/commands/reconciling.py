"""`bot import report|differences|settle`: what the platform and our record differ about."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from bot.commands import taking_files
from bot.commands.choosing import chosen_school, school_option

if TYPE_CHECKING:
    from handlers.words import Words
    from models.queries.reconciling import Claimed, Kept, Listed

format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.command("report")
@click.argument("number", type=click.IntRange(1), required=False)
@school_option
@format_option
def report(number: int | None, school_code: str | None, form: str) -> None:
    """Show once more what an import of works found to differ: the latest, or that NUMBER.

    Example: bot import report
    """
    from bot import language
    from models.queries import reconciling

    said = language.words()

    async def main(store: Any, _now: Any) -> "Kept | None":
        school = await chosen_school(store, school_code)
        async with store.reading() as session:
            return await reconciling.report(session, school.id, number)

    found = taking_files.with_store(main)
    if found is None:
        raise click.ClickException(said.say("There is no report of an import of works."))
    if form == "json":
        click.echo(json.dumps(report_data(found, said), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(report_lines(found, said)))


@click.command("differences")
@school_option
@format_option
def differences(school_code: str | None, form: str) -> None:
    """List what somebody has to look at: works that differ, and who says to be done.

    Example: bot import differences
    """
    from bot import language
    from models.queries import preferences, reconciling

    async def main(store: Any, now: Any) -> "tuple[list[Listed], list[Claimed]]":
        school = await chosen_school(store, school_code)
        async with store.reading() as session:
            data_at = await preferences.imported_at(session, school.id)
            return (
                await reconciling.standing(session, school.id),
                await reconciling.claims(session, school.id, data_at, now),
            )

    said = language.words()
    listed, claimed = taking_files.with_store(main)
    if form == "json":
        data = {
            "differences": [{"id": one.id, **_data(one.mismatch, said)} for one in listed],
            "claims": [
                {
                    "window": f"{one.window.stage} {one.window.scope}",
                    "pupil": one.number,
                    "said_at": one.said_at.isoformat(),
                }
                for one in claimed
            ],
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(list_lines(listed, claimed, said)))


@click.command("settle")
@click.argument("numbers", type=click.IntRange(1), nargs=-1, required=True)
@school_option
def settle(numbers: tuple[int, ...], school_code: str | None) -> None:
    """Take differences off the list that were put right; `bot import differences` shows NUMBERS.

    The next import that still has one opens it again.

    Example: bot import settle 12 13
    """
    from bot import language
    from models.errors import NotYours
    from models.queries import audit, reconciling

    said = language.words()

    async def main(store: Any, now: Any) -> int:
        school = await chosen_school(store, school_code)
        settled = 0
        async with store.writing() as session:
            for number in numbers:
                row = await reconciling.settle(session, school.id, number, None, now)
                if row is None:
                    continue
                settled += 1
                await audit.record(
                    session,
                    school_id=school.id,
                    at=now,
                    person_id=row.person_id,
                    deed="settled difference",
                    thing=f"discrepancy:{row.id}",
                    difference=row.difference,
                    **audit.entered_by(None),
                )
        return settled

    try:
        settled = taking_files.with_store(main)
    except NotYours:
        raise click.ClickException(
            said.say("There is no such difference; nothing was taken off the list.")
        ) from None
    click.echo(
        said.count("{n} difference taken off the list", "{n} differences taken off", settled)
    )


def report_lines(found: "Kept", words: "Words") -> list[str]:
    """Return a report in lines: of which moment, how many of each kind, and each work."""
    from bot.imports.sentences import KINDS, mismatch_sentence

    lines = [
        words.say("Report {number}, imported {at}", number=found.id, at=words.moment(found.at)),
        words.say("Data as of {moment}", moment=words.moment(found.data_at)),
        words.count("{n} row read", "{n} rows read", found.rows),
    ]
    if found.undone_at is not None:
        lines.append(words.say("Taken back {at}", at=words.moment(found.undone_at)))
    lines += [
        words.say("{what}: {n}", what=words.say(KINDS[difference]), n=count)
        for difference, count in found.by_difference.items()
    ]
    if not found.mismatches:
        lines.append(words.say("The platform and our record agree."))
    return [*lines, *(f"  {mismatch_sentence(one, words)}" for one in found.mismatches)]


def report_data(found: "Kept", words: "Words") -> dict[str, object]:
    """Return a report as plain data."""
    return {
        "report": found.id,
        "at": found.at.isoformat(),
        "data_at": found.data_at.isoformat(),
        "undone_at": found.undone_at and found.undone_at.isoformat(),
        "rows": found.rows,
        "changes": found.counts,
        "by_difference": found.by_difference,
        "differences": [_data(one, words) for one in found.mismatches],
    }


def list_lines(
    listed: "Sequence[Listed]", claimed: "Sequence[Claimed]", words: "Words"
) -> list[str]:
    """Return the list in lines, each difference with the number that settles it."""
    from bot.imports.sentences import mismatch_sentence
    from handlers import deadlines

    if not listed and not claimed:
        return [words.say("The platform and our record agree.")]
    lines = [f"{one.id}  {mismatch_sentence(one.mismatch, words)}" for one in listed]
    lines += [
        words.say(
            "{pupil}: said {at} to be done with {window}, the data says otherwise",
            pupil=one.number,
            at=words.moment(one.said_at),
            window=deadlines.name_of(words, one.window),
        )
        for one in claimed
    ]
    return lines


def _data(one: Any, words: "Words") -> dict[str, object]:
    from bot.imports.sentences import mismatch_sentence

    return {
        "difference": one.difference,
        "pupil": one.pupil,
        "kind": one.item.kind,
        "work": one.item.id,
        "title": one.title,
        "ours": one.ours,
        "theirs": one.theirs,
        "taken_over": one.taken,
        "sentence": mismatch_sentence(one, words),
    }
