"""Reminders that fit a person: put off, muted, said to be done, and a deadline of one's own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlmodel import col, select

from models.queries import pupils
from models.queries.preferences import IMPORTED_WORKS
from models.store import Store
from models.tables import AuditEntry, Notice, Question, Setting
from models.vocabulary import NoticeState, QuestionState, Silence
from scheduler.extending import Grant, extend_for
from tests.support import cast
from tests.support.cast import Cast, taipei
from tests.support.places import Place
from tests.support.stage import MONDAY, Stage, playing, rows


@asynccontextmanager
async def caught_up(place: Place, at: datetime = MONDAY) -> AsyncIterator[Stage]:
    """Put the school on a chat app with everything told that fell due before: what comes is new."""
    async with playing(place, at) as stage:
        await stage.ticks()
        yield stage


async def test_a_reminder_is_put_off_until_tomorrow(place: Place) -> None:
    """One tap: it comes again the next morning that may be, once, and not on the last day."""
    async with caught_up(place, taipei(2024, 9, 13, 7)) as stage:
        await stage.add(cast.performance, by="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 9, 13, 8))
        await pupil.sees("勾選", "明天再提醒")

        await pupil.taps("明天再提醒")
        await pupil.sees("113/9/14（六）07:30", "再提醒")
        await pupil.types("明天再提醒")
        await pupil.sees("已經")

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 14, 8))
        await pupil.sees("勾選", "還有 6 天")

        await stage.passes_to(taipei(2024, 9, 20, 8))
        await pupil.sees("今天")
        await pupil.looks_away()
        await pupil.types("明天再提醒")
        await pupil.sees("來不及")


async def test_a_muted_reminder_is_silent_but_the_last_day_is_told(place: Place) -> None:
    """Typed in the settings' words; the ledger has the reason, and the last call comes."""
    async with caught_up(place, taipei(2024, 9, 13, 7)) as stage:
        await stage.add(cast.performance, by="小美")
        pupil = stage.of("小美")
        await pupil.types("設定")
        await pupil.sees("勾選提醒", "必要通知、不能關閉", "20:00–08:00")
        await pupil.types("不要提醒勾選")
        await pupil.sees("已關閉")

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 17, 8))
        await pupil.sees_nothing_of("勾選")
        assert Silence.MUTED in await _silences(stage, "小美")

        await stage.passes_to(taipei(2024, 9, 20, 8))
        await pupil.sees("勾選", "今天")


async def test_quiet_hours_defer_and_never_drop(place: Place) -> None:
    """A reminder of 07:30 waits for 08:00 where a person wants it so; others get it at once."""
    async with caught_up(place, taipei(2024, 9, 16, 20, 30)) as stage:
        for name in ("小美", "阿明"):
            await stage.add(cast.performance, by=name)
        pupil, other = stage.of("小美"), stage.of("阿明")
        await pupil.types("設定")
        await pupil.taps("20:00–08:00")
        await pupil.looks_away()
        await other.looks_away()

        await stage.passes_to(taipei(2024, 9, 18, 7, 31))
        assert await pupil.text() == ""
        await other.sees("勾選")
        await stage.passes_to(taipei(2024, 9, 18, 8, 1))
        await pupil.sees("勾選")


async def test_what_is_said_to_be_done_rests_until_the_next_import(place: Place) -> None:
    """The office sees how many say so; an import later the reminders begin again."""
    async with caught_up(place, taipei(2024, 9, 13, 7)) as stage:
        await stage.add(cast.performance, by="小美")
        pupil, office = stage.of("小美"), stage.of("註冊組")
        await stage.passes_to(taipei(2024, 9, 13, 8))
        await pupil.taps("我已經在平臺完成了")
        await pupil.sees("記下來了")
        await office.types("全校")
        await office.sees("表示已在平臺完成", "1 人")

        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 9, 18, 8))
        await pupil.sees_nothing_of("勾選")
        assert Silence.SAID_DONE in await _silences(stage, "小美")

        await _import(stage.installation.store, stage.cast, taipei(2024, 9, 18, 12))
        await stage.passes_to(taipei(2024, 9, 19, 8))
        await pupil.sees("勾選")


async def test_a_receipt_cannot_be_said_done(place: Place) -> None:
    """What silence decides is always reminded of."""
    async with caught_up(place, taipei(2024, 10, 9, 7)) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 10, 9, 8))
        await pupil.types("我已經在平臺完成了")
        await pupil.sees("不能關閉")


async def test_a_pupil_with_more_time_is_reminded_of_it_and_can_use_it(place: Place) -> None:
    """The new date is told; nothing comes on everybody's last day; a work can still be sent."""
    async with caught_up(place, taipei(2025, 2, 1, 9)) as stage:
        work = await stage.add(cast.outcome, by="小美", course="物理", title="斜面實驗")
        await stage.add(cast.outcome, by="阿明", course="物理", title="單擺")
        pupil, other = stage.of("小美"), stage.of("阿明")
        for window in ("upload", "certification"):
            await _extend(stage, "小美", window, taipei(2025, 2, 21))
        await stage.ticks()
        await pupil.sees("114/2/20（四）", "114/2/3（一）", "展延")
        await pupil.looks_away()

        await stage.passes_to(taipei(2025, 2, 3, 8))
        await other.sees("今天")
        await pupil.sees_nothing_of("今天")
        assert Silence.EXTENDED in await _silences(stage, "小美")

        await stage.passes_to(taipei(2025, 2, 17, 8))
        await pupil.sees("114/2/20（四）", "還有 3 天")
        await pupil.types("首頁")
        await pupil.sees("114/2/20（四）")
        await pupil.types("上傳什麼時候截止")
        await pupil.sees("114/2/20（四）", "第十一點")
        await other.types("上傳什麼時候截止")
        await other.sees("114/2/3（一）")

        homeroom = stage.of("張導師")
        await homeroom.types("班級")
        await homeroom.sees("未決定 1 人", "114/2/20（四）")
        await homeroom.taps("看名單")
        await homeroom.sees("小美", "個別截止日：114/2/20（四）")
        await homeroom.sees_nothing_of("阿明")

        await pupil.types("我的進度")
        await pupil.taps("打開", beside="斜面實驗")
        await pupil.taps("送出認證")
        teacher = stage.of("林老師")
        await teacher.types("待認證")
        await teacher.taps("看這件")
        await teacher.taps("認證")
        await teacher.sees("已認證")

        entries = [one for one in await rows(stage, AuditEntry) if one.deed == "extended deadline"]
        assert [one.facts["reason"] for one in entries] == ["公假", "公假"]
        assert work.id is not None


async def test_a_question_goes_to_the_office_and_its_answer_comes_back(place: Place) -> None:
    """The bot answers what it knows; the rest is listed for the registrar and answered once."""
    async with caught_up(place) as stage:
        pupil, office = stage.of("小美"), stage.of("註冊組")
        await pupil.types("收訖沒確認會怎樣")
        await pupil.sees("視為已確認", "第 6 點")
        await pupil.types("可以上傳幾個？")
        await pupil.sees("最多 10 件", "草屯補充規定第五點(三)1")
        await pupil.types("怎麼退勾選")
        await pupil.sees("取消勾選")
        await pupil.types("今天天氣很好")
        assert await rows(stage, Question) == []

        await pupil.types("轉學生的資料會不見嗎")
        await pupil.sees("轉給註冊組")
        (row,) = await rows(stage, Question)
        await office.types("全校")
        await office.sees("待答的問題", "1 題")
        await office.types("問題")
        await office.sees("轉學生的資料會不見嗎", "201 班 12 號")
        await office.taps("打開")
        await office.types(f"回覆 {row.id} 不會，資料會跟著轉過去。")
        await office.sees("已答覆")
        await office.types(f"回覆 {row.id} 再說一次")
        await office.sees("以第一次的答覆為準")

        await pupil.looks_away()
        await stage.ticks()
        await pupil.sees("註冊組的回覆", "不會，資料會跟著轉過去。")
        (row,) = await rows(stage, Question)
        assert row.state is QuestionState.ANSWERED


async def _silences(stage: Stage, name: str) -> set[Silence | None]:
    person = stage.cast.people[name]
    found = [one for one in await rows(stage, Notice) if one.person_id == person.id]
    return {one.silence for one in found if one.state is NoticeState.SKIPPED}


async def _import(store: Store, settled: Cast, at: datetime) -> None:
    async with store.writing() as session:
        school_id = settled.school.id
        session.add(Setting(school_id=school_id, key=IMPORTED_WORKS, value=at.isoformat()))


async def _extend(stage: Stage, name: str, window: str, until: datetime) -> None:
    async with stage.installation.store.writing() as session:
        person = stage.cast.people[name]
        own = await pupils.windows_of(session, person)
        found = next(one for one in own if one.id == stage.cast.windows[window].id)
        await extend_for(session, person, found, Grant(until, "公假"), stage.clock.now())
        kept = await session.execute(select(Notice.id).where(col(Notice.person_id) == person.id))
        assert kept.first() is not None
