"""A Telegram phone on the page, over the real simulator: bubbles, keyboards, edits, commands."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot.simulator.standalone import create_standalone
from bot.simulator.telegram.state import Bot
from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.world import World
from tests.support.server import serving

from .conftest import LAPTOP, PHONE
from .test_access import NAMELESS, SMALL

WANG, LIN = 5_000_000_001, 5_000_000_002
TOKEN = "7000000001:a-token"
NOW = datetime(2025, 2, 3, 1, 0, tzinfo=UTC)
CARD = (
    "<b>待認證</b> <a href='https://a.tw/x'>說明</a>\n<blockquote>第 6 點</blockquote>\n"
    "<tg-time unix='1738569600' format='Dt'>2/3</tg-time> <tg-spoiler>答案</tg-spoiler> /home &lt;3"
)
KEYS = {"inline_keyboard": [[{"text": "認證", "callback_data": "a", "style": "success"}]]}


@dataclass
class Scene:
    """Two people's Telegram phones on the page; the first has started the bot."""

    page: Page
    world: TelegramWorld
    bot: Bot
    url: str
    http: aiohttp.ClientSession

    def phone(self, number: int) -> Locator:
        """One of the phones."""
        return self.page.locator(".slot").nth(number)

    async def call(self, method: str, **parameters: Any) -> Any:
        """What the bot asks of Telegram."""
        async with self.http.post(
            f"{self.url}/telegram/bot{TOKEN}/{method}", json=parameters
        ) as response:
            answer = await response.json()
            assert answer["ok"], answer
            return answer["result"]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(browser: Browser) -> AsyncIterator[Scene]:
    """Give the page of the simulator by itself; afterwards no script went wrong."""
    line, world = World(lambda: NOW), TelegramWorld(lambda: NOW)
    line.add_account("2000000001", "歷程鈴", "@bell", "secret", "token", "http://127.0.0.1:9/x")
    bot = world.add_bot("demo_bell_bot", "歷程鈴", TOKEN)
    people = []
    for user_id, name in ((WANG, "王小明"), (LIN, "林老師")):
        line.add_user(f"U{user_id}", name)
        world.add_user(name, user_id)
        people.append(
            {"personId": f"U{user_id}", "userId": str(user_id), "name": name, "role": "學生"}
            | {"detail": "201 班", "channel": "telegram"}
        )
    people[1]["code"] = "KX7P42"
    world.start(bot, WANG)
    async with serving(create_standalone(line, world)) as url, aiohttp.ClientSession() as http:
        width, height = LAPTOP
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-TW"
        )
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        remembered = json.dumps(json.dumps(people))
        await page.add_init_script(f"sessionStorage.setItem('phones', {remembered})")
        await page.goto(url)
        await page.locator(".screen-telegram").nth(1).wait_for()
        yield Scene(page, world, bot, url, http)
        await context.close()
    assert troubles == []


async def test_a_message_is_drawn_its_button_spins_and_it_changes_in_place(scene: Scene) -> None:
    """Entities; a note that goes by itself and an alert that is closed; the edited bubble."""
    phone = scene.phone(0)
    said = await scene.call(
        "sendMessage", chat_id=WANG, text=CARD, parse_mode="HTML", reply_markup=KEYS
    )
    bubble = phone.locator(".tg-bubble").first
    await expect(bubble.locator("strong")).to_have_text("待認證")
    await expect(bubble.locator("a")).to_have_attribute("href", "https://a.tw/x")
    await expect(bubble.locator("blockquote")).to_have_text("第 6 點")
    await expect(bubble.locator(".tg-time")).to_have_text("2025年2月3日 16:00")
    await expect(bubble).to_contain_text("<3")
    await bubble.get_by_role("button", name="顯示隱藏的文字").click()
    await expect(bubble).to_contain_text("答案")
    await bubble.get_by_role("button", name="/home").click()
    await expect(phone.locator(".row-mine")).to_contain_text("/home")
    key = phone.get_by_role("button", name="認證")
    for alert in (False, True):
        await key.press("Enter")
        await expect(key).to_have_attribute("aria-busy", "true")
        query_id = list(scene.bot.queries)[-1]
        await scene.call(
            "answerCallbackQuery", callback_query_id=query_id, text="慢了", show_alert=alert
        )
        await expect(phone.locator(".tg-answer")).to_have_text("慢了好" if alert else "慢了")
        await expect(phone.locator(".tg-spinner")).to_have_count(0)
    await phone.get_by_role("button", name="好", exact=True).press("Enter")
    await expect(phone.locator(".tg-answer")).to_be_hidden()
    await expect(scene.page.locator("#live")).to_contain_text("慢了")
    named = {"chat_id": WANG, "message_id": said["message_id"]}
    await scene.call("editMessageText", text="已認證", **named)
    await expect(phone.locator(".row-theirs .tg-text")).to_contain_text("已認證")
    await expect(phone.locator(".tg-edited")).to_have_text("已編輯")
    await expect(phone.locator(".tg-key")).to_have_count(0)


async def test_a_chat_is_started_stopped_and_led_by_commands(scene: Scene) -> None:
    """The code sheet's link starts it; the menu button and a slash open the list of commands."""
    await scene.call("setMyDescription", description="學習歷程檔案的提醒")
    phone = scene.phone(1)
    await expect(phone.get_by_role("button", name="開始")).to_be_visible()
    await expect(phone.get_by_role("textbox")).to_be_hidden()
    await phone.get_by_role("button", name="打開連結").click()
    await expect(phone.locator(".row-mine")).to_contain_text("/start KX7P42")
    await expect(phone.locator(".hint")).to_be_hidden()
    await phone.get_by_role("button", name="更多").click()
    await phone.get_by_role("menuitem", name="停止並封鎖").click()
    await phone.get_by_role("button", name="重新啟動機器人").click()
    await expect(phone.get_by_role("textbox")).to_be_visible()
    commands = [
        {"command": "home", "description": "首頁"},
        {"command": "works", "description": "我的成果"},
    ]
    await scene.call("setMyCommands", commands=commands)
    menu, listed = phone.get_by_role("button", name="選單"), phone.locator(".tg-commands")
    await menu.press("Enter")
    await scene.page.keyboard.press("ArrowDown")
    await expect(phone.get_by_role("button", name="我的成果")).to_be_focused()
    await scene.page.keyboard.press("Escape")
    await expect(listed).to_be_hidden()
    await phone.get_by_role("textbox").fill("/wo")
    await expect(listed.get_by_role("button")).to_have_count(1)
    await listed.get_by_role("button").click()
    await expect(phone.locator(".row-mine").last).to_contain_text("/works")


async def test_somebody_is_put_on_telegram_and_everything_fits_a_narrow_window(
    scene: Scene,
) -> None:
    """One person may have a phone of each; nothing sticks out, is too small or has no name."""
    page = scene.page
    await scene.call("sendMessage", chat_id=WANG, text="字" * 300, reply_markup=KEYS)
    for channel, screen in (("LINE", ".screen-line"), ("Telegram", ".screen-telegram")):
        await page.locator(".owner-remove").nth(1).click()
        await page.locator(".add-phone").click()
        await page.get_by_role("dialog").get_by_role("button", name=channel).click()
        await page.locator(".person", has_text="林老師").click()
        await expect(scene.phone(1).locator(screen)).to_be_visible()
    width, height = PHONE
    await page.set_viewport_size({"width": width, "height": height})
    await page.locator(".phone-tab").first.click()
    await expect(scene.phone(0).locator(".tg-key")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate(NAMELESS) == []
