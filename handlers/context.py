"""What a handler is given besides the action: who asks, where, when, and the open transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.words import Words
from models.errors import NotInGroup, NotLinked
from models.rulebooks import Rulebook
from models.tables import ChatAccount, Person, School
from models.vocabulary import Duty


class ChatApp(Protocol):
    """A chat app that people can be reached in, as far as handlers have to know it."""

    @property
    def label(self) -> str:
        """Return what people call it."""
        ...

    def invitation(self, known_as: str, code: str) -> str:
        """Return the address that opens a school's account there with a joining code."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """One tap's surroundings. Handlers read and write through `session` and never commit.

    `actor` is the person of the account at this moment, or None; `in_group` is true where others
    read along; `via` is the channel's name for the audit; `pepper` keys the hashes of codes.
    `words` are in the language of whoever asks, `words_in` gives those of another locale; `chats`
    are the chat apps of this installation, by their channels' names; `web_url` is where its pages
    can be reached from outside, empty where that is not known.
    """

    session: AsyncSession
    now: datetime
    words: Words
    words_in: Callable[[str], Words]
    school: School
    rulebook: Rulebook
    account: ChatAccount | None
    actor: Person | None
    duties: frozenset[Duty]
    via: str
    pepper: bytes
    in_group: bool = False
    chats: Mapping[str, ChatApp] = field(default_factory=dict)
    web_url: str = ""

    @property
    def person(self) -> Person:
        """Return who asks; raises NotLinked for an account of nobody, NotInGroup in a group."""
        if self.in_group:
            raise NotInGroup
        if self.actor is None:
            raise NotLinked
        return self.actor
