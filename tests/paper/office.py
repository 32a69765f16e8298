"""A terminal beside the small school, as the tests of letters use it."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlmodel import SQLModel, col, select

from bot.commands import paper
from models.store import Store
from models.tables import ChannelCredential, ChatAccount, Letter, Person
from tests.support import cast as cast_module
from tests.support.cast import Cast, settle

OFFICE = "註冊組049-2362082"


class Office:
    """小美 has a chat, 阿明 has none, 小華 has left; each has a statement of 112-2."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cast: Cast = self.with_store(_open)

    def with_store(self, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> Any:
        """Do something with the school's store."""

        async def main() -> Any:
            store = Store(self.url)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(main())

    def paper(self, *arguments: str) -> Result:
        """Run `bot paper`."""
        return CliRunner().invoke(paper.command, arguments)

    def print(self, *arguments: str) -> Result:
        """Run `bot paper letters` for 112-2 into the folder `out`."""
        return self.paper(
            "letters", "--term", "112-2", "--office", OFFICE, "--out", "out", *arguments
        )

    def number(self, name: str) -> str:
        """Return the number of somebody of the cast."""
        return str(self.cast.people[name].number)

    def rows(self, table: type[SQLModel]) -> Sequence[Any]:
        """Return all rows of a table by id."""

        async def reading(store: Store) -> Any:
            async with store.reading() as session:
                return list(await session.scalars(select(table).order_by(sa.text("id"))))

        return self.with_store(reading)  # type: ignore[no-any-return]

    def code_of(self, name: str) -> str:
        """Return the code of somebody's letter."""
        whose = self.cast.people[name].id
        return next(str(each.code) for each in self.rows(Letter) if each.person_id == whose)

    def change(self, table: type[SQLModel], id_: int, **values: Any) -> None:
        """Change one row."""

        async def changing(store: Store) -> None:
            async with store.writing() as session:
                row = await session.get_one(table, id_)
                for name, value in values.items():
                    setattr(row, name, value)

        self.with_store(changing)


async def _open(store: Store) -> Cast:
    cast = await settle(store)
    async with store.writing() as session:
        school_id = cast.school.id
        session.add(
            ChannelCredential(
                school_id=school_id, channel="line", secret=b"", token=b"", basic_id="@bell"
            )
        )
        of_aming = col(ChatAccount.person_id) == cast.people["阿明"].id
        await session.execute(sa.delete(ChatAccount).where(of_aming))
        (await session.get_one(Person, cast.people["小華"].id)).departed = True
        for name in ("小美", "阿明", "小華"):
            await cast_module.statement(session, cast, of=name)
    return cast


def listed(folder: Path) -> list[list[str]]:
    """Return the rows of the list of letters, the headings first."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(folder / "letters.xlsx"))
    return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
