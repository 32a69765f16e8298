"""Everybody without proof of notice is on a person's list in time (A13), counted independently."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from handlers.actions import ShowClass, ShowSchool
from models.queries import letters
from models.queries.windows import TermWindow
from models.tables import (
    ChatAccount,
    Confirmation,
    Delivery,
    Extension,
    Letter,
    Notice,
    Person,
    Placement,
    ReceiptStatement,
)
from models.vocabulary import (
    AccountState,
    DeliveryState,
    NoticeKind,
    NoticeState,
    PersonKind,
    Silence,
)
from tests.support import cast as cast_module
from tests.support.cast import taipei
from tests.support.scene import Scene, text_of

SIZE = 120
OPENS, CLOSES = taipei(2024, 10, 9), taipei(2024, 10, 15)
TOLD_AT = OPENS + timedelta(hours=9)
FIRST = 5_000


ORDER: tuple[type[SQLModel], ...] = (
    Person,
    Placement,
    ReceiptStatement,
    ChatAccount,
    Delivery,
    Notice,
    Confirmation,
    Extension,
    Letter,
)


@dataclass(slots=True)
class Crowd:
    """Pupils of class 201 with a statement each, and whatever may have happened to them."""

    rows: dict[type[SQLModel], list[dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, table: type[SQLModel], **values: Any) -> None:
        """Note a row."""
        self.rows[table].append(values)


def happen(crowd: Crowd, scene: Scene, id_: int, chance: random.Random) -> None:
    """Let this and that happen to one pupil."""
    cast, window_id = scene.cast, scene.cast.windows["receipt"].id
    crowd.add(
        Person,
        id=id_,
        kind=PersonKind.PUPIL,
        number=f"P{id_}",
        name="同學",
        locale="en",
        departed=chance.random() < 0.2,
    )
    for place in ("101", "201"):
        crowd.add(Placement, person_id=id_, class_id=cast.classes[place].id, seat=id_)
    crowd.add(ReceiptStatement, id=id_, person_id=id_, imported_at=OPENS, version=2)
    if chance.random() < 0.5:
        crowd.add(
            ChatAccount,
            id=id_,
            channel="line",
            address=f"U{id_}",
            person_id=id_,
            state=chance.choice(list(AccountState)),
            state_at=OPENS,
            seen_at=chance.choice([None, TOLD_AT - timedelta(1), TOLD_AT, TOLD_AT + timedelta(1)]),
            menu="",
        )
        told = chance.random() < 0.5
        if told:
            crowd.add(
                Delivery,
                id=id_,
                person_id=id_,
                account_id=id_,
                channel="line",
                retry_key=f"k{id_}",
                state=DeliveryState.ACCEPTED,
                settled_at=TOLD_AT,
            )
        crowd.add(
            Notice,
            person_id=id_,
            kind=NoticeKind.RECEIPT_OPENED,
            occasion="opened",
            window_id=window_id,
            required=True,
            state=NoticeState.TOLD if told else NoticeState.SKIPPED,
            silence=None if told else chance.choice(list(Silence)),
            delivery_id=id_ if told else None,
        )
    if chance.random() < 0.2:
        crowd.add(Confirmation, statement_id=id_, person_id=id_, confirmed_at=TOLD_AT)
    if chance.random() < 0.2:
        until = CLOSES + timedelta(days=chance.choice([1, 5]))
        crowd.add(
            Extension, person_id=id_, window_id=window_id, closes_at=until, reason="x", version=1
        )
    if chance.random() < 0.5:
        posted = chance.random() < 0.5
        if posted:
            crowd.add(
                Delivery,
                id=id_ + SIZE,
                person_id=id_,
                account_id=None,
                channel="paper",
                retry_key=f"letter/{id_}",
                state=DeliveryState.ACCEPTED,
                settled_at=TOLD_AT,
            )
        crowd.add(
            Letter,
            person_id=id_,
            statement_id=id_,
            window_id=window_id,
            version=chance.choice([1, 2, 2]),
            code=f"{id_}",
            deadline_at=CLOSES + timedelta(days=chance.choice([-1, 0, 3])),
            printed_at=OPENS,
            delivery_id=id_ + SIZE if posted else None,
        )


def without_proof(crowd: Crowd, now: datetime) -> set[int]:
    """Count anew from the rows who has until less than a day and no proof of notice."""
    answered = {row["person_id"] for row in crowd.rows[Confirmation]}
    ends = {row["person_id"]: row["closes_at"] for row in crowd.rows[Extension]}
    told = {row["person_id"] for row in crowd.rows[Delivery] if row["channel"] == "line"}
    tapped = {
        row["person_id"]
        for row in crowd.rows[ChatAccount]
        if row["state"] is AccountState.OPEN and row["seen_at"] and row["seen_at"] >= TOLD_AT
    }
    marked = {
        row["person_id"]
        for row in crowd.rows[Letter]
        if row["delivery_id"]
        and row["version"] == 2
        and row["deadline_at"] <= ends.get(row["person_id"], CLOSES)
    }
    gone = {row["id"] for row in crowd.rows[Person] if row["departed"]}
    proven = ((told & tapped) - gone) | marked | answered
    everybody = {row["id"] for row in crowd.rows[Person]}
    soon = {
        id_
        for id_ in everybody
        if timedelta(0) < ends.get(id_, CLOSES) - now <= timedelta(hours=24)
    }
    return soon - proven


async def test_whoever_has_no_proof_of_notice_is_listed_a_day_before_the_end(scene: Scene) -> None:
    """Nobody is forgotten, and nobody with proof is listed; each counts where people look."""
    crowd, chance = Crowd(), random.Random(113)
    async with scene.store.writing() as session:
        first = await cast_module.statement(session, scene.cast, of="小美")
        for id_ in range(FIRST, FIRST + SIZE):
            happen(crowd, scene, id_, chance)
        of = {"school_id": scene.cast.school.id}
        stamps: dict[str, Any] = {
            "created_at": OPENS,
            "try_at": OPENS,
            "due_at": OPENS,
            "granted_at": OPENS,
        }
        stamps |= {"submission_id": first.submission_id, "attempts": 0, "reason": "", "free": True}
        for table in ORDER:
            columns = table.__table__.c.keys()  # type: ignore[attr-defined]
            common = {name: value for name, value in stamps.items() if name in columns}
            facts: dict[str, Any] = {"facts": {}} if table is Notice else {}
            rows = [of | common | facts | row for row in crowd.rows[table]]
            await session.execute(sa.insert(table), rows)

    window = TermWindow(scene.cast.windows["receipt"], scene.cast.terms["112-2"])
    for left in (24, 1, -23, -100):
        now = CLOSES - timedelta(hours=left)
        async with scene.store.reading() as session:
            listed = {each.person_id for each in await letters.waiting(session, window, now)}
        missing = without_proof(crowd, now)
        assert missing <= listed
        soon = {row["id"] for row in crowd.rows[Person]} & listed
        assert all(id_ in missing or _ends(crowd, id_) - now > timedelta(hours=24) for id_ in soon)

    now = CLOSES - timedelta(hours=24)
    async with scene.store.reading() as session:
        at_school = await letters.count_at_school(
            session, window, now, scene.cast.classes["201"].id
        )
        everybody = await letters.count_waiting(session, window, now)
        gone = set(await session.scalars(select(Person.id).where(Person.departed)))
        listed = {each.person_id for each in await letters.waiting(session, window, now)}
    assert (at_school, everybody) == (len(listed - gone), len(listed))
    shown = text_of(await scene.ask("張導師", ShowClass(0), at=now))
    assert f"{at_school} of these may not know of it" in shown
    shown = text_of(await scene.ask("註冊組", ShowSchool(), at=now))
    assert f"{everybody} people (bot paper letters)" in shown


def _ends(crowd: Crowd, id_: int) -> datetime:
    return next(
        (row["closes_at"] for row in crowd.rows[Extension] if row["person_id"] == id_), CLOSES
    )
