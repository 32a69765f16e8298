"""The registrar's list of what the platform and our record differ about."""

from datetime import timedelta

from handlers.actions import SayDone, SettleDifference, ShowDifferences, ShowSchool
from models.tables import AuditEntry, Discrepancy, Setting
from models.vocabulary import Difference, ItemKind
from tests.support import cast
from tests.support.scene import Scene, buttons_of, text_of


async def _imported(scene: Scene, ago: timedelta) -> None:
    async with scene.store.writing() as session:
        for row in await scene.rows(Setting, key="imported/works"):
            await session.delete(await session.get_one(Setting, row.id))
        await session.flush()
        value = (scene.now - ago).isoformat()
        session.add(Setting(school_id=scene.cast.school.id, key="imported/works", value=value))


async def test_who_says_done_is_listed_once_data_says_otherwise(scene: Scene) -> None:
    """Not while the data is older than what they said; the card says of what moment it is."""
    await scene.add(cast.performance, by="小美")
    said_at = scene.now
    await scene.ask("小美", SayDone(scene.cast.windows["selection"].id))
    await _imported(scene, timedelta(hours=1))
    assert "agree" in text_of(await scene.ask("註冊組", ShowDifferences()))

    scene.now = said_at + timedelta(days=1)
    await _imported(scene, timedelta(hours=1))
    listed = text_of(await scene.ask("註冊組", ShowDifferences()))
    assert scene.cast.people["小美"].name in listed
    assert "the data says otherwise" in listed
    assert "Data as of 113/9/17" in listed


async def test_a_difference_is_taken_off_the_list_by_the_registrar_alone(scene: Scene) -> None:
    """With an audit entry about its pupil; a second tap finds it done."""
    await _imported(scene, timedelta(hours=1))
    async with scene.store.writing() as session:
        row = Discrepancy(
            school_id=scene.cast.school.id,
            person_id=scene.cast.people["小美"].id,
            item_kind=ItemKind.OUTCOME,
            item_id=7,
            difference=Difference.NOT_CERTIFIED_THERE,
            title="斜面實驗報告",
            ours="certified",
            theirs="awaiting",
            found_at=scene.now,
        )
        session.add(row)
    card = await scene.ask("註冊組", ShowDifferences())
    assert "certified here, on the platform: Waiting for certification" in text_of(card)
    assert buttons_of(card)["Put right"].action == SettleDifference(row.id)
    assert "1 work" in text_of(await scene.ask("註冊組", ShowSchool()))

    await scene.ask("張導師", SettleDifference(row.id))
    assert await scene.rows(Discrepancy, settled_at=None)
    for _ in range(2):
        await scene.ask("註冊組", SettleDifference(row.id))
    (settled,) = await scene.rows(Discrepancy)
    assert settled.settled_by_id == scene.cast.people["註冊組"].id
    (entry,) = await scene.rows(AuditEntry, deed="settled difference")
    assert entry.person_id == scene.cast.people["小美"].id
    assert "斜面" not in str(entry.facts)
