"""A term's weeks at random: clocks jump, workers die, lines break, people act; the rules hold.

Every run follows from its seed. `BELL_SEEDS=2000` runs more of them.
"""

import os
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from models.tables import ChatAccount, Confirmation, Delivery, ReceiptStatement, School, Window
from models.vocabulary import AccountState, DeliveryState
from scheduler import jobs
from scheduler.dispatch import Dispatcher
from scheduler.moving import move_deadline
from tests.support import cast
from tests.support.cast import taipei
from tests.support.crashing import Killed, Life, MortalStore, to_the_same_side
from tests.support.faulty_channel import LOST, SERVER_ERROR, TIMEOUT, TOO_FAST
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

SEEDS = range(int(os.environ.get("BELL_SEEDS", "12")))
START = taipei(2024, 10, 8, 12)
PUPILS = ("小美", "阿明", "小華")
STEPS = 25
JUMPS = (1, 2, 10, 45, 180, 600, 26 * 60, 72 * 60)
FAULTS = (LOST, TIMEOUT, SERVER_ERROR, TOO_FAST)


class Run:
    """One seed's weeks: what the people did, and what must not have been sent after that."""

    def __init__(self, bell: Bell, url: str, seed: int) -> None:
        self.bell = bell
        self.url = url
        self.dice = random.Random(seed)
        self.silent_since: dict[str, datetime] = {}
        self.closes_at = bell.cast.windows["receipt"].closes_at

    async def step(self) -> None:
        """Let time pass, let somebody act, and let a worker live for a while."""
        self.bell.now += timedelta(minutes=self.dice.choice(JUMPS))
        deed = self.dice.choice((self.confirm, self.unlink, self.move, self.turn_back, None, None))
        if deed is not None:
            await deed(self.dice.choice(PUPILS))
        broken = [self.dice.choice(FAULTS) for _ in range(self.dice.randint(0, 6))]
        self.bell.channel.faults = iter(broken)
        await self.live(Life(ends_at=self.dice.choice((None, self.dice.randint(1, 40)))))
        self.check()

    async def live(self, life: Life) -> None:
        """Tick once in a process of its own, which may die on the way."""
        store = MortalStore(self.url, life)
        channel = to_the_same_side(self.bell.channel, life)
        worker = Dispatcher(store, {"line": channel}, lambda _: ENGLISH, lambda: self.bell.now)
        try:
            await jobs.tick(store, worker, self.bell.now)
        except* Killed:
            pass
        finally:
            await worker.stop()
            await store.close()

    async def confirm(self, name: str) -> None:
        """Let a pupil confirm the statement."""
        person_id = self.bell.cast.people[name].id
        async with self.bell.store.writing() as session:
            statement: Any = await session.scalar(
                sa.select(col(ReceiptStatement.id)).where(
                    col(ReceiptStatement.person_id) == person_id
                )
            )
            await session.execute(
                sa.delete(Confirmation).where(col(Confirmation.statement_id) == statement)
            )
            session.add(
                Confirmation(
                    school_id=self.bell.cast.school.id,
                    statement_id=statement,
                    person_id=person_id,
                    confirmed_at=self.bell.now,
                )
            )
        self.silent_since.setdefault(name, self.bell.now)

    async def unlink(self, name: str) -> None:
        """Let a pupil go, or block us; neither comes back."""
        gone = self.dice.choice(({"person_id": None}, {"state": AccountState.BLOCKED}))
        async with self.bell.store.writing() as session:
            await session.execute(
                sa.update(ChatAccount)
                .where(col(ChatAccount.id) == self.bell.cast.accounts[name].id)
                .values(**gone)
            )
        self.silent_since.setdefault(name, self.bell.now)

    async def move(self, _name: str) -> None:
        """Let the school extend the window by a day or two."""
        self.closes_at += timedelta(days=self.dice.choice((1, 2)))
        async with self.bell.store.writing() as session:
            window = await session.get_one(Window, self.bell.cast.windows["receipt"].id)
            await move_deadline(
                session, window, self.closes_at, now=self.bell.now, reason="", actor_id=None
            )

    async def turn_back(self, _name: str) -> None:
        """Let planning believe that it has done less than it has, as after a restored backup."""
        async with self.bell.store.writing() as session:
            await session.execute(
                sa.update(School).values(planned_until=self.bell.now - timedelta(days=2))
            )

    def check(self) -> None:
        """Hold what was accepted against the rules."""
        bell = self.bell
        assert bell.channel.broken_rules == []
        keys = [push.retry_key for push in bell.channel.pushes]
        assert len(keys) == len(set(keys))
        for push in bell.channel.pushes:
            assert 7 <= push.at.astimezone(cast.TAIPEI).hour < 21
        for name, since in self.silent_since.items():
            receipts = [p for p in bell.channel.to(bell.cast.address(name)) if p.at > since]
            assert not [push for push in receipts if "eceipt" in push.summary]


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_seed_breaks_a_rule(sqlite_url: str, seed: int) -> None:
    """Whatever happens in whatever order: nothing lost, doubled, stuck, or said too late."""
    async with ringing(sqlite_url, START) as bell:
        for name in PUPILS:
            await bell.add(cast.statement, of=name)
        run = Run(bell, sqlite_url, seed)
        for _ in range(STEPS):
            await run.step()

        bell.channel.faults = iter([])
        bell.now = max(bell.now, run.closes_at) + timedelta(days=1)
        bell.now = bell.now.replace(hour=2, minute=0)  # ten in the morning in Taipei
        await bell.run(bell.now + timedelta(minutes=10), every=timedelta(minutes=1))

        run.check()
        assert await bell.unfinished() == 0
        accepted = await bell.rows(Delivery, state=DeliveryState.ACCEPTED)
        failed = await bell.rows(Delivery, state=DeliveryState.FAILED)
        pushed = {push.retry_key for push in bell.channel.pushes}
        assert {row.retry_key for row in accepted} <= pushed
        assert pushed <= {row.retry_key for row in (*accepted, *failed)}
        assert not await bell.rows(Delivery, state=DeliveryState.SENDING)
