"""More time from the console: seen before it is given, given once, taken back while unused."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlmodel import col, select

from models.queries import pupils
from models.tables import AuditEntry, Extension, ExtensionGrant, Notice, Person
from models.vocabulary import (
    Choice,
    ExtendedTo,
    NoticeKind,
    NoticeState,
    Silence,
    Stage,
)
from tests.support.cast import taipei
from tests.support.consoles import Office, opened

MORNING = taipei(2025, 1, 20, 10)
END = taipei(2025, 2, 4)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console while uploads run until 2025-02-03; 阿明 uploads nothing."""
    async with opened(sqlite_url, at=MORNING) as found:
        async with found.store.writing() as session:
            await pupils.decide(
                session,
                found.cast.people["阿明"],
                Stage.UPLOAD,
                "113-1",
                choice=Choice.NOTHING,
                now=MORNING,
            )
        yield found


def wish(office: Office, **other: str) -> dict[str, str]:
    """Return what the form says: until 2025-02-07 for 小美, unless other things."""
    window = office.cast.windows["upload"].id
    number = office.cast.people["小美"].number
    given = {"window": str(window), "whom": "person", "name": number, "room": "0"}
    return {**given, "day": "2025-02-07", "reason": "公假", **other}


async def ends(office: Office, name: str) -> object:
    """Return when uploads end for somebody."""
    async with office.store.reading() as session:
        own = await pupils.windows_of(session, office.cast.people[name])
        return next(one for one in own if one.id == office.cast.windows["upload"].id).closes_at


async def told(office: Office) -> list[tuple[int, NoticeKind, Silence | None]]:
    """Return which notices about the window there are."""
    async with office.store.reading() as session:
        found = await session.execute(select(Notice).order_by(col(Notice.id)))
        return [(each.person_id, each.kind, each.silence) for each in found.scalars()]


async def test_what_it_does_is_seen_before_and_only_then_given(office: Office) -> None:
    """One pupil by number; the page before says who is told, and changes nothing."""
    sitting, at = await office.registrar(), f"{office.at_school}/extensions"

    seen = await sitting.post(f"{at}/new", **wish(office))
    nothing = (await ends(office, "小美"), await told(office))
    given = await sitting.post(at, **wish(office, reference="113-1 工作小組第 2 次會議"))
    one = await sitting.follow(given)

    assert seen.status_code == 200
    assert "還沒有給" in seen.text
    assert "114/2/7（五）" in seen.text
    assert nothing == (END, [])
    assert await ends(office, "小美") == taipei(2025, 2, 8)
    assert await ends(office, "阿明") == END
    assert await told(office) == [
        (office.cast.people["小美"].id, NoticeKind.DEADLINE_EXTENDED, None)
    ]
    assert "113-1 工作小組第 2 次會議" in one.text
    assert "小美" in (await sitting.get(at)).text
    assert "小美" not in (await sitting.get(f"{at}?past=1")).text
    async with office.store.reading() as session:
        (deed,) = (await session.execute(select(AuditEntry))).scalars()
    assert (deed.deed, deed.via, deed.facts["reason"]) == ("extended deadline", "console", "公假")
    assert deed.facts["reference"] == "113-1 工作小組第 2 次會議"


async def test_what_cannot_be_given_is_said_beside_its_field(office: Office) -> None:
    """Nobody, two of one name, no class, a day that gives nothing, no reason."""
    async with office.store.writing() as session:
        other = await session.get_one(Person, office.cast.people["小華"].id)
        other.name = "阿明"
    sitting, at = await office.registrar(), f"{office.at_school}/extensions/new"

    for wrong, said in (
        ({"name": "沒有人"}, "不在這個期程裡"),
        ({"name": " "}, "請輸入學號或完整姓名"),
        ({"name": "阿明"}, "有好幾位同名"),
        ({"whom": "class"}, "請選班級"),
        ({"day": "2025-02-03"}, "展延的日期要在"),
        ({"day": "9999-12-31"}, "請選日期"),
        ({"day": "", "name": "沒有人"}, "請選日期"),
        ({"reason": ""}, "請填原因"),
    ):
        answer = await sitting.post(at, **wish(office, **wrong))
        assert (answer.status_code, said in answer.text) == (422, True), (wrong, answer.text)


async def test_a_class_gets_it_and_who_has_nothing_left_is_not_told(office: Office) -> None:
    """A later end of one's own stays; when the class's is taken back it is still there."""
    sitting, at = await office.registrar(), f"{office.at_school}/extensions"
    await sitting.post(at, **wish(office, day="2025-02-10"))
    await sitting.post(at, **wish(office, name=office.cast.people["阿明"].number, day="2025-02-05"))
    room = str(office.cast.classes["201"].id)

    seen = await sitting.post(f"{at}/new", **wish(office, whom="class", room=room))
    given = await sitting.post(at, **wish(office, whom="class", room=room))

    assert "1 人已經有更晚的截止日" in seen.text
    assert await ends(office, "小美") == taipei(2025, 2, 11)
    assert await ends(office, "阿明") == taipei(2025, 2, 8)
    assert await ends(office, "小華") == END
    assert (await told(office))[-1] == (
        office.cast.people["阿明"].id,
        NoticeKind.DEADLINE_EXTENDED,
        Silence.DECIDED,
    )

    one = given.headers["location"].removeprefix("/console")
    unsaid = await sitting.follow(await sitting.post(f"{one}/take-back", reason=" "))
    ended = await sitting.follow(await sitting.post(f"{one}/take-back", reason="選錯班級"))
    again = await sitting.post(f"{one}/take-back", reason="選錯班級")

    assert "請填原因" in unsaid.text
    assert "1 位學生" in ended.text
    assert again.status_code == 409
    assert await ends(office, "阿明") == taipei(2025, 2, 6)
    assert "收回" in (await sitting.get(f"{at}?past=1")).text


async def test_everybody_gets_it_and_whoever_heard_is_told_when_it_is_taken_back(
    office: Office,
) -> None:
    """After the window's own end nothing is taken back: somebody may have used it."""
    sitting, at = await office.registrar(), f"{office.at_school}/extensions"
    given = await sitting.post(at, **wish(office, whom="school"))
    one = given.headers["location"].removeprefix("/console")
    async with office.store.writing() as session:
        for notice in (await session.execute(select(Notice))).scalars():
            if notice.person_id == office.cast.people["小美"].id:
                notice.state = NoticeState.TOLD

    await sitting.post(f"{one}/take-back", reason="不需要了")
    moved = [each for each in await told(office) if each[1] is NoticeKind.DEADLINE_MOVED]
    second = await sitting.post(at, **wish(office, whom="school"))
    office.clock.at = END + timedelta(hours=9)
    sitting = await office.registrar()
    late = await sitting.post(
        f"{second.headers['location'].removeprefix('/console')}/take-back", reason="太晚"
    )

    assert moved == [(office.cast.people["小美"].id, NoticeKind.DEADLINE_MOVED, None)]
    assert late.status_code == 409
    assert "可能已經有人用到" in late.text
    assert await ends(office, "小華") == taipei(2025, 2, 8)
    async with office.store.reading() as session:
        first = (await session.execute(select(ExtensionGrant))).scalars().first()
        rows = (await session.execute(select(Extension))).scalars().all()
    assert first is not None
    assert (first.whom, first.people, first.revoked_at) == (ExtendedTo.SCHOOL, 3, MORNING)
    assert {each.version for each in rows} == {3}


async def test_what_outlasts_the_next_stage_needs_a_tick(office: Office) -> None:
    """What is uploaded after certification has ended nobody can certify: it has to be meant."""
    sitting, at = await office.registrar(), f"{office.at_school}/extensions"
    far = wish(office, day="2025-02-12")

    unread = await sitting.post(at, **far)
    read = await sitting.post(at, **far, read="1")

    assert unread.status_code == 422
    assert "沒有人能認證" in unread.text
    assert read.status_code == 303
    assert await ends(office, "小美") == taipei(2025, 2, 13)


async def test_another_schools_extensions_are_absent(office: Office) -> None:
    """Whoever guesses a number learns nothing, and changes nothing."""
    sitting, at = await office.registrar(), f"{office.at_school}/extensions"
    other = await office.another_school()
    async with office.store.writing() as session:
        grant = ExtensionGrant(
            school_id=other.id,
            window_id=office.cast.windows["upload"].id,
            whom=ExtendedTo.SCHOOL,
            closes_at=taipei(2025, 2, 9),
            reason="別校",
            granted_at=MORNING,
        )
        session.add(grant)

    for tail in (grant.id, 99):
        assert (await sitting.get(f"{at}/{tail}")).status_code == 404
        assert (await sitting.post(f"{at}/{tail}/take-back", reason="x")).status_code == 404
    assert "別校" not in (await sitting.get(at)).text
