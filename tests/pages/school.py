"""What a visitor does with the page: look at phones, tap, type, move the clock, read the panel."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

PUPIL = "林小美"
TEACHER = "林志明"
HOMEROOM = "張雅惠"
MOST_MOVES = 40


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen's size in pixels, and whether fingers touch it."""

    width: int
    height: int
    touch: bool = False


LAPTOP = Screen(1440, 900)
HANDSET = Screen(390, 844, touch=True)


@dataclass(frozen=True, slots=True)
class Chat:
    """One phone on the page."""

    region: Locator

    @property
    def messages(self) -> Locator:
        """Everything that was said, oldest first."""
        return self.region.locator(".messages > .row")

    @property
    def said(self) -> Locator:
        """Everything that the bot said, oldest first."""
        return self.region.locator(".messages > .row-theirs")

    @property
    def pushed(self) -> Locator:
        """What LINE charges for."""
        return self.said.filter(has_text="計費")

    async def sees(self, *texts: str) -> None:
        """Wait until the bot's newest message contains every text."""
        for text in texts:
            await expect(self.said.last).to_contain_text(text)

    async def taps(self, label: str, place: int = -1) -> None:
        """Tap a button of the bot's newest message that has it; the last one unless told."""
        with_it = self.said.filter(
            has=self.region.page.get_by_role("button", name=label, exact=True)
        )
        buttons = with_it.last.get_by_role("button", name=label, exact=True)
        await expect(buttons.first).to_be_visible()
        await self._answered(buttons.nth(place))

    async def chooses(self, label: str) -> None:
        """Tap an area of the rich menu, unfolding the menu where it is folded."""
        toggle = self.region.get_by_role("button", name="選單")
        if await toggle.get_attribute("aria-expanded") == "false":
            await toggle.click()
        area = self.region.get_by_role("group", name="圖文選單").get_by_role("button")
        await self._answered(area.and_(self.region.get_by_title(label, exact=True)))

    async def types(self, text: str) -> None:
        """Type a text and send it."""
        await self.region.get_by_role("textbox").fill(text)
        await self._answered(self.region.get_by_role("button", name="傳送"))

    async def does(self, label: str) -> None:
        """Choose something in the phone's own menu."""
        await self.region.get_by_role("button", name="更多").click()
        await self.region.get_by_role("menuitem", name=label, exact=True).click()

    async def _answered(self, button: Locator) -> None:
        before = await self.said.count()
        await button.click()
        await expect(self.said).to_have_count(before + 1)


@dataclass(frozen=True, slots=True)
class TelegramChat(Chat):
    """A phone with Telegram: what is tapped changes in place."""

    async def taps(self, label: str, place: int = -1) -> None:
        """Tap a button below the bot's newest message."""
        buttons = self.said.last.get_by_role("button", name=label, exact=True)
        await buttons.nth(place).click()


@dataclass(frozen=True, slots=True)
class Window:
    """The page in a browser."""

    page: Page

    def of(self, name: str) -> Chat:
        """Return somebody's phone, also while it is out of sight."""
        return Chat(self.page.locator(f'section[aria-label="{name}的手機"]'))

    async def on_telegram(self, name: str) -> TelegramChat:
        """Switch somebody's phone to Telegram, and wait for what stands in the chat."""
        apps = self.page.get_by_role("group", name=f"{name}用哪一個 App")
        await apps.get_by_role("button", name="Telegram").click()
        chat = TelegramChat(self.of(name).region)
        await expect(chat.region.locator(".screen-telegram")).to_be_visible()
        await chat.said.first.wait_for()
        return chat

    @property
    def clock(self) -> Locator:
        """The school's time, what comes next, and the buttons that move it."""
        return self.page.get_by_role("region", name="學校的時間")

    async def moves(self, label: str) -> None:
        """Move the clock by one of its buttons and wait until it has arrived."""
        button = self.clock.get_by_role("button", name=label)
        await button.click()
        await expect(self.clock).not_to_contain_text("時間前進中")
        await expect(button).to_have_attribute("aria-disabled", "false")

    async def lives_until(self, day: str) -> None:
        """Go from reminder to reminder until the clock shows this day, such as 113/10/9.

        An hour more lets arrive what had to be tried again, as on a busy machine.
        """
        today = self.clock.locator(".clock-day")
        for _ in range(MOST_MOVES):
            if f"{day}（" in await today.inner_text():
                return await self.moves("1 小時")
            await self.moves("下一個提醒")
        raise AssertionError(f"no reminder stops the clock on {day}")

    async def sent(self, count: int) -> None:
        """Wait until so many messages left by themselves: LINE's charged ones and Telegram's."""
        await self.page.wait_for_function(
            """(count) => [...document.querySelectorAll(".figure")]
                .filter(({ textContent }) => /推播，計費|訊息，免費/.test(textContent))
                .reduce((sum, each) => sum + Number(each.querySelector("dd").textContent), 0)
                === count""",
            arg=count,
        )

    async def panel(self, label: str) -> Locator:
        """Open a tab of the side panel and return its page."""
        await self.page.get_by_role("tab", name=label).click()
        return self.page.get_by_role("tabpanel", name=label)

    async def puts_on_a_phone(self, wanted: str, *, state: str = "已綁定", instead_of: str) -> Chat:
        """Search, and hand somebody's phone to the first whom the search finds in this state."""
        await self.page.get_by_role("button", name=f"把{instead_of}的手機換給別人").click()
        dialog = self.page.get_by_role("dialog")
        await dialog.get_by_label("找人").fill(wanted)
        found = dialog.locator(".person").filter(has_text=wanted).filter(has_text=state).first
        name = await found.locator("strong").evaluate("strong => strong.firstChild.textContent")
        await found.click()
        chat = self.of(name)
        await expect(chat.region).to_be_visible()
        return chat


def names_in(card: str) -> list[str]:
    """Return the pupils of a homeroom teacher's list who can be reached."""
    entries = re.split(r"\n(?=\d+ 號 )", card)[1:]
    return [entry.splitlines()[0].split(" 號 ")[1] for entry in entries if "聯絡不到" not in entry]
