"""More pupils than a cast has names for: each with a chat and a receipt statement to check."""

import sqlalchemy as sa

from models.store import Store
from models.tables import ChatAccount, Person, Placement, ReceiptStatement
from models.vocabulary import AccountState, PersonKind
from tests.support import cast as cast_module
from tests.support.cast import Cast, taipei

SINCE = taipei(2024, 8, 1)


async def join(store: Store, cast: Cast, size: int) -> list[str]:
    """Add so many pupils with an open receipt statement; return their addresses."""
    async with store.writing() as session:
        first = await cast_module.statement(session, cast, of="小美", titles=())
        school_id, submission_id = cast.school.id, first.submission_id
        numbers = range(1000, 1000 + size)
        people = [
            {
                "id": n,
                "school_id": school_id,
                "kind": PersonKind.PUPIL,
                "number": f"1{n}",
                "name": "同學",
                "locale": "zh_Hant_TW",
                "departed": False,
            }
            for n in numbers
        ]
        await session.execute(sa.insert(Person), people)
        placed = cast.classes["101"].id
        for table, rows in (
            (Placement, [{"person_id": n, "class_id": placed, "seat": n} for n in numbers]),
            (
                ReceiptStatement,
                [
                    {
                        "submission_id": submission_id,
                        "person_id": n,
                        "imported_at": SINCE,
                        "version": 1,
                    }
                    for n in numbers
                ],
            ),
            (
                ChatAccount,
                [
                    {
                        "channel": "line",
                        "address": f"U{n:032x}",
                        "person_id": n,
                        "state": AccountState.OPEN,
                        "state_at": SINCE,
                        "menu": "",
                    }
                    for n in numbers
                ],
            ),
        ):
            await session.execute(
                sa.insert(table), [{"school_id": school_id, **row} for row in rows]
            )
    await store.study(["person", "placement", "receipt_statement", "chat_account"])
    return [f"U{n:032x}" for n in numbers]
