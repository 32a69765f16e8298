"""Planning: one notice for everybody concerned, told or silent, whatever overlaps or is late."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from models.queries.planning import Announcement, silence_case
from models.queries.windows import TermWindow
from models.rules.recipients import Recipient, silence_of
from models.tables import (
    ChatAccount,
    Confirmation,
    Decision,
    DoneClaim,
    Extension,
    Mute,
    Notice,
    School,
)
from models.vocabulary import (
    AccountState,
    Choice,
    NoticeKind,
    NoticeState,
    OutcomeState,
    Silence,
    Stage,
)
from scheduler import planning
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)


async def test_everybody_concerned_gets_one_row_with_a_reason_for_silence(
    database_url: str,
) -> None:
    """Told, decided, without an account, or blocked: each has a row, nobody else has one."""
    async with ringing(database_url, BEFORE) as bell:
        statements = {
            name: await bell.add(cast.statement, of=name) for name in ("小美", "阿明", "小華")
        }
        await confirm(bell, "阿明", statements["阿明"].id)
        await bell.scene.change(bell.cast.accounts["小華"], state=AccountState.BLOCKED)

        planned = await planning.plan(bell.store, MORNING)

        rows = await bell.rows(Notice)
        assert planned.notices == len(rows) == 3
        assert {row.person_id: row.silence for row in rows} == {
            bell.cast.people["小美"].id: None,
            bell.cast.people["阿明"].id: Silence.DECIDED,
            bell.cast.people["小華"].id: Silence.BLOCKED,
        }
        assert {row.kind for row in rows} == {NoticeKind.RECEIPT_OPENED}


async def test_after_a_great_deal_was_planned_postgresql_knows_how_much_it_is(
    postgres_url: str,
) -> None:
    """Otherwise it bundles as if there were no notices: looking through all of them for each."""
    async with ringing(postgres_url, BEFORE) as bell:
        await crowd.join(bell.store, bell.cast, planning.MANY)

        planned = await planning.plan(bell.store, MORNING)

        assert await _rows_known_of(bell, "notice") == planned.notices


async def test_planning_twice_or_by_two_planners_changes_nothing(database_url: str) -> None:
    """The second planner finds the school planned: the ledger is the same as after one."""
    async with ringing(database_url, taipei(2024, 8, 1)) as bell:
        now = taipei(2024, 9, 20, 8)

        counts = await asyncio.gather(*(planning.plan(bell.store, now) for _ in range(4)))
        again = await planning.plan(bell.store, now)

        rows = await bell.rows(Notice)
        assert sum(planned.notices for planned in counts) == len(rows)
        assert again.notices == 0
        pairs = [(row.person_id, row.occasion) for row in rows]
        assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=3)])
async def test_planning_a_span_again_adds_nothing(database_url: str, back: timedelta) -> None:
    """A clock or a backup that goes back plans what is planned: the occasions are the same."""
    async with ringing(database_url, taipei(2024, 8, 1)) as bell:
        now = taipei(2024, 9, 20, 8)
        await planning.plan(bell.store, now)
        known = len(await bell.rows(Notice))
        async with bell.store.writing() as session:
            await session.execute(sa.update(School).values(planned_until=now - back))

        again = await planning.plan(bell.store, now)

        assert again.notices == 0
        assert len(await bell.rows(Notice)) == known


async def test_after_an_outage_only_the_latest_occasion_of_a_window_is_told(
    database_url: str,
) -> None:
    """What an outage of weeks made superfluous is in the ledger as superseded."""
    async with ringing(database_url, taipei(2024, 8, 29)) as bell:
        await bell.add(cast.performance, by="小美")

        await bell.tick(taipei(2024, 9, 19, 12))

        selection = [
            (occasion.rsplit("/", 1)[1], silence or state)
            for occasion, state, silence in await bell.notices_of("小美")
            if "/selection/" in occasion
        ]
        assert selection == [
            ("opened", Silence.SUPERSEDED),
            ("D-14", Silence.SUPERSEDED),
            ("D-7", Silence.SUPERSEDED),
            ("D-3", Silence.SUPERSEDED),
            ("D-1", "told"),
        ]
        assert len(bell.told("小美")) == 1


async def test_teachers_are_reminded_only_of_works_that_wait(database_url: str) -> None:
    """A teacher with a pending work is told on the days before the end, one without is not."""
    async with ringing(database_url, taipei(2025, 2, 6)) as bell:
        await bell.add(cast.outcome, by="小美", course="物理", state=OutcomeState.AWAITING)

        await bell.tick(taipei(2025, 2, 7, 8))

        rows = await bell.rows(Notice, kind=NoticeKind.CERTIFICATION_DUE)
        told = {row.person_id for row in rows if row.state is NoticeState.TOLD}
        assert told == {bell.cast.people["林老師"].id}
        silences = {row.silence for row in rows if row.state is NoticeState.SKIPPED}
        assert silences == {Silence.NOTHING_OUTSTANDING}


async def test_a_homeroom_teacher_gets_the_class_digest_on_the_set_mornings(
    database_url: str,
) -> None:
    """Set mornings at 07:40, not on a holiday, and only of windows that end within 14 days."""
    async with ringing(database_url, taipei(2024, 10, 7, 7)) as bell:
        await bell.add(cast.statement, of="小美")
        statement = await bell.add(cast.statement, of="阿明")
        await confirm(bell, "阿明", statement.id)

        await bell.run(taipei(2024, 10, 12, 20), every=timedelta(hours=2))

        digests = await bell.rows(
            Notice, kind=NoticeKind.CLASS_DIGEST, person_id=bell.cast.people["張導師"].id
        )
        assert [row.occasion for row in digests] == [
            f"digest/2024-10-11/{bell.cast.classes['201'].id}",
        ]
        assert bell.told("張導師")[-1] == (
            "Good day. Class 201, Receipt confirmation 112-2: 1 undecided, until 113/10/14 (Mon)"
        )


async def test_the_reasons_in_sql_are_those_of_the_rule(database_url: str) -> None:
    """For every combination of what is known of a pupil, SQL and rules/recipients.py agree."""
    async with ringing(database_url, taipei(2024, 9, 10)) as bell:
        await bell.add(cast.performance, by="小美")
        found = TermWindow(bell.cast.windows["selection"], bell.cast.terms["112-2"])
        person = sa.literal(bell.cast.people["小美"].id)
        flags = (False, True)
        for account in ("none", "blocked", "open"):
            for decided, extended, muted, claimed in itertools.product(flags, repeat=4):
                await arrange(
                    bell, account, decided=decided, extended=extended, muted=muted, claimed=claimed
                )
                known = Recipient(
                    has_left=not decided,
                    has_decided=decided,
                    has_account=account != "none",
                    is_reachable=account == "open",
                    has_more_time=extended,
                    has_muted=muted,
                    says_done=claimed,
                )
                for dropped, required, stale in itertools.product(flags, repeat=3):
                    saying = Announcement(
                        NoticeKind.SELECTION_DUE,
                        "an occasion",
                        bell.now,
                        found.closes_at,
                        required=required,
                        silence=Silence.SUPERSEDED if dropped else None,
                        imported_at=bell.now - timedelta(hours=1),
                        stale=stale,
                    )
                    async with bell.store.reading() as session:
                        asked = sa.select(silence_case(found, saying, person))
                        in_sql = await session.scalar(asked)

                    by_rule = silence_of(known, superseded=dropped, required=required, stale=stale)
                    assert in_sql == by_rule, (known, dropped, required, stale)


async def confirm(bell: Bell, name: str, statement_id: int) -> None:
    """Let a pupil confirm a statement."""
    async with bell.store.writing() as session:
        session.add(
            Confirmation(
                school_id=bell.cast.school.id,
                statement_id=statement_id,
                person_id=bell.cast.people[name].id,
                confirmed_at=BEFORE,
            )
        )


async def arrange(
    bell: Bell, account: str, *, decided: bool, extended: bool, muted: bool, claimed: bool
) -> None:
    """Put 小美's account, decision, deadline and wishes into a state."""
    pupil, window = bell.cast.people["小美"], bell.cast.windows["selection"]
    whose: dict[str, Any] = {"school_id": pupil.school_id, "person_id": pupil.id}
    async with bell.store.writing() as session:
        for table in (Decision, Extension, Mute, DoneClaim):
            await session.execute(sa.delete(table))
        await session.execute(
            sa.update(ChatAccount)
            .where(ChatAccount.id == bell.cast.accounts["小美"].id)  # type: ignore[arg-type]
            .values(
                person_id=None if account == "none" else pupil.id,
                state=AccountState.BLOCKED if account == "blocked" else AccountState.OPEN,
            )
        )
        if decided:
            what: dict[str, Any] = {"stage": Stage.SELECTION, "scope": "112", "choice": Choice.DONE}
            session.add(Decision(**whose, **what, decided_at=bell.now))
        if extended:
            until = window.closes_at + timedelta(days=7)
            granted: dict[str, Any] = {"closes_at": until, "granted_at": bell.now, "reason": "公假"}
            session.add(Extension(**whose, window_id=window.id, **granted))
        if muted:
            session.add(Mute(**whose, kind=NoticeKind.SELECTION_DUE, muted_at=bell.now))
        if claimed:
            session.add(DoneClaim(**whose, window_id=window.id, said_at=bell.now))


async def _rows_known_of(bell: Bell, table: str) -> int:
    asked = sa.text("SELECT reltuples FROM pg_class WHERE relname = :table")
    async with bell.store.reading() as session:
        return int(await session.scalar(asked, {"table": table}))
