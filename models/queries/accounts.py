"""Loads chat accounts by their address and keeps what we know of their state."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries.upserting import insert_new
from models.tables import ChatAccount
from models.vocabulary import AccountState

_KNOWN = (
    select(ChatAccount)
    .where(
        col(ChatAccount.school_id) == sa.bindparam("school"),
        col(ChatAccount.channel) == sa.bindparam("channel"),
        col(ChatAccount.address) == sa.bindparam("address"),
    )
    .with_for_update()
)


async def meet(
    session: AsyncSession, school_id: int, channel: str, address: str, now: datetime
) -> ChatAccount:
    """Return the account of an address, writing it down at the first meeting; locks its row."""
    asked = {"school": school_id, "channel": channel, "address": address}
    found = (await session.execute(_KNOWN, asked)).scalar_one_or_none()
    if found is None:
        row = {
            "school_id": school_id,
            "channel": channel,
            "address": address,
            "state": AccountState.OPEN,
            "state_at": now,
            "menu": "",
        }
        await insert_new(session, ChatAccount, [row])
        found = (await session.execute(_KNOWN, asked)).scalar_one()
    return found


def note_state(account: ChatAccount, state: AccountState, happened_at: datetime) -> None:
    """Note that the person blocked or unblocked us; an older event changes nothing newer."""
    if happened_at >= account.state_at:
        account.state = state
        account.state_at = happened_at


async def wear_menu(session: AsyncSession, account_id: int, menu: str) -> None:
    """Write down the menu that a chat has now, with its language: "pupil/en"."""
    await session.execute(
        sa.update(ChatAccount).where(col(ChatAccount.id) == account_id).values(menu=menu)
    )
