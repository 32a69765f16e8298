"""One phone: everything a person can do in a chat, and what the chat then shows."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from . import cards
from .conftest import Opened, Served
from .pieces import chip
from .school import STEPS

PUPIL = "U01"


def add(served: Served, *messages: dict[str, object], via: str = "push") -> None:
    """Let the bot say something to the pupil and tell the page."""
    chats, now = served.world.chats, served.world.school.now
    say = chats.push if via == "push" else chats.reply
    say(PUPIL, now, *messages)
    served.world.told(PUPIL)


async def test_typed_text_is_sent_and_answered(pupil: Locator, served: Served) -> None:
    """Enter sends, the box empties, and both sides are in the chat."""
    box = pupil.get_by_role("textbox")
    await box.fill("核對明細")
    await box.press("Enter")
    await expect(pupil.locator(".row-mine").last).to_contain_text("核對明細")
    await expect(pupil.locator(".row-theirs").last).to_contain_text("請核對收訖明細")
    await expect(box).to_have_value("")
    assert served.asked("/U01/text") == [{"text": "核對明細"}]


async def test_shift_enter_makes_a_new_line(pupil: Locator, served: Served) -> None:
    """Several lines are one message."""
    box = pupil.get_by_role("textbox")
    await box.fill("一")
    await box.press("Shift+Enter")
    await box.press_sequentially("二")
    await box.press("Enter")
    await expect(pupil.locator(".row-mine").last).to_contain_text("一")
    assert served.asked("/U01/text") == [{"text": "一\n二"}]


async def test_enter_that_chooses_a_character_sends_nothing(pupil: Locator, served: Served) -> None:
    """While an input method is composing, Enter belongs to it."""
    box = pupil.get_by_role("textbox")
    await box.fill("ㄌ")
    await box.dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    await expect(box).to_have_value("ㄌ")
    assert served.asked("/U01/text") == []


async def test_a_button_sends_its_postback(pupil: Locator, served: Served) -> None:
    """Data and display text travel; the server's transcript echoes the text."""
    await pupil.get_by_role("button", name="看我的成果").click()
    await expect(pupil.locator(".row-mine").last).to_contain_text("看我的成果")
    assert served.asked("/U01/postback") == [{"data": "works", "displayText": "看我的成果"}]


async def test_quick_replies_go_when_one_is_tapped(pupil: Locator, served: Served) -> None:
    """Tapping a chip says its text, and the chips are gone."""
    group = pupil.get_by_role("group", name="快速回覆")
    await group.get_by_role("button", name="核對明細").click()
    await expect(pupil.locator(".row-mine").last).to_contain_text("核對明細")
    await expect(group).to_be_hidden()
    assert served.asked("/U01/text") == [{"text": "核對明細"}]


async def test_quick_replies_go_when_a_message_arrives(pupil: Locator, served: Served) -> None:
    """Chips belong to the newest message."""
    group = pupil.get_by_role("group", name="快速回覆")
    await expect(group).to_be_visible()
    add(served, cards.receipt())
    await expect(group).to_be_hidden()


async def test_at_most_thirteen_quick_replies_are_shown(pupil: Locator, served: Served) -> None:
    """LINE shows no more."""
    items = {"items": [chip(f"第 {number} 個") for number in range(15)]}
    add(served, {"type": "text", "text": "選一個", "quickReply": items})
    await expect(pupil.locator(".row").last).to_contain_text("選一個")
    await expect(pupil.locator(".quick-replies .chip")).to_have_count(13)


async def test_rich_menu_areas_are_named_buttons_where_the_picture_has_them(
    pupil: Locator, served: Served
) -> None:
    """Labels are names; bounds are shares of the picture; a tap acts."""
    menu = pupil.get_by_role("group", name="圖文選單")
    middle, whole = menu.get_by_role("button", name="收訖明細"), await menu.bounding_box()
    place = await middle.bounding_box()
    assert whole is not None
    assert place is not None
    assert abs(place["x"] - whole["x"] - whole["width"] / 3) < 2
    assert abs(place["height"] - whole["height"]) < 2
    await middle.press("Enter")
    await expect(pupil.locator(".row-mine").last).to_contain_text("收訖明細")
    assert served.asked("/U01/text") == [{"text": "收訖明細"}]


async def test_the_rich_menu_folds(pupil: Locator) -> None:
    """The bar's toggle hides and shows the menu and says which."""
    toggle = pupil.get_by_role("button", name="選單", exact=True)
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await toggle.click()
    await expect(pupil.locator(".rich-menu")).to_be_hidden()
    await expect(toggle).to_have_attribute("aria-expanded", "false")


async def test_line_on_a_computer_has_neither_menu_nor_quick_replies(pupil: Locator) -> None:
    """The switch hides both; typing still works."""
    switch = pupil.get_by_role("button", name="電腦版 LINE")
    await switch.click()
    await expect(pupil.locator(".rich-menu")).to_be_hidden()
    await expect(pupil.locator(".quick-replies")).to_be_hidden()
    await expect(pupil.get_by_role("button", name="選單", exact=True)).to_be_hidden()
    await pupil.get_by_role("textbox").fill("選日期")
    await pupil.get_by_role("textbox").press("Enter")
    await expect(pupil.get_by_role("button", name="選提醒的日期")).to_be_visible()


async def test_a_date_is_asked_for_and_sent(page: Page, pupil: Locator, served: Served) -> None:
    """The dialog keeps the action's limits; the choice travels as `params`."""
    await pupil.get_by_role("button", name="選日期").click()
    await pupil.get_by_role("button", name="選提醒的日期").click()
    field = page.get_by_role("dialog").get_by_label("選擇日期")
    await expect(field).to_have_value("2024-09-10")
    await expect(field).to_have_attribute("min", "2024-09-02")
    await field.fill("2024-09-12")
    async with page.expect_response("**/postback"):
        await page.get_by_role("dialog").get_by_role("button", name="傳送").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert served.asked("/postback") == [{"data": "remind", "params": {"date": "2024-09-12"}}]


async def test_blocking_shuts_the_chat_and_unblocking_opens_it(pupil: Locator) -> None:
    """Where the typing box was stands the way back."""
    await pupil.get_by_role("button", name="更多").click()
    await pupil.get_by_role("menuitem", name="封鎖").click()
    await expect(pupil.get_by_role("textbox")).to_be_hidden()
    await expect(pupil.locator(".gate")).to_contain_text("已封鎖")
    await pupil.get_by_role("button", name="解除封鎖").click()
    await expect(pupil.get_by_role("textbox")).to_be_visible()


async def test_a_tap_while_blocked_is_explained(page: Page, pupil: Locator) -> None:
    """The server's 409 becomes a sentence."""
    await pupil.get_by_role("button", name="更多").click()
    await pupil.get_by_role("menuitem", name="封鎖").click()
    await expect(pupil.locator(".gate")).to_be_visible()
    await pupil.get_by_role("button", name="看我的成果").click()
    await expect(page.locator(".note")).to_contain_text("封鎖了帳號")


async def test_the_menu_sends_stickers_pictures_and_files(pupil: Locator, served: Served) -> None:
    """Each entry is one request; each shows in the chat."""
    for entry, verb in (("傳貼圖", "sticker"), ("傳圖片", "image"), ("傳檔案", "file")):
        await pupil.get_by_role("button", name="更多").click()
        await pupil.get_by_role("menuitem", name=entry).click()
        await expect(pupil.locator(f".row-mine.row-{verb}")).to_be_visible()
        assert len(served.asked(f"/U01/{verb}")) == 1


async def test_the_last_own_message_can_be_taken_back(pupil: Locator, served: Served) -> None:
    """Unsend names the newest message of the person, not the bot's."""
    own = pupil.locator(".row-mine")
    await expect(own).to_have_count(1)
    key = await own.get_attribute("data-id")
    await pupil.get_by_role("button", name="更多").click()
    await pupil.get_by_role("menuitem", name="收回最後一則訊息").click()
    await expect(own).to_have_count(0)
    await expect(pupil.locator(".chat")).to_contain_text("你已收回訊息")
    assert served.asked("/U01/unsend") == [{"messageId": key}]


async def test_the_phones_menu_works_by_keyboard(pupil: Locator) -> None:
    """Arrows move, Escape closes and gives the focus back."""
    button = pupil.get_by_role("button", name="更多")
    await button.press("Enter")
    await expect(pupil.get_by_role("menuitem", name="傳貼圖")).to_be_focused()
    await pupil.get_by_role("menuitem", name="傳貼圖").press("ArrowUp")
    await expect(pupil.get_by_role("menuitem", name="封鎖")).to_be_focused()
    await pupil.get_by_role("menuitem", name="封鎖").press("Escape")
    await expect(button).to_be_focused()
    await expect(pupil.get_by_role("menu")).to_be_hidden()


async def test_a_push_is_announced_and_notified(page: Page, pupil: Locator, served: Served) -> None:
    """Screen readers hear the whole text; the banner shows forty characters of it."""
    words = "一二三四五六七八九十" * 5
    add(served, {"type": "text", "text": words})
    await expect(page.get_by_role("status").first).to_contain_text(
        f"林小美的手機，草屯歷程鈴：{words}"
    )
    await expect(pupil.locator(".banner-text")).to_have_text(words[:40] + "…")


async def test_a_reply_makes_no_notification(pupil: Locator, served: Served) -> None:
    """Whoever asked is looking already."""
    add(served, {"type": "text", "text": "好的"}, via="reply")
    await expect(pupil.locator(".row").last).to_contain_text("好的")
    await expect(pupil.locator(".banner")).to_be_hidden()


async def test_what_line_charges_is_marked(pupil: Locator, served: Served) -> None:
    """A push carries the mark; the reply before it does not."""
    add(served, cards.receipt())
    await expect(pupil.locator(".row").last).to_contain_text("計費")
    await expect(pupil.locator(".row-theirs").nth(1)).not_to_contain_text("計費")


async def test_several_messages_of_one_push_are_charged_once(
    pupil: Locator, served: Served
) -> None:
    """LINE counts the person, not the bubbles: the mark stands at the last."""
    served.world.school.now += STEPS["hour"]
    add(served, cards.receipt(), cards.home())
    await expect(pupil.locator(".row").last).to_contain_text("計費")
    await expect(pupil.locator(".row").nth(-2)).not_to_contain_text("計費")


async def test_an_emoji_is_drawn_and_stays_a_character(pupil: Locator, served: Served) -> None:
    """Machines without a font for it see the drawing; the text can still be read and copied."""
    add(served, {"type": "text", "text": "✅ 已認證"})
    await expect(pupil.locator(".speech").last).to_have_text("✅ 已認證")
    await expect(pupil.locator(".speech .emoji-done")).to_be_visible()


async def test_somebody_who_reads_old_messages_is_not_pulled_away(
    pupil: Locator, served: Served
) -> None:
    """A new message is offered; the offer leads to the bottom."""
    chat = pupil.locator(".chat")
    await chat.evaluate("node => node.scrollTo(0, 0)")
    await chat.dispatch_event("scroll")
    add(served, cards.receipt())
    offer = pupil.get_by_role("button", name="新訊息")
    await expect(offer).to_be_visible()
    assert await chat.evaluate("node => node.scrollTop") == 0
    await offer.click()
    await expect(offer).to_be_hidden()
    await expect(pupil.get_by_role("button", name="資料正確無誤")).to_be_in_viewport()


async def test_whoever_acts_sees_what_comes_of_it(pupil: Locator, served: Served) -> None:
    """After a tap on an old card the chat goes to the answer."""
    add(served, cards.receipt(), cards.receipt())
    await expect(pupil.get_by_role("button", name="有疑義")).to_have_count(2)
    await pupil.locator(".chat").evaluate("node => node.scrollTo(0, 0)")
    await pupil.get_by_role("button", name="看我的成果").click()
    await expect(pupil.get_by_role("button", name="看我的成果").last).to_be_in_viewport()
    await expect(pupil.get_by_role("button", name="新訊息")).to_be_hidden()


async def test_a_phones_screen_itself_never_scrolls(opened: Opened, served: Served) -> None:
    """Only the chat does, however long it is, once nothing moves any more."""
    page = await opened(reduced_motion="reduce")
    pupil = page.locator(".slot").first
    add(served, *[cards.receipt()] * 6)
    await expect(pupil.get_by_role("button", name="有疑義")).to_have_count(6)
    await page.evaluate("() => Promise.all(document.getAnimations().map(each => each.finished))")
    hidden = "node => node.scrollHeight - node.clientHeight"
    assert await pupil.locator(".screen").evaluate(hidden) == 0
    assert await pupil.locator(".chat").evaluate(hidden) > 0


async def test_the_bot_is_seen_typing(pupil: Locator, served: Served) -> None:
    """The loading animation shows until a message comes."""
    served.world.chats.of(PUPIL)["loading"] = True
    served.world.told(PUPIL)
    await expect(pupil.get_by_role("img", name="正在輸入")).to_be_visible()
    served.world.chats.of(PUPIL)["loading"] = False
    add(served, cards.receipt())
    await expect(pupil.get_by_role("img", name="正在輸入")).to_have_count(0)


async def test_messages_of_every_kind_are_drawn(pupil: Locator, served: Served) -> None:
    """Markup stays text, links open elsewhere, and an unknown kind is named."""
    add(served, *cards.odd_ones())
    await expect(pupil.locator(".speech").filter(has_text="<b>粗體</b>")).to_be_visible()
    await expect(pupil.get_by_role("img", name="貼圖 446-1988")).to_be_attached()
    await expect(pupil.locator(".location")).to_contain_text("南投縣草屯鎮")
    await expect(pupil.get_by_role("button", name="是", exact=True)).to_be_attached()
    await expect(pupil.locator(".odd")).to_contain_text("hologram")
    link = pupil.get_by_role("link", name="https://example.org/guide")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(link).to_have_attribute("target", "_blank")


async def test_days_and_times_are_the_schools(pupil: Locator) -> None:
    """Days as 113/9/2（一）, times of Asia/Taipei, whatever zone the browser is in."""
    await expect(pupil.locator(".day-line").first).to_have_text("113/9/2（一）")
    await expect(pupil.locator(".row time").first).to_have_text("07:30")
