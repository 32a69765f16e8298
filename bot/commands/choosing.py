"""Which school a command is about: the only one, or the one that --school names."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.tables import School

school_code_option = click.option(
    "--school", metavar="CODE", help="The school's code; needed where there are several."
)


async def chosen_school(session: "AsyncSession", code: str | None) -> "School":
    """Return the school of a code, or the only one; click.UsageError says which there are."""
    from models.queries import schools

    known = await schools.codes(session)
    if code is None and len(known) == 1:
        code = known[0]
    found = await schools.by_code(session, code) if code else None
    if found is not None:
        return found
    if not known:
        raise click.UsageError("there is no school yet: set one up with `bot school add`")
    listed = ", ".join(known)
    if code is None:
        raise click.UsageError(f"there are several schools: name one with --school ({listed})")
    raise click.UsageError(f"no school has the code {code}; there is {listed}")
