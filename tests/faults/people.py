"""What people do in a simulated week: they confirm, decide, leave, join, extend a window, nudge."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from models.queries import notices
from models.store import Store
from models.tables import ChatAccount, Confirmation, Decision, ReceiptStatement, School, Window
from models.vocabulary import AccountState, Choice, NoticeKind, Stage
from scheduler.moving import Order, move_deadline
from tests.faults.furnishing import NEWCOMER, PUPILS, START
from tests.faults.line_side import Account, Line
from tests.support.cast import Cast


@dataclass
class People:
    """The pupils, their teacher and the office; what they did is known to LINE's side at once."""

    cast: Cast
    dice: random.Random
    line: Line
    store: Store
    numbers: int = 0
    gone: set[int] = field(default_factory=set)
    unlinked: set[str] = field(default_factory=set)

    def now(self) -> datetime:
        """Return the time by the school's clock."""
        return self.line.clock()

    async def act(self) -> None:
        """Let somebody do something, at some moment of the step."""
        deeds: tuple[Callable[[str], Awaitable[None]] | None, ...] = (
            self.confirm,
            self.decide,
            self.leave,
            self.hand_over,
            self.join,
            self.move,
            self.nudge,
            self.nudge,
            self.turn_back,
            None,
            None,
            None,
        )
        deed = self.dice.choice(deeds)
        name = self.dice.choice(PUPILS)
        await asyncio.sleep(self.dice.random() * self.dice.choice((0, 0.1, 3)))
        if deed is not None:
            self.line.note(f"{deed.__name__} {name}")
            await deed(name)

    async def confirm(self, name: str) -> None:
        """Let a pupil confirm the statement."""
        person_id = self.cast.people[name].id
        async with self.store.writing() as session:
            if self._is_done(name, "receipt"):
                return
            statement: Any = await session.scalar(
                sa.select(col(ReceiptStatement.id)).where(
                    col(ReceiptStatement.person_id) == person_id
                )
            )
            session.add(
                Confirmation(
                    school_id=self.cast.school.id,
                    statement_id=statement,
                    person_id=person_id,
                    confirmed_at=self.now(),
                )
            )
            self._does(name, "receipt")

    async def decide(self, name: str) -> None:
        """Let a pupil say to be done with uploading."""
        async with self.store.writing() as session:
            if self._is_done(name, "upload"):
                return
            session.add(
                Decision(
                    school_id=self.cast.school.id,
                    person_id=self.cast.people[name].id,
                    stage=Stage.UPLOAD,
                    scope="113-1",
                    choice=Choice.DONE,
                    decided_at=self.now(),
                )
            )
            self._does(name, "upload")

    async def leave(self, name: str) -> None:
        """Let a pupil unlink the chat, or block us."""
        gone = self.dice.choice(({"person_id": None}, {"state": AccountState.BLOCKED}))
        await self._change_account(name, None, **gone)

    async def hand_over(self, name: str) -> None:
        """Let somebody else take a pupil's chat over."""
        other = self.cast.people[NEWCOMER].id
        if other not in self.gone:
            await self._change_account(name, other, person_id=other)
            self.gone.add(other)

    async def join(self, name: str) -> None:
        """Let a pupil who has unlinked join again with another chat."""
        if name not in self.unlinked:
            return
        self.unlinked.remove(name)
        self.numbers += 1
        address = f"R{self.numbers:032x}"
        person_id = self.cast.people[name].id
        async with self.store.writing() as session:
            session.add(
                ChatAccount(
                    school_id=self.cast.school.id,
                    channel="line",
                    address=address,
                    person_id=person_id,
                    state_at=self.now(),
                    linked_at=self.now(),
                )
            )
            self.line.accounts[address] = Account(person_id, self.now())

    async def move(self, _name: str) -> None:
        """Let the school extend a window by a day or two."""
        name = self.dice.choice(("receipt", "upload"))
        window_id = self.cast.windows[name].id
        closes_at = self.line.closes_at[window_id] + timedelta(days=self.dice.choice((1, 2)))
        if closes_at <= self.now():
            return
        async with self.store.writing() as session:
            window = await session.get_one(Window, window_id)
            await move_deadline(session, window, closes_at, now=self.now(), order=Order(""))
            self.line.closes_at[window_id] = closes_at
            self.line.moved_at[window_id] = self.now()

    async def nudge(self, name: str) -> None:
        """Let the homeroom teacher point at what a pupil has left."""
        self.numbers += 1
        window_id = self.cast.windows[self.dice.choice(("receipt", "upload"))].id
        async with self.store.writing() as session:
            await notices.tell(
                session,
                school_id=self.cast.school.id,
                person_id=self.cast.people[name].id,
                kind=NoticeKind.PUPIL_NUDGED,
                occasion=f"nudge/{self.numbers}",
                now=self.now(),
                window_id=window_id,
                deadline_at=self.line.closes_at[window_id],
            )

    async def turn_back(self, _name: str) -> None:
        """Let planning believe that it has done less than it has, as after a restored backup."""
        async with self.store.writing() as session:
            until = max(START, self.now() - timedelta(days=2))
            await session.execute(
                sa.update(School)
                .where(col(School.planned_until) > until)
                .values(planned_until=until)
            )

    async def _change_account(self, name: str, owner: int | None, **values: Any) -> None:
        account = self.cast.accounts[name]
        if account.person_id in self.gone:
            return
        async with self.store.writing() as session:
            await session.execute(
                sa.update(ChatAccount).where(col(ChatAccount.id) == account.id).values(**values)
            )
            self.gone.add(self.cast.people[name].id)
            if "person_id" in values:
                self.unlinked.add(name)
            self.line.accounts[account.address] = Account(owner, self.now())

    def _does(self, name: str, window: str) -> None:
        place = (self.cast.people[name].id, self.cast.windows[window].id)
        self.line.done[place] = self.now()

    def _is_done(self, name: str, window: str) -> bool:
        return (self.cast.people[name].id, self.cast.windows[window].id) in self.line.done
