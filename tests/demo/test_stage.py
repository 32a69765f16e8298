"""The whole demonstration over real HTTP: taps, reminders, statements, faults, a new beginning."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.demo.showing import running, settings_for
from bot.demo.stage import By
from bot.listening import listening
from handlers.actions import (
    AskToFinishSelection,
    CertifyItem,
    ConfirmReceipt,
    FinishSelection,
    NudgeClass,
    SelectItem,
    ShowPending,
    ShowPendingItem,
    ShowReceipt,
    ShowSelection,
)
from handlers.codec import pack
from models import migrations

from .conftest import SMALL, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_cast_finds_a_first_card_and_a_menu(visitor: Visitor) -> None:
    """Whoever opens the page sees three chats that have begun, each with the menu of its duty."""
    state = await visitor.get("/demo/state")

    assert [each["role"] for each in state["cast"]] == ["學生", "任課教師", "導師"]
    assert (state["today"], state["clock"]) == ("113/9/16（一）", "07:30")
    for role in ("學生", "任課教師", "導師"):
        phone = await visitor.phone(role)
        await phone.hears()
        view = await visitor.get(phone.path)
        assert view["richMenu"] is not None


async def test_a_pupil_selects_a_work_and_finishes(visitor: Visitor) -> None:
    """Selecting is counted at once; who has finished is not reminded of it any more."""
    pupil = await visitor.phone("學生")
    await pupil.hears()

    await pupil.taps(ShowSelection)
    assert "4" in await pupil.taps(SelectItem)
    await pupil.taps(AskToFinishSelection)
    await pupil.taps(FinishSelection)

    before = len(await pupil.messages())
    await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/advance", {"by": "day"})
    assert len(await pupil.messages()) == before


async def test_a_teacher_certifies_and_the_pupil_is_told(visitor: Visitor) -> None:
    """The teacher's tap reaches the author as one push, as soon as something is sent."""
    pupil, teacher = await visitor.phone("學生"), await visitor.phone("任課教師")
    await teacher.hears()

    await teacher.taps(ShowPending)
    for one in await teacher.buttons(ShowPendingItem):
        await teacher.sends(pack(one))
    for one in await teacher.buttons(CertifyItem):
        await teacher.sends(pack(one))
    await visitor.post("/demo/advance", {"by": "hour"})

    assert "自動澆水盆栽" in await pupil.shows()


async def test_a_homeroom_teacher_nudges_those_who_have_not_decided(visitor: Visitor) -> None:
    """One tap reminds the pupil of the cast, who has not decided yet."""
    pupil, homeroom = await visitor.phone("學生"), await visitor.phone("導師")
    await pupil.hears()
    await homeroom.hears()
    before = len(await pupil.messages())

    await homeroom.taps(NudgeClass)
    await visitor.post("/demo/advance", {"by": "hour"})

    assert len(await pupil.messages()) == before + 1


async def test_a_receipt_is_confirmed_after_the_submission(visitor: Visitor) -> None:
    """The statement holds what the pupil selected; confirming it ends the reminders."""
    pupil = await visitor.phone("學生")
    state = await visitor.get("/demo/state")
    while not state["now"].startswith("2024-10-09"):
        state = await visitor.post("/demo/advance", {"by": "reminder"})

    shown = await pupil.taps(ShowReceipt)
    assert "草屯公車到站查詢" in shown
    await pupil.taps(ConfirmReceipt)

    before = len(await pupil.messages())
    for _ in range(7):
        await visitor.post("/demo/advance", {"by": "day"})
    assert len(await pupil.messages()) == before
    silences = (await visitor.get("/demo/ledger"))["silences"]
    assert {"decided", "no_account"} <= {each["reason"] for each in silences}


async def test_a_reminder_reaches_only_those_with_something_left(visitor: Visitor) -> None:
    """Every notice of a selection reminder is told to who is undecided, or says why it is not."""
    await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/advance", {"by": "day"})

    book = await visitor.get("/demo/ledger?limit=500")
    due = [each for each in book["notices"] if each["kind"] == "selection_due"]
    assert {each["state"] for each in due} == {"told", "skipped"}
    assert all((each["reason"] is None) == (each["state"] == "told") for each in due)
    assert book["totals"]["accepted"] == sum(
        one["state"] == "accepted" for one in book["deliveries"]
    )


async def test_a_moved_deadline_is_told_with_both_dates(visitor: Visitor) -> None:
    """Who has something left hears of the new date; the next reminder follows it."""
    pupil = await visitor.phone("學生")
    await pupil.hears()
    window = (await visitor.get("/demo/state"))["windows"][0]

    state = await visitor.post("/demo/deadline", {"windowId": window["id"], "days": 3})

    assert state["windows"][0]["daysLeft"] == window["daysLeft"] + 3
    told = await pupil.hears(after=len(await pupil.messages()) - 1)
    assert "113/9/23" in told
    assert "113/9/20" in told


async def test_a_lost_answer_is_asked_for_again_and_counted_once(visitor: Visitor) -> None:
    """With answers lost after acceptance everything is settled, and nobody gets anything twice."""
    assert await visitor.post("/demo/faults", {"kind": "lost"}) == {}
    await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/faults", {"kind": "none"})
    await visitor.post("/demo/advance", {"by": "day"})

    book = await visitor.get("/demo/ledger?limit=500")
    in_line = [each["state"] for each in book["deliveries"] if each["channel"] == "line"]
    pushes = [each for each in visitor.stage.world.accepted if each.via == "push"]
    assert book["totals"]["failed"] == book["totals"]["waiting"] == 0
    assert set(in_line) == {"accepted"}
    assert len(in_line) == len(pushes) == len({each.retry_key for each in pushes})


async def test_somebody_without_line_gets_a_code(visitor: Visitor) -> None:
    """Anybody can be put on a phone; who is not linked gets a joining code that works."""
    people = await visitor.get("/demo/people?role=%E5%AD%B8%E7%94%9F")
    stranger = next(each for each in people if not each["linked"])

    given = await visitor.post(f"/demo/people/{stranger['personId']}/phone")

    assert given["linked"] is False
    assert len(given["code"]) == 11
    assert given["userId"] in visitor.stage.world.users


async def test_people_are_found_by_name_class_and_subject(visitor: Visitor) -> None:
    """The search looks at names, classes and subjects, and keeps to a role."""
    assert [each["name"] for each in await visitor.get("/demo/people?q=林小美")] == ["林小美"]
    assert len(await visitor.get("/demo/people?q=高二%20201&role=學生")) == 14
    assert [each["name"] for each in await visitor.get("/demo/people?q=註冊組")] == ["許淑芬"]
    assert {each["role"] for each in await visitor.get("/demo/people?role=導師")} == {"導師"}
    assert await visitor.get("/demo/people?q=沒有這個人") == []


async def test_a_second_move_of_the_clock_is_refused_while_one_is_under_way(
    visitor: Visitor,
) -> None:
    """Two advances at once are one advance and a 409."""
    asked = [visitor.status_of("/demo/advance", {"by": "day"}) for _ in range(2)]

    assert sorted(await asyncio.gather(*asked)) == [200, 409]
    assert await visitor.status_of("/demo/advance", {"by": "year"}) == 400


async def test_beginning_anew_gives_the_first_morning_and_fresh_chats(visitor: Visitor) -> None:
    """After a reset everything is as it was, and the same reminder goes out again."""
    pupil = await visitor.phone("學生")
    await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/advance", {"by": "day"})
    reminded = len(await pupil.messages())

    state = await visitor.post("/demo/reset")
    assert (state["today"], state["clock"]) == ("113/9/16（一）", "07:30")
    await pupil.hears()
    assert len(await pupil.messages()) == 1
    await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/advance", {"by": "day"})
    assert len(await pupil.messages()) == reminded


async def test_the_page_hears_how_far_the_clock_is(visitor: Visitor) -> None:
    """The stream tells the state, the progress of a move, and the state when it has ended."""
    heard: list[str] = []
    async with visitor.http.get("/demo/stream") as stream, asyncio.TaskGroup() as group:
        async for line in stream.content:
            if not line.startswith(b"event: "):
                continue
            heard.append(line.decode().removeprefix("event: ").strip())
            if len(heard) == 1:
                group.create_task(visitor.post("/demo/advance", {"by": "hour"}))
            if "progress" in heard and heard[-1] == "state":
                break

    assert heard[0] == "state"


async def test_the_page_and_its_font_are_served(visitor: Visitor) -> None:
    """The page is in Traditional Chinese and brings its own font."""
    async with visitor.http.get("/") as page:
        assert 'lang="zh-Hant-TW"' in await page.text()
    async with visitor.http.head("/fonts/NotoSansTC-Regular.otf") as font:
        assert font.status == 200
    assert visitor.stage.world.violations == []


async def test_a_kept_school_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """Opened again, the clock stands where it stood, and nothing is said twice."""
    database = tmp_path / "school.sqlite3"
    with listening("127.0.0.1", 0) as sock:
        settings = settings_for(database, sock)
        migrations.upgrade(settings.database_url)
        async with running(settings, sock, size=SMALL) as stage:
            await stage.advance(By.DAY)
            left_at = stage.clock.now()
    with listening("127.0.0.1", 0) as sock:
        async with running(settings_for(database, sock), sock, size=SMALL) as stage:
            assert abs((stage.clock.now() - left_at).total_seconds()) < 30
            await stage.tick()
            assert [each for each in stage.world.accepted if each.via == "push"] == []


async def test_the_registrars_console_opens_with_one_click(visitor: Visitor) -> None:
    """Signed in as the demonstration's registrar, and still so when it begins again."""
    state = await visitor.get("/demo/state")
    keeps_cookies = aiohttp.CookieJar(unsafe=True)

    async with aiohttp.ClientSession(visitor.stage.url, cookie_jar=keeps_cookies) as browser:
        async with browser.get(state["console"]) as arrived:
            page = await arrived.text()
        await visitor.post("/demo/reset")
        async with browser.get(arrived.url.path) as again:
            assert again.url.path == arrived.url.path

    assert arrived.url.path == "/console/s/000001/"
    assert "國立草屯高級商工職業學校" in page
