"""LINE's side of the stage: buttons stay in the chat, cards hold them beside what they are for."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.simulator.app import create_simulator
from bot.simulator.delivery import Deliveries
from bot.simulator.state import OfficialAccount
from bot.simulator.world import World
from tests.support.cast import Cast
from tests.support.phones import Backstage, ChatApp, Json, Phone, found

ACCOUNT = "bell"
SECRET = "a channel secret of the tests"
TOKEN = "a channel token of the tests"


class LinePhone(Phone):
    """A chat in LINE."""

    account = ACCOUNT

    async def presses(self, action: Json) -> None:
        """Press a button: a text that it types, or a postback."""
        if action["type"] == "message":
            await self.posts("text", text=action["text"])
        else:
            await self.posts("postback", data=action["data"], displayText=action["displayText"])

    async def presses_what_is_not_there(self, data: str) -> None:
        """Send a postback."""
        await self.posts("postback", data=data)

    async def arrives(self) -> None:
        """Add the account as a friend, or unblock it."""
        await self.sends("follow")

    async def blocks(self) -> None:
        """Block the account."""
        await self.sends("unfollow")

    async def sends_oddly(self) -> None:
        """Send a sticker and a place."""
        await self.sends("sticker", packageId="446", stickerId="1988")
        await self.sends("location")

    async def sends_files(self) -> None:
        """Send a picture, a video and a file."""
        await self.sends("image")
        await self.sends("video")
        await self.sends("file", fileName="報告.pdf", size=9)

    async def menu(self) -> list[str]:
        """Return the labels of the rich menu."""
        menu = (await self.view())["richMenu"] or {}
        return [area["action"]["label"] for area in menu.get("areas", ())]

    def actions(self, view: Json) -> Sequence[Json]:
        """Return the menu's actions first, then the chat's, and the quick replies last."""
        menu = [area["action"] for area in (view["richMenu"] or {}).get("areas", ())]
        chat = [action for card in _cards(view) for action in found(card, "action")]
        quick = [item["action"] for item in (view["quickReply"] or {}).get("items", ())]
        return [*menu, *chat, *quick]

    def actions_beside(self, view: Json, text: str) -> Sequence[Json]:
        """Return the actions of the smallest part of each card that also holds the text."""
        return [action for card in _cards(view) for action in _smallest(card, text)]

    def moment(self, view: Json) -> int:
        """Return how many messages there are: none is ever changed."""
        return len(view["messages"])

    def said(self, view: Json, since: int) -> list[str]:
        """Return the texts and cards of the messages after so many."""
        new = [one["message"] for one in view["messages"][since:] if one["from"] == "bot"]
        return [line for message in new for line in _lines(message)]


class LineApp(ChatApp):
    """LINE with the school's official account, and everybody of the cast as its friend."""

    name = "line"
    secret = SECRET
    token = TOKEN
    answers_texts = answers_taps = "/reply"
    tells = "/push"

    def __init__(self, clock: Clock) -> None:
        self.world = World(clock.now)
        self.faults = self.world.faults
        self.deliveries = Deliveries(self.world, redelivery_delays=None)
        self.account: OfficialAccount = self.world.add_account(
            ACCOUNT, "歷程鈴", "@bell", SECRET, TOKEN, "", 6_000
        )

    @cached_property
    def simulator(self) -> Any:
        """LINE's servers."""
        return create_simulator(self.world, self.deliveries)

    @property
    def violations(self) -> Sequence[object]:
        """Retry keys that were used wrongly."""
        return self.world.violations

    @property
    def charged(self) -> int:
        """How many messages were pushed."""
        return sum(one.counted for one in self.world.accepted)

    async def takes_in(self, session: AsyncSession, cast: Cast) -> None:  # noqa: ARG002
        """Let everybody follow the account; the cast is stored with accounts of LINE."""
        for name, linked in cast.accounts.items():
            self.world.add_user(linked.address, name)
            self.world.follow(self.account, linked.address)

    def points_at(self, bot: str, school_code: str) -> None:
        """Set the webhook's address."""
        self.account.webhook_url = f"{bot}/line/{school_code}"

    def phone(self, stage: Backstage, chat_id: str, by: str = "") -> LinePhone:
        """Return a phone with LINE."""
        return LinePhone(stage, chat_id, by)

    def newcomer(self, name: str) -> str:
        """Let somebody have LINE."""
        return self.world.add_user(f"Uffff{len(self.world.users):028x}", name).user_id

    def accepted_for(self, chat_id: str) -> int:
        """Return how many sets of messages LINE took."""
        return len([one for one in self.world.accepted if one.user == chat_id])

    async def redeliver(self) -> None:
        """Bring again what was not taken."""
        await self.deliveries.redeliver()

    async def aclose(self) -> None:
        """Close the connections of the webhooks."""
        await self.deliveries.aclose()


def _cards(view: Json) -> list[Any]:
    return [
        one["message"].get("contents")
        for one in view["messages"]
        if one["from"] == "bot" and one["message"].get("contents")
    ]


def _smallest(value: Any, text: str) -> list[Json]:
    if not isinstance(value, dict | list) or text not in found(value, "text"):
        return []
    inner = value.values() if isinstance(value, dict) else value
    parts = (_smallest(part, text) for part in inner)
    return next((one for one in parts if one), None) or found(value, "action")


def _lines(message: Json) -> list[str]:
    spoken = [message["text"]] if message["type"] == "text" else []
    texts = [text for text in found(message.get("contents"), "text") if isinstance(text, str)]
    labels = [f"〔{action['label']}〕" for action in found(message.get("contents"), "action")]
    return spoken + texts + labels
