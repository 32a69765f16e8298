"""People asking handlers directly: one action, one transaction, as the conversation does it.

`await scene.ask("小美", ShowHome())` goes through the router and commits. Words are the English
msgids, so that a test reads what the code says; the journeys see the Chinese.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from handlers import router
from handlers.actions import Action
from handlers.context import Context
from handlers.replies import Button, Entry, Fact, Paragraph, Reply
from handlers.words import Words
from models.queries import people
from models.queries.schools import rulebook_of
from models.store import Store
from models.tables import Person
from tests.support.apps import APPS
from tests.support.cast import Cast

ENGLISH = Words("en", lambda said: said, lambda one, many, n: one if n == 1 else many)


@dataclass(slots=True)
class Scene:
    """A school on a store, and the time by its clock."""

    store: Store
    cast: Cast
    now: datetime

    async def ask(self, name: str, action: Action, *, at: datetime | None = None) -> Reply:
        """Let a person of the cast, or a stranger, ask; commits what the handler did."""
        async with self.store.writing() as session:
            known = self.cast.people.get(name)
            actor = await session.get_one(Person, known.id) if known else None
            return await router.answer(
                action,
                Context(
                    session=session,
                    now=at or self.now,
                    words=ENGLISH,
                    words_in=lambda _locale: ENGLISH,
                    school=self.cast.school,
                    rulebook=rulebook_of(self.cast.school),
                    account=self.cast.accounts.get(name),
                    actor=actor,
                    duties=await people.duties_of(session, actor) if actor else frozenset(),
                    via="line",
                    pepper=b"pepper",
                    chats=APPS,
                ),
            )

    async def add(self, make: Callable[..., Any], *args: Any, **facts: Any) -> Any:
        """Commit a row that a function of tests.support.cast makes."""
        async with self.store.writing() as session:
            return await make(session, self.cast, *args, **facts)

    async def change(self, row: SQLModel, **values: Any) -> None:
        """Commit other values of a row, as an import or another person would."""
        async with self.store.writing() as session:
            kept = await session.get_one(type(row), row.id)  # type: ignore[attr-defined]
            for name, value in values.items():
                setattr(kept, name, value)

    async def rows(self, table: type[SQLModel], **values: Any) -> list[Any]:
        """Return the rows of a table that have these values, oldest first."""
        async with self.store.reading() as session:
            found = select(table).filter_by(**values).order_by(sa.text("id"))
            kept = list((await session.execute(found)).scalars())
            session.expunge_all()  # the end of reading would empty them
            return kept


def text_of(reply: Reply) -> str:
    """Return every text of a reply in lines, the summary first."""
    return "\n".join([reply.summary, *_texts(reply)])


def buttons_of(reply: Reply) -> dict[str, Button]:
    """Return the buttons of a reply by their labels, those of entries included."""
    found: dict[str, Button] = {}
    for card in reply.cards:
        for block in card.blocks:
            if isinstance(block, Entry) and block.button:
                found.setdefault(block.button.label, block.button)
        found |= {button.label: button for button in card.buttons}
    return found


def _texts(reply: Reply) -> Iterator[str]:
    for card in reply.cards:
        yield card.title
        for block in card.blocks:
            match block:
                case Paragraph():
                    yield block.text
                case Fact():
                    yield f"{block.label}: {block.value}"
                case Entry():
                    yield f"{block.title} | {block.detail} | {block.state}"
