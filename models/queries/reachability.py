"""Whether a message can reach a person, and where: they joined, and have not shut us out."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import roles
from sqlmodel import col

from models.rules.reaching import Reach
from models.tables import ChatAccount, Person, Preference
from models.vocabulary import AccountState, PersonKind

_AT_ONCE = 1000
"""How many people are asked about in one statement: an engine takes only so many values."""


def is_reachable(
    person_id: roles.ExpressionElementRole[int], *, besides: Collection[str] = ()
) -> sa.ColumnElement[bool]:
    """Build the condition that a person has an account that has not shut us out.

    Accounts on the channels `besides` do not count.
    """
    account = (
        sa.select(sa.literal(1))
        .select_from(ChatAccount)
        .where(
            col(ChatAccount.person_id) == person_id,
            col(ChatAccount.state) == AccountState.OPEN,
        )
    )
    if besides:
        account = account.where(col(ChatAccount.channel).not_in(besides))
    return account.exists()


_OPEN_ACCOUNTS = (
    sa.select(col(ChatAccount.person_id), col(ChatAccount.id), col(ChatAccount.channel))
    .outerjoin(Preference, col(Preference.person_id) == col(ChatAccount.person_id))
    .where(
        col(ChatAccount.person_id).in_(sa.bindparam("people", expanding=True)),
        col(ChatAccount.state) == AccountState.OPEN,
    )
    .order_by(
        sa.case((col(Preference.channel) == col(ChatAccount.channel), 0), else_=1),
        col(ChatAccount.linked_at),
        col(ChatAccount.id),
    )
)


async def open_accounts(
    session: AsyncSession, people: Collection[int]
) -> dict[int, tuple[Reach, ...]]:
    """Return the open accounts of people: the preferred first, then the one linked first."""
    found: Any = await session.execute(_OPEN_ACCOUNTS, {"people": list(people)})
    accounts: dict[int, list[Reach]] = defaultdict(list)
    for person_id, account_id, channel in found:
        accounts[person_id].append(Reach(account_id, channel))
    return {person_id: tuple(reaches) for person_id, reaches in accounts.items()}


async def charged(
    session: AsyncSession, people: Collection[int], channels: Collection[str]
) -> dict[int, bool]:
    """Return who is reached on one of these channels, and whether each has another chat besides."""
    accounts = await accounts_of_many(session, people)
    return {
        id_: any(each.channel not in channels for each in reaches)
        for id_, reaches in accounts.items()
        if reaches[0].channel in channels
    }


async def accounts_of_many(
    session: AsyncSession, people: Collection[int]
) -> dict[int, tuple[Reach, ...]]:
    """Return the open accounts of any number of people, as `open_accounts` does."""
    found: dict[int, tuple[Reach, ...]] = {}
    everybody = sorted(people)
    for start in range(0, len(everybody), _AT_ONCE):
        found |= await open_accounts(session, everybody[start : start + _AT_ONCE])
    return found


async def count_unreachable(session: AsyncSession, school_id: int) -> dict[PersonKind, int]:
    """Return how many pupils and how many of the staff no message can reach."""
    counted = (
        sa.select(col(Person.kind), sa.func.count())
        .where(
            col(Person.school_id) == school_id,
            col(Person.departed).is_(False),
            ~is_reachable(col(Person.id)),
        )
        .group_by(col(Person.kind))
    )
    return {PersonKind(kind): n for kind, n in (await session.execute(counted)).all()}
