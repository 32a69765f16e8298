"""The page around the phones: whose they are, the clock, the bill, the ledger, the timetable."""

from __future__ import annotations

from playwright.async_api import Page, expect

from .conftest import PHONE, Opened, Served


async def test_the_cast_is_on_three_phones(page: Page) -> None:
    """A pupil, that pupil's teacher and the homeroom teacher, each with role and class."""
    owners = page.locator(".owner")
    await expect(owners).to_have_count(3)
    await expect(owners.nth(0)).to_contain_text("高二 201 班 12 號")
    await expect(owners.nth(1)).to_contain_text("任課教師")
    await expect(owners.nth(2)).to_contain_text("導師")
    await expect(page.locator(".brand")).to_contain_text("1,260 名學生・42 班・104 位教職員")


async def test_anybody_can_be_put_on_a_phone(page: Page) -> None:
    """Search, choose, and the phone is that person's; a joining code can be filled in."""
    await page.get_by_role("button", name="把張雅婷的手機換給別人").click()
    await page.get_by_label("找人").fill("305")
    people = page.get_by_role("dialog").locator(".person")
    await expect(people).to_have_count(1)
    await expect(people).to_contain_text("未綁定")
    await people.click()
    phone = page.get_by_role("region", name="林邨堃的手機")
    await expect(phone.locator(".hint")).to_contain_text("KX7P-42")
    await phone.get_by_role("button", name="填入").click()
    await expect(phone.get_by_role("textbox")).to_have_value("KX7P-42")
    await expect(page.locator(".slot")).to_have_count(3)


async def test_people_can_be_searched_by_role(page: Page) -> None:
    """A role narrows the list."""
    await page.get_by_role("button", name="再加一支手機").click()
    await page.get_by_role("dialog").get_by_role("button", name="註冊組", exact=True).click()
    await expect(page.get_by_role("dialog").locator(".person")).to_have_count(1)
    await expect(page.get_by_role("dialog")).to_contain_text("王淑芬")


async def test_phones_are_added_removed_and_remembered(page: Page) -> None:
    """A fourth phone stays when the page is loaded again; a removed one does not come back."""
    await page.get_by_role("button", name="再加一支手機").click()
    await page.get_by_role("dialog").get_by_role("button", name="王淑芬").click()
    await expect(page.locator(".slot")).to_have_count(4)
    await page.get_by_role("button", name="拿走陳志豪的手機").click()
    await page.reload()
    await expect(page.locator(".slot")).to_have_count(3)
    await expect(page.get_by_role("region", name="王淑芬的手機")).to_be_visible()


async def test_people_the_server_has_forgotten_make_room_for_the_cast(
    page: Page, served: Served
) -> None:
    """After a restart of the server the page opens with people who exist."""
    stored = '[{"personId": "x", "userId": "gone", "name": "不在", "role": "學生"}]'
    await page.evaluate("stored => sessionStorage.setItem('phones', stored)", stored)
    served.world.forgotten.add("gone")
    await page.reload()
    await expect(page.locator(".slot")).to_have_count(3)
    await expect(page.get_by_role("region", name="林小美的手機")).to_be_visible()


async def test_nobody_has_two_phones(page: Page) -> None:
    """Choosing somebody who has one leads there."""
    await page.get_by_role("button", name="再加一支手機").click()
    await page.get_by_role("dialog").get_by_role("button", name="林小美").click()
    await expect(page.locator(".note")).to_contain_text("已經有一支手機了")
    await expect(page.locator(".slot")).to_have_count(3)


async def test_the_clock_moves_and_what_falls_due_arrives(page: Page, served: Served) -> None:
    """A tap moves the school's time; pushes appear on the phones; the bill counts them."""
    await page.get_by_role("button", name="1 天").click()
    await expect(page.get_by_role("region", name="學校的時間")).to_contain_text("113/9/3（二）")
    for phone in await page.locator(".slot").all():
        await expect(phone.locator(".banner")).to_be_visible()
    await expect(page.locator(".gauge-words")).to_contain_text("6")
    assert served.asked("/demo/advance") == [{"by": "day"}]


async def test_the_next_reminder_is_named(page: Page) -> None:
    """Beside the clock stands what comes next, and when."""
    clock = page.get_by_role("region", name="學校的時間")
    await expect(clock).to_contain_text("下一個提醒 9/5 07:30")
    await expect(clock).to_contain_text("勾選截止前 14 天提醒")


async def test_the_bill_compares_plans(page: Page, served: Served) -> None:
    """What was pushed, as each of Taiwan's plans would take it."""
    served.world.chats.meter["used"] = 3_500
    served.world.tell("meter", served.world.chats.meter)
    plans = page.locator(".plan")
    await expect(plans.nth(0)).to_contain_text("少 3,300 則，會停送")
    await expect(plans.nth(1)).to_contain_text("少 500 則，會停送")
    await expect(plans.nth(2)).to_contain_text("還有 2,500 則")


async def test_the_ledger_says_what_was_said_and_why_not(page: Page) -> None:
    """States and reasons in Chinese; silences as bars; one person at a time if wanted."""
    await page.get_by_role("tab", name="帳本").click()
    book = page.get_by_role("tabpanel", name="帳本")
    await expect(book).to_contain_text("沒有說的，都有原因")
    await expect(book.locator(".silences li").first).to_contain_text("沒有還沒做的事812")
    await expect(book.locator(".entry").filter(has_text="王柏翰")).to_contain_text("不送")
    await expect(book.locator(".entry").first).to_contain_text("2 則通知合為 1 則")
    await book.get_by_label("看誰的").select_option(label="張雅婷（導師）")
    await expect(book.locator(".entry").first).to_contain_text("張雅婷")


async def test_a_deadline_is_moved(page: Page, served: Served) -> None:
    """Open windows can be extended by three days; the new day stands in the timeline."""
    await page.get_by_role("tab", name="期程").click()
    table = page.get_by_role("tabpanel", name="期程")
    await expect(table.locator(".window").first).to_contain_text("8/30–9/20")
    await table.get_by_role("button", name="課程學習成果勾選截止延後 3 天").click()
    await expect(table.locator(".window").first).to_contain_text("8/30–9/23")
    await expect(table.get_by_role("button")).to_have_count(3)
    assert served.asked("/demo/deadline") == [{"windowId": "w1", "days": 3}]


async def test_line_can_be_made_to_fail(page: Page, served: Served) -> None:
    """Choosing a fault tells the server."""
    await page.get_by_role("tab", name="故障").click()
    await page.get_by_label("回應遺失").check()
    await expect(page.locator(".note")).to_contain_text("回應遺失")
    assert served.asked("/demo/faults") == [{"kind": "lost"}]


async def test_the_demonstration_starts_over_after_a_yes(page: Page, served: Served) -> None:
    """A question first; then the clock and the phones are as in the beginning."""
    await page.get_by_role("button", name="1 小時").click()
    await expect(page.locator(".clock-time")).to_have_text("08:30")
    await page.get_by_role("tab", name="故障").click()
    await page.get_by_role("button", name="重新開始示範").click()
    await page.get_by_role("button", name="先不要").click()
    assert served.asked("/demo/reset") == []
    await page.get_by_role("button", name="重新開始示範").click()
    await page.get_by_role("button", name="重新開始", exact=True).click()
    await expect(page.locator(".clock-time")).to_have_text("07:30")
    await expect(page.locator(".slot")).to_have_count(3)


async def test_tabs_move_by_arrow_keys(page: Page) -> None:
    """The side panel is a list of tabs as screen readers know them."""
    first = page.get_by_role("tab", name="帳單")
    await first.focus()
    await first.press("ArrowRight")
    await expect(page.get_by_role("tab", name="帳本")).to_be_focused()
    await expect(page.get_by_role("tab", name="帳本")).to_have_attribute("aria-selected", "true")
    await page.get_by_role("tab", name="帳本").press("End")
    await expect(page.get_by_role("tabpanel", name="故障")).to_be_visible()


async def test_a_narrow_window_shows_one_phone_and_counts_the_others_news(opened: Opened) -> None:
    """Tabs choose the person; what arrives elsewhere is a number on the tab until it is seen."""
    page = await opened(PHONE, has_touch=True, is_mobile=True)
    await expect(page.locator(".slot >> visible=true")).to_have_count(1)
    await page.get_by_role("button", name="下一個提醒").tap()
    tab = page.get_by_role("navigation", name="看誰的手機").get_by_role("button", name="陳志豪")
    await expect(tab.locator(".badge")).to_contain_text("1")
    await tab.tap()
    await expect(page.get_by_role("region", name="陳志豪的手機")).to_be_visible()
    await expect(tab.locator(".badge")).to_be_hidden()


async def test_in_a_narrow_window_the_panel_is_a_sheet(opened: Opened) -> None:
    """It opens over the phone, closes by Escape, and gives the focus back."""
    page = await opened(PHONE)
    await expect(page.get_by_role("tab", name="帳單")).to_be_hidden()
    toggle = page.get_by_role("button", name="帳單與帳本")
    await toggle.click()
    await expect(page.get_by_role("tab", name="帳單")).to_be_focused()
    await page.get_by_role("tab", name="帳單").press("Escape")
    await expect(page.get_by_role("tab", name="帳單")).to_be_hidden()
    await expect(toggle).to_be_focused()
