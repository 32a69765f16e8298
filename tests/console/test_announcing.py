"""Messages to the whole school: two people let each out, and what has not left can be stopped."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.queries.console import users
from models.rules.access import Grant
from models.tables import (
    Announcement,
    AuditEntry,
    ChatAccount,
    ConsoleUser,
    Notice,
    Person,
    Placement,
)
from models.vocabulary import (
    AccountState,
    AnnouncementState,
    ConsoleRole,
    NoticeKind,
    NoticeState,
    Silence,
)
from scheduler import announcing, bundling
from tests.support.cast import taipei
from tests.support.consoles import Office, Sitting, opened

FRIDAY = taipei(2024, 10, 11, 12)
WRITTEN = {
    "title": "段考週作息",
    "wording": "下週一到週三段考，當日中午放學。\n請帶學生證。",
    "link": "https://school.example/exam",
    "hearers": ["pupils"],
    "undo": "10",
}


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console at noon of a Friday."""
    async with opened(sqlite_url, at=FRIDAY) as found:
        yield found


@pytest.fixture
async def either(database_url: str) -> AsyncIterator[Office]:
    """Open it on either engine, for what SQL decides."""
    async with opened(database_url, at=FRIDAY) as found:
        yield found


async def registrar(office: Office, name: str = "office", person: str = "") -> Sitting:
    """Sign in as one of the registrars."""
    grant = Grant(ConsoleRole.REGISTRAR, office.cast.school.id)
    return await office.signed_in(grant, address=f"{name}@school.example", person=person)


async def written(office: Office, sitting: Sitting, **other: Any) -> str:
    """Write a message and return its path."""
    answer = await sitting.post(f"{office.at_school}/announcements/new", **{**WRITTEN, **other})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).removeprefix("/console")


async def seen(sitting: Sitting, one: str) -> str:
    """Return the digest of what a page shows."""
    found = re.search(r'name="seen" value="(\w+)"', (await sitting.get(one)).text)
    assert found is not None
    return found[1]


async def approved(office: Office, **other: Any) -> tuple[Sitting, Sitting, str]:
    """Write a message, ask, and let a second registrar approve it."""
    author, second = await registrar(office), await registrar(office, "second", person="註冊組")
    one = await written(office, author, **other)
    digest = await seen(author, one)
    assert (await author.post(f"{one}/ask", seen=digest)).status_code == 303
    assert (await second.post(f"{one}/approve", seen=digest)).status_code == 303
    return author, second, one


async def leaves(office: Office) -> int:
    """Let the time to call back pass and the worker look; return how many notices are new."""
    office.passes(timedelta(minutes=11))
    return await announcing.leave(office.store, office.clock.now())


async def the(office: Office) -> Announcement:
    """Return the one message of the school."""
    async with office.store.reading() as session:
        return (await session.execute(select(Announcement))).scalar_one()


async def told(office: Office, kind: NoticeKind = NoticeKind.SCHOOL_ANNOUNCED) -> list[Notice]:
    """Return what the ledger has of a kind, by person."""
    async with office.store.reading() as session:
        rows = select(Notice).where(col(Notice.kind) == kind).order_by(col(Notice.person_id))
        return list((await session.execute(rows)).scalars())


async def test_a_message_leaves_after_a_second_person_and_the_time_to_call_it_back(
    either: Office,
) -> None:
    """Each step stands in the audit; the second registrar hears of it in their chat."""
    author, second, one = await approved(either)
    early = await announcing.leave(either.store, either.clock.now() + timedelta(minutes=9))
    waiting = (await second.get(one)).text
    left = await leaves(either)
    again = await announcing.leave(either.store, either.clock.now())

    assert (early, left, again) == (0, 3, 0)
    assert "113/10/11（五）12:10 起送出" in waiting
    assert (await the(either)).state is AnnouncementState.LEAVING
    people = [either.cast.people[name].id for name in ("小美", "阿明", "小華")]
    assert [each.person_id for each in await told(either)] == people
    (asked,) = await told(either, NoticeKind.ANNOUNCEMENT_ASKED)
    assert asked.person_id == either.cast.people["註冊組"].id
    async with either.store.reading() as session:
        deeds = (await session.scalars(select(AuditEntry.deed).order_by(col(AuditEntry.id)))).all()
    assert list(deeds) == [
        "wrote announcement",
        "asked for approval",
        "approved announcement",
        "announcement began to leave",
    ]
    page = (await author.get(one)).text
    assert "馬上要送 3 人" in page
    assert "已送出 0／3 則" in page


async def test_nobody_approves_their_own_message(office: Office) -> None:
    """Neither by its page, which has no such button, nor by sending its form all the same."""
    author = await registrar(office)
    alone = (await author.get(f"{office.at_school}/announcements")).text
    second = await registrar(office, "second")
    one = await written(office, author)
    digest = await seen(author, one)
    not_theirs = await second.post(f"{one}/ask", seen=digest)
    await author.post(f"{one}/ask", seen=digest)
    overviews = [(await each.get(f"{office.at_school}/")).text for each in (author, second)]

    own = await author.post(f"{one}/approve", seen=digest)
    async with office.store.writing() as session:
        for name in ("office", "second"):
            account = await session.get_one(
                ConsoleUser, (await office.user(f"{name}@school.example")).id
            )
            account.person_id = office.cast.people["註冊組"].id
    same = await second.post(f"{one}/approve", seen=digest)
    own_back = await author.post(f"{one}/return", reason="我自己")

    assert "還需要另一位註冊組人員" in alone
    assert ["「段考週作息」等您核准" in each for each in overviews] == [False, True]
    assert {each.status_code for each in (not_theirs, own, own_back, same)} == {409}
    assert "要由另一位註冊組人員看過" in own.text
    assert "/approve" not in (await author.get(one)).text
    assert (await the(office)).state is AnnouncementState.ASKED


async def test_another_text_is_asked_anew(office: Office) -> None:
    """What was looked at before the change cannot be approved, nor can a page of before."""
    author, second = await registrar(office), await registrar(office, "second")
    one = await written(office, author)
    digest = await seen(author, one)
    await author.post(f"{one}/ask", seen=digest)
    lost = await second.post(f"{one}/text", **{**WRITTEN, "title": "別的"}, seen="of before")
    await author.post(f"{one}/text", **{**WRITTEN, "title": "段考週作息（更正）"}, seen=digest)

    void = await second.post(f"{one}/approve", seen=digest)
    fresh = await seen(author, one)
    await author.post(f"{one}/ask", seen=fresh)
    stale = await second.post(f"{one}/approve", seen=digest)
    good = await second.post(f"{one}/approve", seen=fresh)

    refused = [each.status_code for each in (lost, void, stale)]
    assert (refused, good.status_code) == ([409, 409, 409], 303)
    assert "被改過" in stale.text


async def test_two_approvals_at_the_same_moment_act_once(either: Office) -> None:
    """The later one is told that somebody was quicker; one message leaves."""
    author = await registrar(either)
    second, third = await registrar(either, "second"), await registrar(either, "third")
    one = await written(either, author)
    digest = await seen(author, one)
    await author.post(f"{one}/ask", seen=digest)

    answers = await asyncio.gather(
        second.post(f"{one}/approve", seen=digest), third.post(f"{one}/approve", seen=digest)
    )

    assert sorted(each.status_code for each in answers) == [303, 409]
    async with either.store.reading() as session:
        deeds = (await session.scalars(select(AuditEntry.deed))).all()
    assert list(deeds).count("approved announcement") == 1
    assert await leaves(either) == 3


@pytest.mark.parametrize("whose", ["office", "second"])
async def test_it_does_not_leave_when_one_of_the_two_is_no_registrar_any_more(
    office: Office, whose: str
) -> None:
    """Whether it is the author or who approved; it is sent back and can be taken over."""
    await approved(office)
    user = await office.user(f"{whose}@school.example")
    async with office.store.writing() as session:
        await users.withdraw(session, user.id, Grant(ConsoleRole.REGISTRAR, office.cast.school.id))

    assert await leaves(office) == 0
    assert (await the(office)).state is AnnouncementState.SENT_BACK
    assert await told(office) == []


async def test_an_author_who_was_shut_out_meanwhile_cannot_be_approved(office: Office) -> None:
    """The account is asked at the moment of the approval."""
    author, second = await registrar(office), await registrar(office, "second")
    one = await written(office, author)
    digest = await seen(author, one)
    await author.post(f"{one}/ask", seen=digest)
    async with office.store.writing() as session:
        user = await session.get_one(ConsoleUser, (await office.user("office@school.example")).id)
        user.disabled_at = FRIDAY

    refused = await second.post(f"{one}/approve", seen=digest)

    assert refused.status_code == 409
    assert "已經不是註冊組人員" in refused.text


async def test_it_goes_to_who_is_on_the_list_when_it_leaves(office: Office) -> None:
    """Who came or went after the approval is named on its page."""
    room = office.cast.classes["201"]
    _, second, one = await approved(office, classes=[str(room.id)])
    async with office.store.writing() as session:
        moved = select(Placement).where(
            col(Placement.person_id) == office.cast.people["小華"].id,
            col(Placement.class_id) == office.cast.classes["202"].id,
        )
        (await session.execute(moved)).scalar_one().class_id = room.id
        gone = await session.get_one(Person, office.cast.people["阿明"].id)
        gone.departed = True
    before = (await second.get(one)).text

    await leaves(office)

    page = (await second.get(one)).text
    assert "核准之後：" in before
    assert "從核准到送出之間：" in page
    for text in (before, page):
        assert "多了 1 人（小華）" in text
        assert "少了 1 人（阿明）" in text
    told_to = {each.person_id for each in await told(office)}
    assert told_to == {office.cast.people[name].id for name in ("小美", "小華")}


async def test_it_can_be_called_back_before_the_first_has_left(office: Office) -> None:
    """It is a draft again, and the approval is gone."""
    author, second, one = await approved(office)

    back = await author.post(f"{one}/call-back")
    late = await second.post(f"{one}/stop")

    assert (back.status_code, late.status_code) == (303, 409)
    assert await leaves(office) == 0
    row = await the(office)
    assert (row.state, row.decided_by_id, row.leaves_at) == (AnnouncementState.DRAFT, None, None)


async def test_what_has_not_left_can_be_stopped(office: Office) -> None:
    """What is queued is withdrawn with what waits; its page lists whom it reached."""
    author, second, one = await approved(office)
    await leaves(office)
    now, school = office.clock.now(), office.cast.school.id
    await bundling.bundle_school(office.store, school, now, {"line"})

    stopped = await second.post(f"{one}/stop")
    again = await author.post(f"{one}/stop")

    assert (stopped.status_code, again.status_code) == (303, 409)
    assert {(each.state, each.silence) for each in await told(office)} == {
        (NoticeState.SKIPPED, Silence.CALLED_OFF)
    }
    assert "3 人在送出前取消" in (await author.get(one)).text
    listed = (await author.get(f"{one}/people?state=not_sent")).text
    assert "學校已停止這則訊息" in listed
    assert await announcing.leave(office.store, now) == 0


async def test_it_is_sent_back_with_a_reason(office: Office) -> None:
    """The author reads it, changes the message and asks anew."""
    author, second = await registrar(office), await registrar(office, "second")
    one = await written(office, author)
    await author.post(f"{one}/ask", seen=await seen(author, one))

    empty = await second.post(f"{one}/return", reason=" ")
    sent = await second.post(f"{one}/return", reason="日期寫錯了")
    page = (await author.get(one)).text

    assert (empty.status_code, sent.status_code) == (422, 303)
    assert "日期寫錯了" in page
    assert "/ask" not in page
    digest = await seen(author, f"{one}/text")
    await author.post(f"{one}/text", **WRITTEN, seen=digest)
    assert (await author.post(f"{one}/ask", seen=await seen(author, one))).status_code == 303


async def test_the_form_says_what_is_wrong_beside_each_field(office: Office) -> None:
    """Too long, no safe address, an hour of the night, nobody ticked."""
    sitting = await registrar(office)
    new = f"{office.at_school}/announcements/new"
    for wrong, why in (
        ({"title": " "}, "請寫標題"),
        ({"title": "長" * 61}, "超過 1 個字"),
        ({"wording": "長" * 1001}, "最多 1000 個字"),
        ({"link": "http://school.example"}, "開頭是 https://"),
        ({"hearers": []}, "請至少勾選一項"),
        ({"wanted": "2024-10-14T22:00"}, "113/10/15（二）07:00"),
        ({"wanted": "2024-10-10T08:00"}, "這個時間已經過了"),
    ):
        answer = await sitting.post(new, **{**WRITTEN, **wrong})
        assert answer.status_code == 422
        assert why in answer.text, why
    planned = await written(office, sitting, wanted="2024-10-14T07:30")
    assert "預定 113/10/14（一）07:30 送出" in (await sitting.get(planned)).text


async def test_the_list_can_be_searched_and_taken_along(either: Office) -> None:
    """Before it leaves it is the people of now; who took it stands in the audit."""
    async with either.store.writing() as session:
        lost = await session.get_one(ChatAccount, either.cast.accounts["阿明"].id)
        lost.state = AccountState.BLOCKED
    author = await registrar(either)
    one = await written(either, author, hearers=["pupils", "homeroom_teachers"], grades=["2"])

    page = (await author.get(one)).text
    everybody = (await author.get(f"{one}/people")).text
    room = (await author.get(f"{one}/people?whom=202")).text
    unreachable = (await author.get(f"{one}/people?unreachable=1")).text
    file = await author.post(f"{one}/people/export", unreachable="1")

    assert "高二：學生、導師" in page
    assert "有 1 人收不到這則訊息" in page
    names = ("小美", "阿明", "小華", "張導師", "李導師")
    assert [name in everybody for name in names] == [True] * len(names)
    assert [name in room for name in names] == [False, False, True, False, False]
    assert [name in unreachable for name in names] == [False, True, False, False, False]
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.splitlines()[1:] == ["000001,阿明,201,否,封鎖了帳號"]
    async with either.store.reading() as session:
        deeds = (await session.scalars(select(AuditEntry.deed))).all()
    assert "exported announcement list" in deeds


async def test_another_schools_message_is_absent(office: Office) -> None:
    """Whoever guesses a number learns nothing, and changes nothing."""
    author = await registrar(office)
    one = await written(office, author)
    other = await office.another_school()
    stranger = await office.signed_in(
        Grant(ConsoleRole.REGISTRAR, other.id), address="other@school.example"
    )
    elsewhere = one.replace(office.cast.school.code, other.code)

    for tail in ("", "/text", "/people"):
        assert (await stranger.get(elsewhere + tail)).status_code == 404
    for tail in ("/ask", "/approve", "/return", "/call-back", "/stop", "/discard", "/text"):
        assert (await stranger.post(elsewhere + tail, reason="x")).status_code == 404
    assert (await stranger.post(f"{elsewhere}/people/export")).status_code == 404
    assert (await author.post(f"{one}/discard")).status_code == 303
    assert (await author.get(one)).status_code == 404
