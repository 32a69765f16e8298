"""The same school on both engines: the same things are done to either, and the states compared.

A run is a list of steps that follows from a seed. Each engine does them in one transaction that is
rolled back afterwards, so that the next run begins with the same rows without writing them again.
"""

import contextlib
import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import SQLModel

from handlers.actions import Action, AgreeToLink, AskToUnlink, SendCode, Unlink
from models.rules.linking import digest_of
from models.store import Store
from models.tables import LinkCode
from scheduler.bundling import bundle
from scheduler.dispatch import Dispatcher
from scheduler.planning import plan
from scheduler.sweeping import sweep
from tests.support import asking
from tests.support.cast import Cast
from tests.support.faulty_channel import LOST, TOO_FAST, FaultyChannel
from tests.support.fullhouse import MORNING, FullHouse, furnish, only_shows
from tests.support.scene import ENGLISH

CODE = "7KQ2MXW9RA"
STRANGER = "a stranger"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 15, 180, 24 * 60, 5 * 24 * 60))
TICKS = ("plan", "bundle", "send", "sweep")
WRITES = re.compile(r'\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
_TABLES = {table.name: table for table in SQLModel.metadata.sorted_tables}

Button = tuple[str, Action]
State = dict[str, Counter[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: a new deed, a button of the last answer, a tick, or to wait."""

    kind: str
    dice: tuple[float, float]

    def pick(self, among: Sequence[Any], which: int = 0) -> Any:
        """Return one of several, the same one on either engine."""
        return among[int(self.dice[which] * len(among))]


def steps_of(seed: int, length: int) -> list[Step]:
    """Return the steps that follow from a seed."""
    dice = random.Random(seed)
    kinds = ("deed",) * 5 + ("follow",) * 3 + ("tick", "wait")
    return [Step(dice.choice(kinds), (dice.random(), dice.random())) for _ in range(length)]


class OneTransaction(Store):
    """A store whose transactions are savepoints of a single one."""

    _connection: AsyncConnection

    async def open(self) -> None:
        """Take the one connection, and note from then on which tables are written."""
        self._connection = await self.engine.connect()
        self.written: set[str] = set()
        sa.event.listen(self.engine.sync_engine, "before_cursor_execute", self._note)

    async def begin(self) -> None:
        """Begin the transaction that everything is a part of."""
        await self._connection.execute(sa.text("BEGIN" if self.is_sqlite else "SELECT 1"))
        await self.count_on()
        self.written.clear()

    async def count_on(self) -> None:
        """Let the next ids follow the last ones, as on SQLite: PostgreSQL's never come again.

        Ids stand in occasions and facts, where they could not be told from other numbers.
        """
        numbered = sorted(self.written & _TABLES.keys())
        if numbered and not self.is_sqlite:
            counted = (
                f"setval('{name}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
                for name in numbered
            )
            await self._connection.exec_driver_sql(f"SELECT {', '.join(counted)}")

    async def undo(self) -> None:
        """Take back everything since the beginning."""
        await self._connection.rollback()

    async def close(self) -> None:
        """Give the connection back."""
        sa.event.remove(self.engine.sync_engine, "before_cursor_execute", self._note)
        await self._connection.close()
        await super().close()

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """Open a savepoint that is kept at the end, and rolled back on a raise."""
        async with self._turn, self._inner() as session:
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a savepoint that is rolled back."""
        async with self._turn, self._inner() as session:
            yield session
            session.expunge_all()
            await session.rollback()

    def _inner(self) -> AsyncSession:
        return AsyncSession(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self.written.update(WRITES.findall(statement))


@dataclass(slots=True)
class Twin:
    """The school on one engine."""

    store: OneTransaction
    cast: Cast
    deeds: Mapping[str, Sequence[Button]]
    first_ids: Mapping[str, int]
    now: datetime = MORNING
    channel: FaultyChannel = field(init=False)
    last: list[Button] = field(init=False)

    @classmethod
    async def on(cls, url: str, deeds: Mapping[str, Sequence[Button]] | None = None) -> Self:
        """Settle a school in which much can be done; `deeds` are looked for if not given."""
        plain = Store(url, threads=False)
        house = await furnish(plain)
        house.cast.accounts[STRANGER] = await asking.stranger(plain, house.cast)
        await house.scene.add(_code)
        first_ids = {}
        async with plain.reading() as session:
            for name, table in _TABLES.items():
                first_ids[name] = await session.scalar(sa.select(sa.func.max(table.c.id))) or 0
        known = deeds or await _deeds_of(house)
        await plain.close()
        store = OneTransaction(url, threads=False)
        await store.open()
        return cls(store, house.cast, known, first_ids)

    async def run(self, steps: Sequence[Step]) -> tuple[list[str], State]:
        """Do the steps; return everything that was said, and what has become of the rows."""
        self.now, self.last = MORNING, []
        self.channel = FaultyChannel(lambda: self.now)
        await self.store.begin()
        try:
            said = []
            for step in steps:
                said.append(await self._do(step))
                await self.store.count_on()
            return said, await self._state()
        finally:
            await self.store.undo()

    async def _do(self, step: Step) -> str:
        match step.kind:
            case "wait":
                self.now += step.pick(WAITS)
                return self.now.isoformat()
            case "tick":
                return await self._tick(step)
            case "follow" if self.last:
                name, action = step.pick(self.last)
            case _:
                name, action = step.pick(step.pick([*self.deeds.values()]), 1)
        account = self.cast.accounts[name]
        reply = await asking.ask_from(self.store, self.cast, account, action, at=self.now)
        self.last = [(name, each) for each in asking.actions_of(reply)]
        return f"{name} {type(action).__name__}: {asking.all_text(reply)}"

    async def _tick(self, step: Step) -> str:
        match tick := step.pick(TICKS):
            case "plan":
                await plan(self.store, self.now)
            case "bundle":
                await bundle(self.store, self.now, {"line"})
            case "sweep":
                await sweep(self.store, self.now)
            case "send":
                self.channel.faults = iter([step.pick((LOST, TOO_FAST, None, None), 1)])
                worker = Dispatcher(
                    self.store, {"line": self.channel}, lambda _: ENGLISH, lambda: self.now
                )
                await worker.tick()
                await worker.idle()
        return f"{tick} {sorted(push.summary for push in self.channel.pushes)}"

    async def _state(self) -> State:
        """Return the rows of every table that was written, with new ids put into words."""
        rows: dict[str, dict[int, Any]] = {}
        written = sorted(self.store.written & _TABLES.keys())
        async with self.store.reading() as session:
            for name in written:
                found = await session.execute(_TABLES[name].select())
                rows[name] = {row.id: row for row in found}
        worded = _Worded(rows, self.first_ids)
        return {name: Counter(worded.row(name, id_) for id_ in rows[name]) for name in written}


@dataclass(slots=True)
class _Worded:
    """Rows as values that are the same on either engine: a new row is named by its content."""

    rows: Mapping[str, Mapping[int, Any]]
    first_ids: Mapping[str, int]
    _known: dict[tuple[str, int], tuple[object, ...]] = field(default_factory=dict)

    def row(self, table: str, id_: int) -> tuple[object, ...]:
        """Return the content of a row."""
        if (table, id_) not in self._known:
            row = self.rows[table][id_]
            self._known[table, id_] = tuple(
                self._value(column, getattr(row, column.name))
                for column in _TABLES[table].columns
                if column.name != "id" or id_ <= self.first_ids[table]
            )
        return self._known[table, id_]

    def _value(self, column: sa.Column[Any], value: Any) -> object:
        if value is None:
            return None
        for key in column.foreign_keys:
            return self._named(key.column.table.name, value)
        return repr(value)

    def _named(self, table: str, id_: int) -> object:
        is_new = table in self.rows and id_ > self.first_ids[table]
        return (table, self.row(table, id_)) if is_new else (table, id_)


async def _deeds_of(house: FullHouse) -> dict[str, list[Button]]:
    """Return every button that does something, and who can press it, by what it asks for."""
    deeds: dict[str, list[Button]] = {}
    for name in house.cast.people:
        for _, action in sorted((await house.buttons_of(name)).items()):
            if not only_shows(action):
                deeds.setdefault(type(action).__name__, []).append((name, action))
    texts = (CODE, CODE, "3KQ2MXW9RA")
    return deeds | {
        "SendCode": [(STRANGER, SendCode(text)) for text in texts],
        "AgreeToLink": [(STRANGER, AgreeToLink(0))],
        "AskToUnlink": [("小美", AskToUnlink()), (STRANGER, Unlink())],
    }


async def _code(session: AsyncSession, cast: Cast) -> None:
    """Add a joining code of 小美's that is the same on either engine."""
    session.add(
        LinkCode(
            school_id=cast.school.id,
            person_id=cast.people["小美"].id,
            digest=digest_of(CODE, asking.PEPPER),
            expires_at=MORNING + timedelta(days=14),
        )
    )
