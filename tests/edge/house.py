"""The school of thirty with every button its people can reach, pressed without consequences."""

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col, select

from handlers import typed
from handlers.actions import Action, WithdrawDecision
from handlers.codec import pack
from handlers.replies import Reply
from models.store import Store
from models.tables import (
    AuditEntry,
    Certification,
    CourseOutcome,
    Performance,
    Person,
    ReceiptLine,
)
from tests.support.asking import actions_of, all_text
from tests.support.cast import Cast
from tests.support.fullhouse import SCREENS_AT_MOST, only_shows
from tests.support.pressing import Presser, Rows, presser
from tests.support.thirty import MORNING, neighbours, thirty

Buttons = dict[str, Action]


@dataclass(slots=True)
class House:
    """Thirty people, what each can press, and what each is shown; nothing that is done stays."""

    pressing: Presser
    cast: Cast
    neighbours: Cast
    untouched: Rows
    private: re.Pattern[str]
    """Every name and every title of both schools."""
    buttons: dict[str, Buttons]
    shown: dict[str, set[str]]

    async def press(
        self, name: str, action: Action, *, at: datetime = MORNING, in_group: bool = False
    ) -> Reply:
        """Let one of the thirty press a button; it holds until the trial ends."""
        account_id = self.cast.accounts[name].id
        return await self.pressing.press(account_id, action, at=at, in_group=in_group)

    def revealed(self, reply: Reply) -> set[str]:
        """Return the names and titles that a reply tells."""
        return set(self.private.findall(all_text(reply)))

    @property
    def engine(self) -> str:
        """The name of the database under the school."""
        return self.pressing.connection.dialect.name

    def changed(self, before: Rows | None = None) -> list[str]:
        """Return the tables that the trial has changed since `before`, or at all."""
        now, before = self.pressing.rows(self.pressing.in_doubt), before or self.untouched
        return [table for table in now if now[table] != before.get(table, self.untouched[table])]

    def entries(self) -> Sequence[sa.Row[int | None, str, str]]:
        """Return who did what, and in which app, by the audit entries of the trial."""
        known = [row[0] for row in self.untouched["audit_entry"]]
        deeds = select(col(AuditEntry.actor_id), col(AuditEntry.deed), col(AuditEntry.via))
        found = self.pressing.connection.execute(deeds.where(col(AuditEntry.id).not_in(known)))
        return found.all()

    def touched(self) -> set[object]:
        """Return the people of whom the trial has changed a row; a notice is a word to somebody."""
        people: set[object] = set()
        for table in self.pressing.in_doubt:
            if table.name == "notice":
                continue
            place = table.c.keys().index("person_id")
            now, before = self.pressing.rows([table])[table.name], self.untouched[table.name]
            people |= {row[place] for row in now if row not in before}
            people |= {row[place] for row in before if row not in now}
        return people

    async def leaves(self, name: str, action: Action | None) -> None:
        """Let somebody unlink their chat by a tap, or leave the school."""
        if action is not None:
            await self.press(name, action)
        else:
            mine = col(Person.id) == self.cast.people[name].id
            self.pressing.change(Person, mine, departed=True)

    async def walk(self, name: str) -> None:
        """Let somebody look at every screen and do every deed that is offered, one at a time."""
        found = {pack(command.action): command.action for command in typed.COMMANDS}
        found |= {pack(undo): undo for undo in self._undos(name)}
        waiting, walked = [action for action in found.values() if only_shows(action)], 0
        while waiting:
            action, walked = waiting.pop(), walked + 1
            assert walked < SCREENS_AT_MOST
            with self.pressing.trial():
                reply = await self.press(name, action)
            self.shown[name] |= self.revealed(reply)
            for offered in actions_of(reply):
                if isinstance(offered, WithdrawDecision):
                    continue  # it names a decision that was taken back with the trial
                if pack(offered) not in found:
                    found[pack(offered)] = offered
                    waiting.append(offered)
        self.buttons[name] = found

    def _undos(self, name: str) -> list[WithdrawDecision]:
        """Return the buttons under the decisions that a teacher has just made."""
        mine = select(col(Certification.id)).where(
            col(Certification.by_id) == self.cast.people[name].id
        )
        return [WithdrawDecision(each) for each in self.pressing.connection.scalars(mine)]


@contextlib.contextmanager
def opened(url: str, *, whom: Collection[str] = ()) -> Iterator[House]:
    """Write both schools into a migrated database; let these people, or all, walk through them."""
    cast, others = asyncio.run(_written(url))
    with presser(url) as pressing:
        private = _private(pressing, cast, others)
        house = House(pressing, cast, others, pressing.rows(), private, {}, defaultdict(set))
        asyncio.run(_walk(house, whom or house.cast.people))
        yield house


async def _written(url: str) -> tuple[Cast, Cast]:
    store = Store(url)
    try:
        return await thirty(store), await neighbours(store)
    finally:
        await store.close()


async def _walk(house: House, whom: Collection[str]) -> None:
    for name in whom:
        await house.walk(name)


def _private(pressing: Presser, *casts: Cast) -> re.Pattern[str]:
    """Return what finds a name or a title, the longest first."""
    titled = (CourseOutcome.title, Performance.title, ReceiptLine.title)
    found = {name for cast in casts for name in cast.people}
    for column in titled:
        found |= set(pressing.connection.execute(select(col(column))).scalars())
    return re.compile("|".join(sorted(map(re.escape, found), key=len, reverse=True)))
