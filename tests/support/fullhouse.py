"""A school day on which everything is open at once, and every button that somebody can reach."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from handlers import typed
from handlers.actions import Action
from handlers.codec import pack
from handlers.replies import Reply
from models.store import Store
from models.tables import CourseOutcome, ReceiptStatement
from models.vocabulary import OutcomeState
from tests.support import asking
from tests.support import cast as rows
from tests.support.cast import Cast, settle, taipei
from tests.support.scene import Scene

MORNING = taipei(2024, 9, 16, 10)
AFTER_ALL_DEADLINES = taipei(2025, 3, 1, 10)
SCREENS_AT_MOST = 200
"""Screens that a person walks through: more would mean that a walk does not end."""


ROWS = {
    *("outcome_id", "item_id", "statement_id", "certification_id"),
    *("class_id", "question_id", "digest"),
}
"""Fields by which a button names a row of somebody; all others say what its presser wants."""


def names_a_row(action: Action) -> bool:
    """Say whether a button is about something that belongs to somebody."""
    return any(getattr(action, name, 0) for name in ROWS)


def only_shows(action: Action) -> bool:
    """Say whether an action by its name shows or asks, so that it may change nothing."""
    return type(action).__name__.startswith(("Show", "Ask"))


@dataclass(slots=True)
class FullHouse:
    """The small school with works in every state and all windows open."""

    scene: Scene

    @property
    def cast(self) -> Cast:
        """The people of the school."""
        return self.scene.cast

    async def press(
        self, name: str, action: Action, *, at: datetime = MORNING, in_group: bool = False
    ) -> Reply:
        """Let a person press a button in the chat that is theirs, or in a group."""
        account = self.cast.accounts[name]
        return await asking.ask_from(
            self.scene.store, self.cast, account, action, at=at, in_group=in_group
        )

    async def buttons_of(self, name: str) -> dict[str, Action]:
        """Return every button that a person reaches from what can be typed, by its data."""
        commands = [command.action for command in typed.COMMANDS]
        waiting = [action for action in commands if only_shows(action)]
        found = {pack(action): action for action in commands}
        walked = 0
        while waiting:
            screen = waiting.pop()
            walked += 1
            assert walked < SCREENS_AT_MOST
            for action in asking.actions_of(await self.press(name, screen)):
                data = pack(action)
                if data not in found:
                    found[data] = action
                    if only_shows(action):
                        waiting.append(action)
        return found

    async def makes_everything_new(self) -> None:
        """Let every work and statement be another version than the cards have shown."""
        async with self.scene.store.writing() as session:
            for table in (CourseOutcome, ReceiptStatement):
                await session.execute(sa.update(table).values(version=col(table.version) + 1))


async def furnish(store: Store) -> FullHouse:
    """Settle the small school and fill it."""
    scene = Scene(store, await settle(store), MORNING)
    house = FullHouse(scene)
    await scene.change(scene.cast.windows["receipt"], opens_at=taipei(2024, 9, 10))
    for by in ("小美", "小華"):
        for number, state in enumerate(
            (OutcomeState.UPLOADED, OutcomeState.AWAITING, OutcomeState.AWAITING)
        ):
            await scene.add(rows.outcome, by=by, title=f"{by}的報告{number}", state=state)
        for number in range(2):
            await scene.add(
                rows.outcome,
                by=by,
                course="國文",
                title=f"{by}的小說{number}",
                state=OutcomeState.CERTIFIED,
            )
        await scene.add(rows.performance, by=by, title=f"{by}的科展")
        await scene.add(rows.statement, of=by, titles=(f"{by}的小說0", f"{by}的科展"))
    return house
