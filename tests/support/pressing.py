"""Thousands of taps a second: the handlers asked directly, in transactions that never commit.

The session is the handlers' own kind, over a connection without a thread or a socket between. A
trial is a savepoint: what was pressed in it is looked at and taken back.
"""

import contextlib
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from handlers import router
from handlers.actions import Action
from handlers.replies import Reply
from models.migrations import synchronous
from models.queries import people
from models.tables import ChatAccount, Person, School
from models.vocabulary import Duty
from tests.support.asking import context_of
from tests.support.settled import as_stored

Rows = dict[str, list[tuple[object, ...]]]
_WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
_HARMLESS = re.compile(r"\s*(?:SELECT|SAVEPOINT|RELEASE|ROLLBACK TO|PRAGMA)\b")


class DirectSession(AsyncSession):
    """A session of the handlers' kind whose connection answers at once."""

    async def execute(self, statement: Any, params: Any = None, **more: Any) -> Any:
        """Execute without waiting for anybody."""
        return self.sync_session.execute(statement, params, **more)


Asker = tuple[ChatAccount, Person | None, frozenset[Duty]]


@dataclass(slots=True)
class Presser:
    """Presses buttons for any account, at any time, and knows whether a row was written."""

    connection: sa.Connection
    wrote: list[str] = field(default_factory=list)
    """The table of each statement that may have changed a row and was not taken back."""
    _began: int = 0
    _askers: dict[int, Asker] = field(default_factory=dict)
    _schools: dict[int, School] = field(default_factory=dict)

    async def press(
        self, account_id: int, action: Action, *, at: datetime, in_group: bool = False
    ) -> Reply:
        """Let whoever holds an account press a button; what it did holds until the trial ends."""
        async with self._session() as session:
            account, actor, duties = await self._asker(session, account_id)
            school = await self._school(session, account.school_id)
            context = context_of(session, school, account, actor, duties, at=at, in_group=in_group)
            return await router.answer(action, context)

    @contextlib.contextmanager
    def trial(self) -> Iterator[None]:
        """Take back at the end whatever happens in the block."""
        savepoint, before, began = self.connection.begin_nested(), len(self.wrote), self._began
        self._began = before
        try:
            yield
        finally:
            savepoint.rollback()
            del self.wrote[before:]
            self._began = began

    @property
    def in_doubt(self) -> list[sa.Table]:
        """The tables of which the innermost trial may have changed a row."""
        return [SQLModel.metadata.tables[name] for name in sorted({*self.wrote[self._began :]})]

    def rows(self, tables: Iterable[sa.Table] = SQLModel.metadata.sorted_tables) -> Rows:
        """Return every row of these tables, or of all, as it is now."""
        return {
            table.name: sorted(map(tuple, self.connection.execute(table.select())), key=repr)
            for table in tables
        }

    def change(self, table: type[SQLModel], *where: Any, **values: Any) -> None:
        """Change the rows that fulfil a condition, or all, as an import would."""
        self.connection.execute(sa.update(table).where(*where).values(**values))

    async def _asker(self, session: AsyncSession, account_id: int) -> Asker:
        """Return who asks: read once, and read again where a trial has changed something."""
        if self.wrote or account_id not in self._askers:
            account = await session.get_one(ChatAccount, account_id)
            actor = await people.of_account(session, account)
            duties = await people.duties_of(session, actor) if actor else frozenset[Duty]()
            if self.wrote:
                return account, actor, duties
            self._askers[account_id] = as_stored(account), actor and as_stored(actor), duties
        account, actor, duties = self._askers[account_id]
        own, person = as_stored(account), actor and as_stored(actor)
        session.add_all(filter(None, (own, person)))
        return own, person, duties

    async def _school(self, session: AsyncSession, school_id: int) -> School:
        if school_id not in self._schools:
            self._schools[school_id] = as_stored(await session.get_one(School, school_id))
        return self._schools[school_id]

    @contextlib.asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        session = DirectSession(join_transaction_mode="rollback_only", expire_on_commit=False)
        session.sync_session.bind = self.connection
        async with session:
            yield session
            await session.commit()


@contextlib.contextmanager
def presser(url: str) -> Iterator[Presser]:
    """Open one transaction on a database; nothing that is done in it stays."""
    engine = sa.create_engine(
        synchronous(url),
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _begin_by_hand)
        sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.connect() as connection, connection.begin() as everything:
        pressing = Presser(connection)
        sa.event.listen(connection, "before_cursor_execute", _noting(pressing.wrote))
        yield pressing
        everything.rollback()
    engine.dispose()


def _begin_by_hand(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")


def _noting(wrote: list[str]) -> Any:
    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not _HARMLESS.match(statement):
            written = _WRITING.match(statement)
            assert written is not None, statement
            wrote.append(written[1])

    return note
