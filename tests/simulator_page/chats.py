"""The stand-in LINE: chats, answers to what is tapped, pushes, and the meter."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from . import cards

Json = dict[str, Any]
MENU_SIZE = {"width": 2500, "height": 843}
MENU_LABELS = ["我的成果", "收訖明細", "設定"]


def rich_menu() -> Json:
    """A menu of three areas side by side."""
    third = 2500 / 3
    areas = [
        {
            "bounds": {"x": index * third, "y": 0, "width": third, "height": 843},
            "action": {"type": "message", "label": label, "text": label},
        }
        for index, label in enumerate(MENU_LABELS)
    ]
    return {
        "richMenuId": "richmenu-1",
        "imageUrl": "/menu.svg",
        "size": MENU_SIZE,
        "areas": areas,
        "chatBarText": "選單",
        "selected": True,
    }


class Chats:
    """Every chat of one account."""

    def __init__(self) -> None:
        """Begin with what the cast has seen already."""
        self._ids = itertools.count(1)
        self._chats: dict[str, Json] = {}
        self.meter: Json = {
            "plan": 200,
            "used": 0,
            "pushes": 0,
            "replies": 0,
            "month": "2024-09",
            "apiCalls": {"reply": 0, "push": 0},
            "violations": 0,
        }

    def of(self, user: str) -> Json:
        """The chat of a LINE user; made when first asked for."""
        fresh = {
            "account": "caotun",
            "userId": user,
            "displayName": user,
            "following": True,
            "blocked": False,
            "loading": False,
            "richMenu": rich_menu(),
            "quickReply": None,
            "messages": [],
        }
        return self._chats.setdefault(user, fresh)

    def say(self, user: str, at: datetime, message: Json) -> None:
        """The person says something."""
        self._add(user, at, "user", None, message)
        self.of(user)["quickReply"] = None

    def reply(self, user: str, at: datetime, *messages: Json) -> None:
        """The bot answers, free of charge."""
        self.meter["replies"] += 1
        self.meter["apiCalls"]["reply"] += 1
        for message in messages:
            self._add(user, at, "bot", "reply", message)

    def push(self, user: str, at: datetime, *messages: Json) -> None:
        """The bot speaks by itself, which is counted once, however many messages it is."""
        self.meter["used"] += 1
        self.meter["pushes"] += 1
        self.meter["apiCalls"]["push"] += 1
        for message in messages:
            self._add(user, at, "bot", "push", message)

    def unsend(self, user: str, key: str) -> None:
        """Take a message back."""
        for one in self.of(user)["messages"]:
            if one["id"] == key:
                one["message"] = {"type": "unsent"}

    def block(self, user: str, blocked: bool) -> None:
        """Block the account, or stop blocking it."""
        self.of(user).update(blocked=blocked, following=not blocked)

    def _add(self, user: str, at: datetime, by: str, via: str | None, message: Json) -> None:
        chat = self.of(user)
        chat["messages"].append(
            {
                "id": f"m{next(self._ids)}",
                "from": by,
                "at": at.isoformat(),
                "via": via,
                "counted": via == "push",
                "message": message,
            }
        )
        if by == "bot":
            chat["quickReply"] = message.get("quickReply")


def answer(said: str) -> list[Json]:
    """What the stand-in bot says to a text or a postback."""
    if said == "奇怪的":
        return cards.odd_ones()
    known = {"核對明細": cards.receipt, "選日期": cards.picker, "收訖明細": cards.receipt}
    if said.startswith("certify"):
        words = f"✅ 已認證：物理「{said.split(' ', 1)[1]}」\n10 分鐘內可以收回。還有 2 件。"
        return [{"type": "text", "text": words}]
    return [known.get(said, cards.home)()]
