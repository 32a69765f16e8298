"""What is wrong in one school is no other's trouble; a database that is unwell is everybody's."""

import itertools
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError
from structlog.testing import capture_logs

from models.queries import outbox
from models.tables import Delivery, Notice, School
from models.vocabulary import DeliveryState, NoticeKind
from scheduler.separately import each_by_itself
from tests.support import cast
from tests.support.cast import taipei
from tests.support.ticking import ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)


@pytest.mark.parametrize("trouble", [ValueError("secret"), DataError("", {}, Exception())])
async def test_trouble_in_one_school_is_logged_and_passed_over(trouble: Exception) -> None:
    """The others are done; the log names the school and the kind, and nothing of what it was."""

    async def work(school_id: int) -> int:
        if school_id == 2:
            raise trouble
        return school_id * 10

    with capture_logs() as logs:
        assert await each_by_itself("plan", (1, 2, 3), work) == [10, 30]
    assert [(each["job"], each["school"], each["kind"]) for each in logs] == [
        ("plan", 2, type(trouble).__name__)
    ]
    assert "secret" not in str(logs)


async def test_a_database_that_is_unwell_ends_the_round() -> None:
    """Nobody asks it five hundred times; the next tick comes soon."""
    asked = itertools.count()

    async def work(_school_id: int) -> None:
        next(asked)
        raise OperationalError("", {}, Exception())

    with pytest.raises(OperationalError):
        await each_by_itself("plan", (1, 2, 3), work)
    assert next(asked) == 1


async def test_what_a_database_that_was_away_has_not_heard_is_written_later(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call was accepted: nobody calls again, and the ledger says so after the next tick."""
    settle = outbox.settle

    async def away(_session: Any, results: Any, _now: Any) -> None:
        if results:
            monkeypatch.setattr(outbox, "settle", settle)
            raise OperationalError("", {}, Exception())

    async with ringing(sqlite_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        monkeypatch.setattr(outbox, "settle", away)
        with pytest.raises(ExceptionGroup):
            await bell.tick(MORNING)
        assert [row.state for row in await bell.rows(Delivery)] == [DeliveryState.SENDING]

        await bell.tick(MORNING)
        assert [row.state for row in await bell.rows(Delivery)] == [DeliveryState.ACCEPTED]
        assert bell.channel.calls == 1


async def test_a_school_whose_rulebook_is_broken_stops_neither_planning_nor_sending(
    database_url: str,
) -> None:
    """A school before ours cannot be read; ours is planned, bundled and told as ever."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        async with bell.store.writing() as session:
            session.add(School(id=-1, code="000000", name="壞", rulebook="[", planned_until=BEFORE))
            await session.flush()
            person = bell.cast.people["阿明"].id
            session.add(
                Notice(
                    school_id=-1,
                    person_id=person,
                    kind=NoticeKind.ACCOUNT_LINKED,
                    occasion="broken",
                    due_at=BEFORE,
                    created_at=BEFORE,
                )
            )
        with capture_logs() as logs:
            await bell.tick(MORNING)

        assert len(bell.told("小美")) == 1
        assert {each["job"] for each in logs if each["event"] == "school_failed"} == {
            "plan",
            "bundle",
        }
