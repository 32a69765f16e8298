"""Who may do what to whose: the declared matrix of permissions.txt, cell by cell (E2).

Two schools lie in one database, and everybody presses everything, at a thing that is there and at
one that is not.
"""

import asyncio
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import orjson
import pytest
from sqlmodel import col, select

from bot.line.render import render
from handlers import actions, refusals, router
from handlers.actions import Action, SelectItem
from models.errors import AlreadyLinked, CodeRefused, DomainError, NotLinked, NotYours
from models.store import Store
from models.tables import (
    Certification,
    ChatAccount,
    CourseOutcome,
    Discrepancy,
    Query,
    Question,
    ReceiptLine,
    ReceiptStatement,
)
from models.vocabulary import Difference, ItemKind, OutcomeState
from tests.support.asking import stranger
from tests.support.cast import Cast
from tests.support.pressing import Presser, presser
from tests.support.thirty import MORNING, neighbours, thirty

SUBJECTS = (
    *("小美", "詠晴", "小華", "外校生"),  # pupils: own, same class, other class, other school
    *("林老師", "王老師", "外校老師"),  # subject teachers: own, a colleague's, other school
    *("張導師", "李導師", "外校導師"),  # homeroom teachers: own class, other class, other school
    *("註冊組", "外校註冊組"),
    "somebody who has not joined",
)
THINGS = {
    *("outcome_id", "item_id", "statement_id", "certification_id", "class_id", "term_id"),
    *("question_id", "query_id", "code_id", "difference_id"),
}
"""Fields that name the thing which an action is about."""
ABSENT = 10**9
SHRUGGED_OFF = {actions.DeclineToLink}
"""To let go of a code that nobody has is no trouble to anybody."""
ABSENCES = (NotYours, NotLinked, CodeRefused)
KINDS = {
    name: kind
    for name, kind in vars(actions).items()
    if isinstance(kind, type) and issubclass(kind, Action) and kind is not Action
}
MATRIX = {
    row.split()[0]: row.split()[1:]
    for row in Path(__file__).with_name("permissions.txt").read_text("utf-8").splitlines()
    if not row.startswith("#")
}


@dataclass(slots=True)
class Schools:
    """Two schools in one database, the subjects' accounts, and the things of 小美's school."""

    pressing: Presser
    accounts: dict[str, int]
    windows: dict[str, int]
    things: dict[str, int]
    refused: list[DomainError]

    def action(self, kind: type[Action], *, absent: bool = False) -> Action:
        """Return an action about the things that are there, or about one that is not."""
        hints = get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
        return kind(*(self._value(kind, name, hints[name], absent=absent) for name in names))

    def _value(self, kind: type[Action], name: str, hint: Any, *, absent: bool) -> Any:
        if absent and name in THINGS:
            return ABSENT
        if name == "window_id":
            return self.windows[_stage_of(kind)]
        if hint is int:
            return self.things.get(name, 0)
        if name == "channel":
            return ""
        return next(iter(hint)) if issubclass(hint, StrEnum) else "en"

    async def press(self, name: str, action: Action) -> tuple[str, bytes]:
        """Let a subject press; return the letter of the matrix and the bytes of the answer."""
        self.refused.clear()
        with self.pressing.trial():
            reply = await self.pressing.press(self.accounts[name], action, at=MORNING)
        drawn = orjson.dumps(render(reply))
        return _letter(self.refused), drawn


def _stage_of(kind: type[Action]) -> str:
    if "elect" in kind.__name__:
        return "selection"
    return "receipt" if "Receipt" in kind.__name__ else "upload"


def _letter(refused: list[DomainError]) -> str:
    if any(isinstance(error, ABSENCES) for error in refused):
        return "."
    return "-" if any(isinstance(error, AlreadyLinked) for error in refused) else "y"


def _differing(cast: Cast) -> Discrepancy:
    """Return a work of 小美's that the platform does not have any more."""
    return Discrepancy(
        school_id=cast.school.id,
        person_id=cast.people["小美"].id,
        item_kind=ItemKind.OUTCOME,
        item_id=1,
        difference=Difference.NOT_IN_FILE,
        title="斜面實驗報告",
        found_at=MORNING,
    )


async def _written(url: str) -> tuple[Cast, Cast, ChatAccount]:
    store = Store(url)
    try:
        cast, others = await thirty(store), await neighbours(store)
        async with store.writing() as session:
            session.add(_differing(cast))
        return cast, others, await stranger(store, cast)
    finally:
        await store.close()


def _things(pressing: Presser, cast: Cast) -> dict[str, int]:
    """Return the ids of what the actions are about."""
    owner, teacher = cast.people["小美"].id, cast.people["林老師"].id
    works = select(col(CourseOutcome.id)).where(col(CourseOutcome.person_id) == owner)
    state = col(CourseOutcome.state)
    statement = select(col(ReceiptStatement.id)).where(col(ReceiptStatement.person_id) == owner)
    lines = select(col(ReceiptLine.id)).where(col(ReceiptLine.statement_id).in_(statement))
    undone = select(col(Certification.id)).where(col(Certification.by_id) == teacher)
    found = {
        "outcome_id": works.where(state == OutcomeState.AWAITING),
        "item_id": works.where(state == OutcomeState.CERTIFIED),
        "statement_id": statement,
        "line_id": lines.order_by(col(ReceiptLine.number)),
        "certification_id": undone.order_by(col(Certification.decided_at).desc()),
        "question_id": select(col(Question.id)),
        "query_id": select(col(Query.id)),
        "difference_id": select(col(Discrepancy.id)),
    }
    ids: dict[str, int] = {
        name: pressing.connection.scalars(query).first() or 0 for name, query in found.items()
    }
    return ids | {"class_id": cast.classes["201"].id, "term_id": cast.terms["113-1"].id}


@pytest.fixture
def schools(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Schools]:
    """Give both schools, with one of 小美's works selected."""
    refused: list[DomainError] = []
    answer = refusals.refusal

    def noted(error: DomainError, *rest: Any) -> Any:
        refused.append(error)
        return answer(error, *rest)

    monkeypatch.setattr(router, "refusal", noted)
    cast, others, guest = asyncio.run(_written(sqlite_url))
    accounts = {
        name: each.id for school in (cast, others) for name, each in school.accounts.items()
    }
    windows = {name: window.id for name, window in cast.windows.items()}
    with presser(sqlite_url) as pressing:
        things = _things(pressing, cast)
        found = Schools(pressing, accounts | {SUBJECTS[-1]: guest.id}, windows, things, refused)
        selected = SelectItem(windows["selection"], ItemKind.OUTCOME, things["item_id"])
        asyncio.run(pressing.press(accounts["小美"], selected, at=MORNING))
        yield found


def test_every_action_has_its_row_in_the_matrix() -> None:
    """A new action is declared before it is let in, with a cell for each subject."""
    assert sorted(MATRIX) == sorted(KINDS)
    assert {len(cells) for cells in MATRIX.values()} == {len(SUBJECTS)}
    assert {cell for cells in MATRIX.values() for cell in cells} == {"y", ".", "-"}


def test_the_matrix_holds_and_forbidden_looks_like_absent(schools: Schools) -> None:
    """Each cell is as declared; where it refuses, the answer is what an absent thing gets."""

    async def all_of_them() -> None:
        for name, kind in KINDS.items():
            for subject, declared in zip(SUBJECTS, MATRIX[name], strict=True):
                letter, said = await schools.press(subject, schools.action(kind))
                assert letter == declared, (name, subject, schools.refused)
                if _names_a_thing(kind):
                    gone = await schools.press(subject, schools.action(kind, absent=True))
                    assert gone[0] in {".", "-"} or kind in SHRUGGED_OFF, (name, subject)
                    assert letter != "." or gone[1] == said, (name, subject)

    asyncio.run(all_of_them())


def _names_a_thing(kind: type[Action]) -> bool:
    return any(field.name in THINGS for field in dataclasses.fields(kind))  # type: ignore[arg-type]
