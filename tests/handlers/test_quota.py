"""What the registrar sees of the month's messages, and a class's teacher of who was not told."""

from typing import Any

import pytest

from handlers.actions import ShowClass, ShowQuota, ShowUndecided
from models.tables import Notice, QuotaReading
from models.vocabulary import NoticeKind, NoticeState, Silence
from tests.support import cast
from tests.support.cast import taipei
from tests.support.scene import Scene, text_of

NOW = taipei(2024, 9, 2)


def ahead(day: int, cost: int, *, kind: str = "selection_due", spare: int = 0) -> dict[str, object]:
    """Return what is foretold for a day of the month."""
    return {
        "at": taipei(2024, 9, day, 7, 30).isoformat(),
        "kind": kind,
        "required": False,
        "cost": cost,
        "spare": spare,
        "deadline": taipei(2024, 9, 21).isoformat(),
        "window": None,
    }


async def read(scene: Scene, **values: Any) -> None:
    """Store what a channel said of September."""
    facts: dict[str, Any] = {
        "month": "2024-09",
        "limit": 200,
        "read_at": NOW,
        "foretold_at": NOW,
    } | values
    async with scene.store.writing() as session:
        session.add(QuotaReading(school_id=scene.cast.school.id, channel="line", **facts))


async def test_the_registrar_sees_what_is_used_and_what_will_be_cut(scene: Scene) -> None:
    """In numbers of messages, by the day on which they would leave."""
    await read(scene, used=150, counted=10, ahead=[ahead(13, 80, spare=20), ahead(20, 40)])
    said = text_of(await scene.ask("註冊組", ShowQuota(), at=NOW))

    assert "This month 60 messages are left" in said
    assert "Not sent by this bot: 140 messages" in said
    assert "9/13 (Fri): 20 of 80 leave, 20 in another chat | 40 not told" in said
    assert "9/20" not in said


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"limit": None, "ahead": [ahead(13, 80)]}, "The plan has no limit."),
        ({"ahead": [ahead(13, 80)]}, "suffice for everything"),
        ({"read_at": None}, "The platform has not answered this month"),
        (None, "Nothing is known of this month's messages yet"),
    ],
)
async def test_a_month_without_a_limit_or_an_answer_says_so(
    scene: Scene, values: dict[str, Any] | None, text: str
) -> None:
    """What is not known is not made up."""
    if values is not None:
        await read(scene, **values)
    assert text in text_of(await scene.ask("註冊組", ShowQuota(), at=NOW))


async def test_a_homeroom_teacher_sees_who_was_not_told(scene: Scene) -> None:
    """By name on the list and as a number on the card, until they are told after all."""
    window = scene.cast.windows["selection"]
    await scene.add(cast.performance, by="小美")
    notice = Notice(
        school_id=scene.cast.school.id,
        person_id=scene.cast.people["小美"].id,
        kind=NoticeKind.SELECTION_DUE,
        occasion="D-7",
        window_id=window.id,
        due_at=NOW,
        created_at=NOW,
        silence=Silence.QUOTA,
    )
    async with scene.store.writing() as session:
        session.add(notice)
        await session.flush()
        session.expunge(notice)
    room = scene.cast.classes["201"].id

    for_class = text_of(await scene.ask("張導師", ShowClass(room), at=NOW))
    listed = text_of(await scene.ask("張導師", ShowUndecided(room, window.id), at=NOW))
    assert "One of these got no reminder" in for_class
    assert "小美 |  | Not told; please say it" in listed

    await scene.change(notice, state=NoticeState.TOLD, silence=None)
    assert "got no reminder" not in text_of(await scene.ask("張導師", ShowClass(room), at=NOW))
