"""A school term on the page: what pupils and teachers tap, and what reaches them."""

import re

from playwright.async_api import expect

from .conftest import Opened
from .school import HANDSET, HOMEROOM, PUPIL, TEACHER, Window, names_in


async def test_a_pupil_selects_with_a_live_count_and_finishes(window: Window) -> None:
    """Each tap is counted at once; finishing is a decision that can still be changed."""
    pupil = window.of(PUPIL)

    await pupil.chooses("勾選學習成果")
    await pupil.sees("課程學習成果 3／6", "113/9/20（五），還有 4 天")
    await pupil.taps("勾選")
    await pupil.sees("課程學習成果 4／6", "✅", "已勾選「")
    await pupil.taps("取消勾選")
    await pupil.sees("課程學習成果 3／6", "已取消勾選「")
    await pupil.taps("勾好了")
    await pupil.sees("將提交的項目", "沒有勾選的不會送到中央資料庫")
    await pupil.taps("就勾這些")
    await pupil.sees("就勾這些", "截止前都還可以修改")


async def test_the_seventh_work_is_refused_with_a_way_out(window: Window) -> None:
    """At the cap the page says what to do, and the count stays."""
    pupil = window.of(PUPIL)

    await pupil.chooses("勾選學習成果")
    for count in (4, 5, 6):
        await pupil.taps("勾選")
        await pupil.sees(f"{count}／6")
    await pupil.taps("勾選")

    await pupil.sees("最多勾選 6 件", "先取消一件", "課程學習成果 6／6")


async def test_a_pupil_selects_on_a_handset(opened: Opened) -> None:
    """The same taps in a phone-sized window, where one phone is seen at a time."""
    window = await opened(HANDSET)
    pupil = window.of(PUPIL)

    await pupil.chooses("勾選學習成果")
    await pupil.taps("勾選")

    await pupil.sees("課程學習成果 4／6")
    await expect(window.of(TEACHER).region).to_be_hidden()


async def test_a_teacher_certifies_and_takes_it_back(window: Window) -> None:
    """Ten minutes long; the pupil hears of what stands afterwards, and only of that."""
    teacher, pupil = window.of(TEACHER), window.of(PUPIL)

    await teacher.chooses("待認證")
    waiting = re.search(r"有 (\d+) 件", await teacher.said.last.inner_text())
    await teacher.taps("看這件", place=0)
    await teacher.sees("不涉及成績與品質", "認證截止")
    await teacher.taps("認證")
    await teacher.sees("已認證", "10 分鐘內可以收回")
    await teacher.taps("收回")
    await teacher.sees("已收回")
    await teacher.chooses("待認證")
    assert waiting
    await teacher.sees(f"有 {waiting[1]} 件")
    await window.moves("1 小時")

    await expect(pupil.pushed).to_have_count(0)


async def test_certified_works_reach_their_pupil_when_nothing_can_be_undone(window: Window) -> None:
    """The teacher looks at the list and certifies it; the pupil is told ten minutes later."""
    teacher, pupil = window.of(TEACHER), window.of(PUPIL)

    await teacher.chooses("一次認證")
    await teacher.sees("請看過這", "自動澆水盆栽")
    listed = await teacher.said.last.get_by_role("button").first.inner_text()
    await teacher.taps(listed)
    await teacher.sees("✅", "現在沒有等您認證的成果")
    await expect(pupil.pushed).to_have_count(0)
    await window.moves("1 小時")

    await expect(pupil.pushed.last).to_contain_text("「自動澆水盆栽」已認證")


async def test_a_nudge_reaches_the_undecided_and_is_counted_once_each(window: Window) -> None:
    """The list, one tap, a push on the pupil's phone; the bill grows by the people told."""
    homeroom, pupil = window.of(HOMEROOM), window.of(PUPIL)

    await homeroom.taps("看名單", place=0)
    await homeroom.taps("下一頁")
    await homeroom.sees("未決定", f"12 號 {PUPIL}")
    label = await homeroom.said.last.get_by_role("button", name="提醒這").inner_text()
    await homeroom.taps(label)
    await homeroom.sees("提醒已排入傳送")
    told = re.search(r"會傳訊息給 (\d+) 人", await homeroom.said.last.inner_text())

    await expect(pupil.pushed).to_have_count(1)
    await expect(pupil.pushed).to_contain_text("導師請你看一下這件事")
    await expect(pupil.pushed).to_contain_text("113/9/20（五）")
    assert told
    await window.sent(int(told[1]))
    await homeroom.taps(label)
    await homeroom.sees("不久前已經提醒過了")
    await window.sent(int(told[1]))


async def test_a_reminder_is_for_those_with_something_left(window: Window) -> None:
    """Who is done hears nothing; a classmate who is not gets one push that names the day."""
    pupil, homeroom = window.of(PUPIL), window.of(HOMEROOM)
    await pupil.chooses("勾選學習成果")
    await pupil.taps("勾好了")
    await pupil.taps("就勾這些")
    await homeroom.taps("看名單", place=0)
    await homeroom.sees("未決定")
    other = names_in(await homeroom.said.last.inner_text())[0]

    await window.lives_until("113/9/18")

    classmate = await window.puts_on_a_phone(other, instead_of=TEACHER)
    await expect(classmate.pushed.last).to_contain_text("勾選到 113/9/20（五）截止，還有 2 天")
    await expect(pupil.pushed).to_have_count(0)


async def test_a_receipt_is_confirmed_or_deemed_confirmed(window: Window) -> None:
    """From the submission on: a statement, a confirmation, and after the window the silent told."""
    pupil = window.of(PUPIL)

    await window.lives_until("113/10/9")
    await expect(pupil.pushed.last).to_contain_text("請核對收訖明細，113/10/14（一）前確認")
    await expect(pupil.pushed.last).to_contain_text("視為已確認")
    await pupil.taps("核對明細")
    await pupil.sees("待你確認", "113/10/14（一），還有 5 天")
    await pupil.taps("資料正確無誤")
    await pupil.sees("✅", "已確認")
    before = await pupil.pushed.count()
    await window.lives_until("113/10/15")
    await expect(pupil.pushed).to_have_count(before)

    book = await window.panel("帳本")
    told = book.locator(".entry").filter(has_text="收訖明細視為已確認").filter(has_text="已告知")
    silent = await told.first.locator(".entry-title").inner_text()
    other = await window.puts_on_a_phone(silent, instead_of=TEACHER)
    await expect(other.pushed.last).to_contain_text("視為已確認")


async def test_a_wish_to_change_the_work_is_no_query(window: Window) -> None:
    """It is answered with the clause; a real difference is taken up."""
    pupil = window.of(PUPIL)
    await window.lives_until("113/10/9")

    await pupil.taps("核對明細")
    await pupil.taps("有疑義", place=0)
    await pupil.taps("想再修改內容")
    await pupil.sees("不能因為想再修改內容而開放", "第六點(三)")
    await pupil.taps("檔案不對")

    await pupil.sees("✅", "已提出疑義", "註冊組會收到通知")


async def test_a_moved_deadline_is_told_with_both_dates(window: Window) -> None:
    """The pupil who has something left hears the new date and the old one."""
    pupil = window.of(PUPIL)

    timetable = await window.panel("期程")
    await timetable.get_by_role("button", name="112 學年度勾選截止延後 3 天").click()

    await expect(pupil.pushed).to_have_count(1)
    await expect(pupil.pushed).to_contain_text("113/9/23（一），還有 7 天")
    await expect(pupil.pushed).to_contain_text("113/9/20（五）")
    await expect(timetable).to_contain_text("8/30–9/23")
