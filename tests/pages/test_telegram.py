"""The page's other app: a short term on Telegram, the switch between the two, and a group."""

import pytest
from playwright.async_api import expect

from .conftest import Opened
from .school import HANDSET, HOMEROOM, LAPTOP, PUPIL, TEACHER, Chat, Screen, Window


async def test_a_short_term_on_telegram(window: Window) -> None:
    """Select, finish, certify, be told, confirm: every tap changes the message in its place."""
    pupil = await window.on_telegram(PUPIL)
    teacher = await window.on_telegram(TEACHER)

    await pupil.taps("開始勾選")
    await pupil.sees("課程學習成果 3／6", "113/9/20（五），還有 4 天", "已編輯")
    await pupil.taps("① 勾選")
    await pupil.sees("課程學習成果 4／6")
    await pupil.taps("勾好了")
    await pupil.sees("將提交的項目")
    await pupil.taps("就勾這些")
    await pupil.sees("截止前都還可以修改")
    await expect(pupil.said).to_have_count(1)

    await teacher.taps("看清單後一次認證")
    await teacher.sees("自動澆水盆栽")
    await teacher.said.last.get_by_role("button", name="認證這").click()
    await teacher.sees("現在沒有等您認證的成果")
    await window.moves("1 小時")
    await pupil.sees("「自動澆水盆栽」已認證")

    await window.lives_until("113/10/9")
    await pupil.sees("請核對收訖明細，113/10/14（一）前確認", "視為已確認")
    await pupil.taps("核對明細")
    await pupil.taps("資料正確無誤")
    await pupil.sees("✅", "已確認")
    bill = await window.panel("帳單")
    await expect(bill).to_contain_text("Telegram 不收費")
    await expect(bill).to_contain_text("沒有違反 Telegram 規則的呼叫")


async def test_notices_follow_the_switch(window: Window) -> None:
    """A deadline moved is told in the app that is looked at, once, and not in the other."""
    pupil = await window.on_telegram(PUPIL)
    timetable = await window.panel("期程")

    await timetable.get_by_role("button", name="112 學年度勾選截止延後 3 天").click()
    await pupil.sees("113/9/23（一），還有 7 天", "113/9/20（五）")
    await window.page.get_by_role("button", name="LINE", exact=True).first.click()

    in_line = window.of(PUPIL)
    await expect(in_line.region.locator(".screen-line")).to_be_visible()
    await in_line.sees("112 學年度勾選")
    await expect(in_line.pushed).to_have_count(0)


async def test_somebody_joins_by_the_link_of_the_code_sheet(window: Window) -> None:
    """The link starts the bot with the code; then what is kept, a yes, and the commands."""
    newcomer = await window.puts_on_a_phone("201", state="未綁定", instead_of=TEACHER)
    name = await newcomer.region.get_attribute("aria-label") or ""
    await window.page.get_by_role("button", name="Telegram", exact=True).nth(1).click()

    joining = window.of(name.removesuffix("的手機"))
    await joining.region.get_by_role("button", name="打開連結").click()
    await joining.sees("個資告知", "個人資料保護法第 8 條")
    await joining.said.last.get_by_role("button", name="同意並綁定").click()
    await joining.sees("✅", "已綁定")
    await joining.region.get_by_role("button", name="選單").click()
    await expect(joining.region.get_by_role("group", name="指令")).to_contain_text("/status")


@pytest.mark.parametrize("app", ["LINE", "Telegram"])
async def test_a_group_hears_counts_and_no_name(window: Window, app: str) -> None:
    """Whoever of the group asks, and whoever looks: the bot says how many, never who."""
    page = window.page
    await page.get_by_role("button", name="再加一支手機").first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name=app, exact=True).click()
    await dialog.get_by_role("button", name="群組", exact=True).click()
    await dialog.locator(".person").click()
    group = Chat(window.of("201 班群組").region)
    await group.sees("已決定")

    await group.region.get_by_label("群組裡誰在用這支手機").select_option(label=PUPIL)
    await group.region.get_by_role("textbox").fill("/home@caotun_bell_bot 我的班級")
    await group.region.get_by_role("button", name="傳送").click()
    await group.region.get_by_label("群組裡誰在用這支手機").select_option(label=HOMEROOM)

    await expect(group.region).to_be_visible()
    await expect(group.said.filter(has_text="我的班級")).to_contain_text(PUPIL)
    said = await group.said.filter(has_text="已決定").all_inner_texts()
    assert said
    assert not any(name in each for each in said for name in (PUPIL, HOMEROOM, "王宥明"))


@pytest.mark.parametrize("screen", [LAPTOP, HANDSET], ids=["laptop", "handset"])
async def test_the_switch_is_at_hand_on_every_screen(opened: Opened, screen: Screen) -> None:
    """Nothing is wider than the window, and the tab tells which app it is."""
    window = await opened(screen)

    await window.on_telegram(PUPIL)

    width = await window.page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen.width
    tab = window.page.locator(".phone-tab").first
    await expect(tab).to_contain_text("Telegram")
