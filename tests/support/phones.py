"""What people do on a phone and see on it, whichever chat app it is.

`taps("勾選")` presses the newest button with that label, over HTTP, and waits for the answer;
`sees("3／6")` looks at what came, or was changed, since the last deed. What an app does in its own
way is left to tests.support.linephones and tests.support.telegramphones.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.simulator.faults import Faults
from tests.support.cast import Cast

Json = dict[str, Any]


class Backstage(Protocol):
    """What phones need of a stage: the simulator behind them, and a bot that acts."""

    async def get(self, path: str) -> Any:
        """Ask the simulator."""
        ...

    async def post(self, path: str, body: Json) -> Any:
        """Do something in the simulator."""
        ...

    async def settled(self) -> None:
        """Act upon everything that came in."""
        ...


class Phone(ABC):
    """One chat of one person, or of a group in which `by` speaks."""

    account: ClassVar[str]
    """The school's account in the simulator."""

    def __init__(self, stage: Backstage, chat_id: str, by: str = "") -> None:
        self.chat_id = chat_id
        self._stage = stage
        self._by = {"by": by} if by else {}
        self._seen = 0

    async def taps(self, label: str, *, beside: str = "") -> None:
        """Press the newest button with this label; `beside` is a text that it belongs to."""
        await self.does((await self.finds(label, beside=beside))[-1])

    async def finds(self, label: str, *, beside: str = "") -> list[Json]:
        """Return the actions of the buttons with this label, the newest last."""
        view = await self.view()
        found = self.actions_beside(view, beside) if beside else self.actions(view)
        actions = [one for one in found if self.label(one) == label]
        if not actions:
            raise AssertionError(f"no button {label!r}; there are {sorted(map(self.label, found))}")
        return actions

    async def does(self, action: Json) -> None:
        """Do what a button asks for, as often as one likes, and wait for the answer."""
        await self.looks_away()
        await self.presses(action)
        await self._stage.settled()

    async def sends_tap(self, data: str) -> None:
        """Send what no button on this phone carries."""
        await self.looks_away()
        await self.presses_what_is_not_there(data)
        await self._stage.settled()

    async def types(self, text: str) -> None:
        """Type a text."""
        await self.sends("text", text=text)

    async def sends(self, deed: str, **body: Any) -> None:
        """Do something that the app's own simulator knows, and wait for the answer."""
        await self.looks_away()
        await self.posts(deed, **body)
        await self._stage.settled()

    async def posts(self, deed: str, **body: Any) -> None:
        """Do it, with nobody at the bot acting upon it yet."""
        await self._stage.post(f"{self._path}/{deed}", body | self._by)

    async def sees(self, *texts: str) -> None:
        """Assert that every text is on the phone since the last deed."""
        shown = await self.text()
        for text in texts:
            assert text in shown, f"{text!r} is not in:\n{shown}"

    async def sees_nothing_of(self, *texts: str) -> None:
        """Assert that none of the texts is on the phone since the last deed."""
        shown = await self.text()
        for text in texts:
            assert text not in shown, f"{text!r} is in:\n{shown}"

    async def text(self) -> str:
        """Return all that the bot said since the last deed, in lines."""
        return "\n".join(self.said(await self.view(), self._seen))

    async def buttons(self) -> list[str]:
        """Return the labels of every button on the phone."""
        return [self.label(one) for one in self.actions(await self.view())]

    async def looks_away(self) -> None:
        """Forget what is on the phone: what is seen next is new."""
        self._seen = self.moment(await self.view())

    async def view(self) -> Json:
        """Return the phone as its simulator shows it."""
        view: Json = await self._stage.get(self._path)
        return view

    @property
    def _path(self) -> str:
        return f"/phone/{self.account}/{self.chat_id}"

    @abstractmethod
    async def presses(self, action: Json) -> None:
        """Press a button, with nobody at the bot acting upon it yet."""

    @abstractmethod
    async def presses_what_is_not_there(self, data: str) -> None:
        """Send a tap on no button of this phone."""

    @abstractmethod
    async def arrives(self) -> None:
        """Add the account, or come back to it after blocking it."""

    @abstractmethod
    async def blocks(self) -> None:
        """Block the account."""

    @abstractmethod
    async def sends_oddly(self) -> None:
        """Send one after another what is no text and no file: a sticker, a place."""

    @abstractmethod
    async def sends_files(self) -> None:
        """Send one after another each kind of file that the app has."""

    @abstractmethod
    def actions(self, view: Json) -> Sequence[Json]:
        """Return what every button on the phone does, the newest last."""

    @abstractmethod
    def actions_beside(self, view: Json, text: str) -> Sequence[Json]:
        """Return what the buttons do that belong to what also holds this text."""

    def label(self, action: Json) -> str:
        """Return the words on a button; empty where there are none."""
        return str(action.get("label", ""))

    @abstractmethod
    def moment(self, view: Json) -> int:
        """Return how much has happened in the chat."""

    @abstractmethod
    def said(self, view: Json, since: int) -> list[str]:
        """Return the lines that the bot said since a moment, buttons as 〔label〕."""


class ChatApp(ABC):
    """A chat app's side of the stage: a simulator, the school's account, and people's phones."""

    name: ClassVar[str]
    secret: ClassVar[str]
    token: ClassVar[str]
    answers_texts: ClassVar[str]
    """The path of the call that answers a text; faults may be confined to it."""
    answers_taps: ClassVar[str]
    """The path of the call that answers a tap."""
    tells: ClassVar[str]
    """The path of the call that brings a notice."""
    faults: Faults

    @property
    @abstractmethod
    def simulator(self) -> Any:
        """The app's servers as an ASGI application."""

    @property
    @abstractmethod
    def violations(self) -> Sequence[object]:
        """What a careful client never does."""

    @property
    @abstractmethod
    def charged(self) -> int:
        """How many messages the school pays for."""

    @abstractmethod
    async def takes_in(self, session: AsyncSession, cast: Cast) -> None:
        """Give everybody of the cast an account of this app, in the store and in the simulator."""

    @abstractmethod
    def points_at(self, bot: str, school_code: str) -> None:
        """Send what happens to the bot's webhook."""

    @abstractmethod
    def phone(self, stage: Backstage, chat_id: str, by: str = "") -> Phone:
        """Return the phone of somebody, or of a group."""

    @abstractmethod
    def newcomer(self, name: str) -> str:
        """Let somebody have the app who does not know the account; return the chat."""

    @abstractmethod
    def accepted_for(self, chat_id: str) -> int:
        """Return how many times the app took something from the bot for a chat."""

    @abstractmethod
    async def redeliver(self) -> None:
        """Bring again what the bot did not take."""

    @abstractmethod
    async def aclose(self) -> None:
        """Close the simulator's own connections."""

    def check(self) -> None:
        """Assert at the end that the bot behaved as the app asks of it."""
        assert self.violations == []


def found(value: Any, key: str) -> list[Any]:
    """Return everything that stands under a key, at any depth."""
    if isinstance(value, dict):
        own = [value[key]] if key in value else []
        return own + [each for inner in value.values() for each in found(inner, key)]
    if isinstance(value, list):
        return [each for inner in value for each in found(inner, key)]
    return []
