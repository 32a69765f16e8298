"""The page around the term: how it looks, who is on a phone, language, trouble, the ledger."""

import re

import pytest
from playwright.async_api import expect

from .conftest import Opened
from .school import HANDSET, HOMEROOM, LAPTOP, PUPIL, TEACHER, Screen, Window


@pytest.mark.parametrize("screen", [LAPTOP, HANDSET], ids=["laptop", "handset"])
async def test_three_phones_speak_chinese_and_fit(opened: Opened, screen: Screen) -> None:
    """Declared as Taiwan's Chinese, nothing wider than the window, a first card on each phone."""
    window = await opened(screen)

    await expect(window.page.locator("html")).to_have_attribute("lang", "zh-Hant-TW")
    for name, words in ((PUPIL, "學年度勾選"), (TEACHER, "等您認證"), (HOMEROOM, "201 班")):
        await expect(window.of(name).said.first).to_contain_text(words)
    width = await window.page.evaluate("document.documentElement.scrollWidth")
    assert width <= screen.width


async def test_one_phone_at_a_time_on_a_handset(opened: Opened) -> None:
    """Tabs change between them, and count what arrived meanwhile."""
    window = await opened(HANDSET)
    tabs = window.page.get_by_role("navigation", name="看誰的手機")

    await tabs.get_by_role("button", name=HOMEROOM).tap()
    await expect(window.of(HOMEROOM).region).to_be_visible()
    await expect(window.of(PUPIL).region).to_be_hidden()
    await window.of(HOMEROOM).chooses("我的班級")
    label = (
        await window.of(HOMEROOM).said.last.get_by_role("button", name="提醒這").first.inner_text()
    )
    await window.of(HOMEROOM).taps(label)

    await expect(tabs.get_by_role("button", name=PUPIL).locator(".badge")).to_contain_text("1")


async def test_somebody_without_line_joins_with_the_code(window: Window) -> None:
    """A friend first, then the code, then what is kept, then a yes; and a menu of one's own."""
    newcomer = await window.puts_on_a_phone("201", state="未綁定", instead_of=TEACHER)

    await newcomer.region.get_by_role("button", name="加入好友").click()
    await newcomer.sees("請輸入綁定代碼")
    await newcomer.region.get_by_role("button", name="填入").click()
    await newcomer.region.get_by_role("button", name="傳送").click()
    await newcomer.sees("個資告知", "個人資料保護法第 8 條")
    await newcomer.taps("同意並綁定")
    await newcomer.sees("✅", "已綁定")
    await expect(newcomer.region.get_by_title("我的成果", exact=True)).to_be_attached()

    await newcomer.types("解除綁定")
    await newcomer.taps("解除綁定")
    await newcomer.sees("已解除綁定")


async def test_a_registrar_is_put_on_a_phone_by_search(window: Window) -> None:
    """Whoever is chosen finds the menu and the overview of the own duty."""
    registrar = await window.puts_on_a_phone("許淑芬", instead_of=TEACHER)

    await registrar.chooses("全校進度")

    await expect(registrar.said.last).to_contain_text("註冊組待辦")


async def test_everything_can_be_typed_on_a_computer(window: Window) -> None:
    """LINE's desktop has neither menu nor quick replies."""
    pupil = window.of(PUPIL)

    await pupil.region.get_by_role("button", name="電腦版 LINE").click()
    await expect(pupil.region.get_by_role("group", name="圖文選單")).to_be_hidden()
    await pupil.types("我的進度")
    await pupil.sees("我的成果（第 1／3 頁）")
    await pupil.types("勾選")
    await pupil.sees("課程學習成果 3／6")
    await pupil.types("天氣真好")
    await pupil.sees("112 學年度勾選截止")


async def test_a_language_is_chosen_by_its_name(window: Window) -> None:
    """The answer itself is in the language, and so is everything after it."""
    pupil = window.of(PUPIL)

    await pupil.types("English")
    await pupil.sees("From now on you are answered in English")
    await pupil.types("home")
    await pupil.sees("Selection of 112", "4 days left")
    await pupil.types("中文")
    await pupil.sees("之後會用中文回覆")


async def test_stickers_and_files_are_answered_and_a_block_is_noticed(window: Window) -> None:
    """A sticker gets the overview, a file its way; who blocked is not written to."""
    pupil, homeroom = window.of(PUPIL), window.of(HOMEROOM)

    await pupil.does("傳貼圖")
    await pupil.sees("112 學年度勾選截止")
    await pupil.does("傳檔案")
    await pupil.sees("成果請到學校平臺上傳")
    await pupil.does("封鎖")
    await expect(pupil.region).to_contain_text("已封鎖這個帳號")
    await homeroom.taps("看名單", place=0)
    await homeroom.taps("下一頁")
    await homeroom.sees(PUPIL, "聯絡不到（未加入或已封鎖）")
    await window.lives_until("113/9/18")

    await expect(pupil.pushed).to_have_count(0)
    book = await window.panel("帳本")
    await expect(book.locator(".silences")).to_contain_text("封鎖了帳號")


async def test_with_answers_lost_each_message_is_shown_once(window: Window) -> None:
    """LINE took it and did not say so: every further try carries the same key and counts once."""
    pupil = window.of(PUPIL)

    faults = await window.panel("故障")
    await faults.get_by_label("回應遺失").check()
    await expect(window.page.locator("#notes")).to_contain_text("回應遺失")
    await window.lives_until("113/9/18")
    await faults.get_by_label("一切正常").check()
    await window.moves("1 小時")

    await expect(pupil.pushed.filter(has_text="還有 2 天")).to_have_count(1)
    book = await window.panel("帳本")
    await book.get_by_label("看誰的").select_option(label=f"{PUPIL}（學生）")
    await expect(book.locator(".entry").filter(has_text=re.compile("試了 [2-9] 次"))).to_have_count(
        1
    )
    await expect(book.locator(".total").filter(has_text="沒送成")).to_contain_text("0")


async def test_the_ledger_gives_a_reason_for_every_silence(window: Window) -> None:
    """After a reminder: how many were not told, and why, adding up to those not told."""
    await window.lives_until("113/9/18")

    book = await window.panel("帳本")
    await expect(book.locator(".silences")).to_contain_text("已決定")
    await expect(book.locator(".silences")).to_contain_text("尚未綁定")
    counts = await book.locator(".silence-count").all_inner_texts()
    skipped = book.locator(".total").filter(has_text="不送").locator("dd")
    await expect(skipped).to_have_text(str(sum(map(int, counts))))


async def test_a_tab_out_of_sight_keeps_no_connection_and_catches_up(window: Window) -> None:
    """A browser has only six for all tabs; what happened meanwhile is shown on coming back."""
    page = await window.page.context.new_page()
    await page.add_init_script(
        "window.lines = []; const Real = EventSource;"
        "EventSource = class extends Real { constructor(to) { super(to); lines.push(this); } };"
    )
    await page.goto(window.page.url)
    await Window(page).of(PUPIL).sees("112 學年度勾選")
    open_lines = "lines.filter((line) => line.readyState !== EventSource.CLOSED).length"
    seen_as = """(state) => {
        Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""

    await page.wait_for_function(f"{open_lines} === 3")
    await page.evaluate(seen_as, "hidden")
    assert await page.evaluate(open_lines) == 0
    moved = await page.request.post(f"{page.url}demo/advance", data={"by": "day"})
    assert moved.ok
    await page.evaluate(seen_as, "visible")

    await expect(Window(page).clock).to_contain_text("113/9/17（二）")
    assert await page.evaluate(open_lines) == 3
    await page.close()
