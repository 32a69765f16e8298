"""The doors of messages to the school, and what every page behind them begins with."""

from collections.abc import Sequence
from typing import Any

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.visit import Visit
from models.errors import DomainError
from models.queries import announcements
from models.queries.announcements import content_of
from models.queries.console.answering import Officer, officers
from models.rules.announcing import Deed, Standing, check, state_after
from models.tables import Announcement

AT = f"{IN_SCHOOL}/announcements"
ONE = AT + "/{announcement:int}"

doors = Doors()


async def row_of(visit: Visit, *, lock: bool = False) -> Announcement | None:
    """Return the message that the path names, None where this school has none of that number."""
    number = visit.request.path_params["announcement"]
    return await announcements.one(visit.session, visit.school.id, number, lock=lock)


async def standing_of(visit: Visit, row: Announcement) -> Standing:
    """Return where a message stands; who is a registrar is asked of the accounts now."""
    able = await officers(visit.session, visit.school.id)
    others = {each.id for each in others_than(row.author_id, able)}
    return Standing(
        row.state,
        row.author_id,
        author_may=any(each.id == row.author_id for each in able),
        digest=content_of(row).digest,
        same_person=frozenset(each.id for each in able) - others - {row.author_id},
    )


async def do(visit: Visit, row: Announcement, deed: Deed, told: str, **facts: Any) -> None:
    """Change where a message stands and audit it as `told`; refuses as the rule does."""
    standing = await standing_of(visit, row)
    seen = str(visit.sent.get("seen", ""))
    row.state = state_after(deed, standing, visit.user.id, seen)
    await visit.record(told, f"announcement:{row.id}", digest=standing.digest[:12], **facts)


def may(visit: Visit, standing: Standing) -> frozenset[Deed]:
    """Return what who looks may do with a message that they have seen as it is."""
    return frozenset(deed for deed in Deed if _is_open(deed, standing, visit.user.id))


def _is_open(deed: Deed, standing: Standing, user_id: int) -> bool:
    try:
        check(deed, standing, user_id, standing.digest)
    except DomainError:
        return False
    return True


def others_than(author_id: int, found: Sequence[Officer]) -> list[Officer]:
    """Return the registrars who are somebody else than the author, whatever account they use."""
    author = next((each for each in found if each.id == author_id), None)
    person_id = author.person_id if author else None
    return [
        each
        for each in found
        if each.id != author_id and (person_id is None or each.person_id != person_id)
    ]


def tail_of(row: Announcement) -> str:
    """Return the path of a message's page below its school."""
    return f"/announcements/{row.id}"
