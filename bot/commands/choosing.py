"""Which school a command is about: the only one there is, or the one that --school names."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from models.rules.roc import Term
    from models.store import Store
    from models.tables import School

school_option = click.option(
    "--school", "school_code", metavar="CODE", help="Needed where there are several schools."
)


async def chosen_school(store: "Store", code: str | None) -> "School":
    """Return the school of a code, or the only one; BadInput says what to do otherwise."""
    from sqlmodel import col, select

    from bot import language
    from bot.commands.timetable import BadInput
    from models.tables import School

    words = language.words()

    async with store.reading() as session:
        schools = list((await session.execute(select(School).order_by(col(School.code)))).scalars())
    if not schools:
        raise BadInput(words.say("There is no school yet: run `bot school add RULEBOOK` first."))
    known = {school.code: school for school in schools}
    if code is None and len(schools) == 1:
        return schools[0]
    if code in known:
        return known[code]
    codes = ", ".join(known)
    if code is None:
        raise BadInput(
            words.say("There are several schools: choose one with --school ({codes}).", codes=codes)
        )
    raise BadInput(
        words.say("--school: there is no school {code}; known: {codes}", code=code, codes=codes)
    )


def term_typed(given: str) -> "Term":
    """Return a term as it was typed; BadInput says how one is written."""
    from bot import language
    from bot.commands.timetable import BadInput
    from models.rules.roc import Term

    try:
        return Term(given)
    except ValueError:
        raise BadInput(
            language.words().say(
                "--term: a term such as 113-1 is expected; found: {found}", found=given
            )
        ) from None
