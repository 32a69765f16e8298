"""The hold: nothing leaves until somebody releases it, and after a restore nothing twice (B5)."""

from datetime import timedelta

from models.queries import held_occasions, holds, notices
from models.queries.held_occasions import Holding
from models.queries.holds import Hold
from models.queries.in_doubt import Doubt, Telling
from models.tables import AuditEntry, School
from models.vocabulary import NoticeKind
from scheduler.bundling import bundle
from scheduler.releasing import doubt, release
from tests.support import cast
from tests.support.cast import taipei
from tests.support.faulty_channel import TIMEOUT
from tests.support.settled import Settled
from tests.support.ticking import Bell, ringing

EVENING = taipei(2024, 10, 8, 20)
MORNING = taipei(2024, 10, 9, 7, 30)
NOON = taipei(2024, 10, 9, 12)
NEXT_NOON = taipei(2024, 10, 10, 12)


async def hold(bell: Bell, *, restored: bool = False, school_id: int | None = None) -> Hold:
    """Put on a hold now."""
    async with bell.store.writing() as session:
        wanted = Hold(bell.now, "搬機器", "ops", restored=restored, school_id=school_id)
        return await holds.put_on(session, wanted, via="terminal")


async def let_go(bell: Bell, held: Hold, telling: Telling = Telling.REQUIRED) -> Doubt:
    """Release a hold, and tick; return what was in doubt."""
    found = await doubt(bell.store, held, bell.now)
    await release(bell.store, held, telling, "ops", bell.now, via="terminal")
    await bell.tick()
    return found


async def backup(bell: Bell) -> Settled:
    """Take down what the database holds."""
    async with bell.store.reading() as session:
        return await Settled.of(session)


async def restore(bell: Bell, kept: Settled) -> Hold:
    """Put a database back as it was, as another machine would, and put on the hold."""
    async with bell.store.writing() as session:
        await kept.put_back(session)
    return await hold(bell, restored=True)


async def tell(bell: Bell, kind: NoticeKind, occasion: str) -> None:
    """Write a notice to 小美 that is due now."""
    async with bell.store.writing() as session:
        await notices.tell(
            session,
            school_id=bell.cast.school.id,
            person_id=bell.cast.people["小美"].id,
            kind=kind,
            occasion=occasion,
            now=bell.now,
            facts={"until": bell.now.isoformat()},
        )


async def test_on_hold_nothing_leaves_and_then_one_message_says_it_all(database_url: str) -> None:
    """Three days of reminders wait, planned all the while; the release brings one a person."""
    async with ringing(database_url, EVENING) as bell:
        await bell.add(cast.statement, of="小美")
        held = await hold(bell)
        await tell(bell, NoticeKind.JOINING_PAUSED, "paused/1")
        await bell.run(NEXT_NOON, every=timedelta(hours=8))
        assert bell.channel.calls == 0
        assert "waiting" in {state for _, state, _ in await bell.notices_of("小美")}

        assert await let_go(bell, held) == Doubt()

        assert len(bell.told("小美")) == 1
        assert await bell.unfinished() == 0


async def test_one_occasion_is_held_back_and_the_rest_leaves(database_url: str) -> None:
    """What was queued with it leaves without it; let go, it leaves as well."""
    async with ringing(database_url, NOON) as bell:
        school_id = bell.cast.school.id
        for occasion in ("paused/1", "paused/2"):
            await tell(bell, NoticeKind.JOINING_PAUSED, occasion)
        await bundle(bell.store, bell.now, frozenset())
        wanted = Holding("paused/1", bell.now, "ops", "先不說")
        async with bell.store.writing() as session:
            assert await held_occasions.put_on(session, school_id, wanted, via="console")
            assert not await held_occasions.put_on(session, school_id, wanted, via="console")
        await bell.tick()
        assert await bell.notices_of("小美") == [
            ("paused/1", "waiting", ""),
            ("paused/2", "told", ""),
        ]

        async with bell.store.writing() as session:
            assert await held_occasions.let_go(session, school_id, wanted, via="console")
            assert not await held_occasions.let_go(session, school_id, wanted, via="console")
        await bell.tick()

        assert ("paused/1", "told", "") in await bell.notices_of("小美")
        deeds = [row.deed for row in await bell.rows(AuditEntry, school_id=school_id)]
        assert deeds == ["occasion_held", "occasion_released"]


async def test_a_message_that_was_on_its_way_waits_as_well(database_url: str) -> None:
    """A try that nobody answered is followed by none while the hold is on; then by the same key."""
    async with ringing(database_url, EVENING) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = iter([TIMEOUT])
        await bell.tick(MORNING)
        held = await hold(bell)
        await bell.run(NOON, every=timedelta(hours=2))
        assert bell.channel.calls == 1

        await let_go(bell, held)

        assert (len(bell.told("小美")), bell.channel.broken_rules) == (1, [])


async def test_a_hold_of_one_school_leaves_the_others_alone(database_url: str) -> None:
    """It stops its own school only; one of the installation stops all; both are audited."""
    async with ringing(database_url, EVENING) as bell:
        await bell.add(cast.statement, of="小美")
        async with bell.store.writing() as session:
            other = School(code="other", name="別校", rulebook="")
            session.add(other)
            await session.flush()
            other_id = other.id
        elsewhere = await hold(bell, school_id=other_id)
        await bell.tick(MORNING)
        assert len(bell.told("小美")) == 1

        async with bell.store.reading() as session:
            assert await holds.standing(session, bell.cast.school.id) is None
            assert await holds.standing(session, other_id) == elsewhere
        everywhere = await hold(bell)
        await let_go(bell, elsewhere)
        async with bell.store.reading() as session:
            assert await holds.every(session) == [everywhere]
        deeds = [(row.school_id, row.deed) for row in await bell.rows(AuditEntry)]
        assert deeds == [
            (other_id, "sending_held"),
            (bell.cast.school.id, "sending_held"),
            (other_id, "sending_held"),
            (other_id, "sending_released"),
        ]


async def test_after_a_restore_only_what_is_required_is_said_again(database_url: str) -> None:
    """The morning's message was sent and forgotten: the call comes with a note, the rest not."""
    async with ringing(database_url, EVENING) as bell:
        await bell.add(cast.statement, of="小美")
        kept = await backup(bell)
        await tell(bell, NoticeKind.JOINING_PAUSED, "paused/1")
        await bell.tick(MORNING)
        assert len(bell.told("小美")) == 1
        bell.now = NOON
        held = await restore(bell, kept)
        await tell(bell, NoticeKind.JOINING_PAUSED, "paused/2")
        await bell.run(NEXT_NOON, every=timedelta(hours=8))
        assert bell.channel.calls == 1

        found = await let_go(bell, held)

        assert found.required > 0
        assert len(bell.told("小美")) == 2
        assert bell.channel.broken_rules == []
        assert await bell.unfinished() == 0


async def test_what_was_on_its_way_at_the_backup_is_in_doubt(database_url: str) -> None:
    """Its key and body may have been used since: it is told anew or not at all, as is wanted."""
    for telling, messages in ((Telling.NOTHING, 1), (Telling.ALL, 2)):
        async with ringing(database_url, EVENING) as bell:
            bell.now = MORNING
            await tell(bell, NoticeKind.JOINING_PAUSED, "paused/1")
            await tell(bell, NoticeKind.JOINING_PAUSED, "paused/2")
            bell.channel.faults = iter([TIMEOUT])
            await bell.tick(MORNING)
            kept = await backup(bell)
            await bell.tick(NOON)
            assert len(bell.told("小美")) == 1
            bell.now = NOON + timedelta(hours=1)

            assert await let_go(bell, await restore(bell, kept), telling) == Doubt(0, 2)

            assert len(bell.told("小美")) == messages
            assert (bell.channel.broken_rules, await bell.unfinished()) == ([], 0)
            async with bell.store.writing() as session:
                await Settled(()).put_back(session)


async def test_keys_of_the_lost_time_are_never_used_for_other_words(database_url: str) -> None:
    """Ids come again after a restore: LINE would take the new message for the old one."""
    async with ringing(database_url, EVENING) as bell:
        kept = await backup(bell)
        bell.now = MORNING
        await tell(bell, NoticeKind.JOINING_PAUSED, "paused/1")
        await bell.tick(MORNING)
        bell.now = NOON
        held = await restore(bell, kept)
        bell.now = NOON + timedelta(hours=1)
        await tell(bell, NoticeKind.JOINING_PAUSED, "paused/1")

        assert await let_go(bell, held) == Doubt()

        assert (len(bell.told("小美")), bell.channel.broken_rules) == (2, [])
