"""Who watches a world: they hear of every change in a chat."""

from collections.abc import Callable
from typing import Any

Listener = Callable[[str, dict[str, Any]], None]


class Listeners(set[Listener]):
    """Functions that are called with the name of what happened, and its particulars."""

    def tell(self, account: str, chat_id: str, kind: str) -> None:
        """Say that something of this kind changed in an account's chat."""
        if not self:
            return
        change = {"account": account, "userId": chat_id, "kind": kind}
        for listener in tuple(self):
            listener("chat", change)
