"""The school of the simulated weeks: a receipt and an upload that end in the same October week."""

import sqlalchemy as sa
from sqlmodel import col

from models.store import Store
from models.tables import ChatAccount, School, Window
from tests.support import cast as rows
from tests.support.cast import Cast, settle, taipei

START = taipei(2024, 10, 9, 7)
UPLOAD_CLOSES = taipei(2024, 10, 17)
PUPILS = ("小美", "阿明", "小華")
NEWCOMER = "陳老師"
"""Has no chat of their own, and may take somebody else's over."""


async def furnish(url: str) -> Cast:
    """Settle the small school with a receipt and an upload that end in the same week."""
    store = Store(url)
    cast = await settle(store)
    async with store.writing() as session:
        for name in PUPILS:
            await rows.statement(session, cast, of=name, titles=())
        await session.execute(sa.update(School).values(planned_until=START))
        await session.execute(
            sa.delete(ChatAccount).where(col(ChatAccount.id) == cast.accounts.pop(NEWCOMER).id)
        )
        for name, values in (
            ("upload", {"closes_at": UPLOAD_CLOSES}),
            ("selection", None),
            ("certification", None),
        ):
            mine = col(Window.id) == cast.windows[name].id
            await session.execute(
                sa.delete(Window).where(mine)
                if values is None
                else sa.update(Window).where(mine).values(**values)
            )
    await store.close()
    cast.windows["upload"].closes_at = UPLOAD_CLOSES
    return cast
