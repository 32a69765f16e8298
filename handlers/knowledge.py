"""What people ask in plain words: the questions that the bot knows, and how a text finds its one.

Matching is plain on purpose: every way of asking is a row of handlers/topics.toml that an office
can read. The way with the most matching signs wins; among equals the earlier.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from handlers.actions import Action
from handlers.codec import unpack
from handlers.folding import fold

DATA = Path(__file__).with_name("topics.toml")
LONGEST = 120
"""Signs of a text that is compared; what is longer is a story, which a person should read."""

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A question that the bot knows.

    `answer` names how it is answered: dates, caps or text, or "" where `opens` alone answers it.
    `stage` and `about` say of what.
    """

    key: str
    ways: tuple[tuple[Group, ...], ...]
    answer: str = ""
    stage: str = ""
    about: str = ""
    opens: Action | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All topics, and the spellings that count as one."""

    topics: tuple[Topic, ...]
    variants: Mapping[str, str]

    def topic_of(self, text: str) -> Topic | None:
        """Return the topic that a text asks about, or None."""
        plain = self.plain(text)
        if not plain or len(plain) > LONGEST:
            return None
        best = max(self.topics, key=lambda topic: _score(topic, plain))
        return best if _score(best, plain) else None

    def plain(self, text: str) -> str:
        """Fold a text, and spell what has several spellings in one way; the longest first."""
        plain = fold(text)
        for variant in sorted(self.variants, key=len, reverse=True):
            plain = plain.replace(variant, self.variants[variant])
        return plain


@cache
def knowledge() -> Knowledge:
    """Return what handlers/topics.toml holds; it is read once."""
    data = tomllib.loads(DATA.read_text("utf-8"))
    groups = {name: _words(text) for name, text in data["groups"].items()}
    return Knowledge(
        topics=tuple(_topic(each, groups) for each in data["topics"]),
        variants={fold(said): fold(meant) for said, meant in data["variants"].items()},
    )


def topic_of(text: str) -> Topic | None:
    """Return the topic that a text asks about, or None."""
    return knowledge().topic_of(text)


def _topic(data: dict[str, Any], groups: Mapping[str, Group]) -> Topic:
    opens = data.get("opens")
    ways = tuple(tuple(_group(part, groups) for part in way.split(" ")) for way in data["ways"])
    return Topic(
        key=data["key"],
        ways=ways,
        answer=data.get("answer", ""),
        stage=data.get("stage", ""),
        about=data.get("about", ""),
        opens=unpack(opens) if opens else None,
    )


def _group(part: str, groups: Mapping[str, Group]) -> Group:
    named = [groups[each[1:]] if each.startswith("@") else (each,) for each in part.split("|")]
    return tuple(fold(word) for group in named for word in group)


def _words(text: str) -> Group:
    return tuple(text.split("|"))


def _score(topic: Topic, plain: str) -> int:
    return max(_matched(way, plain) for way in topic.ways)


def _matched(way: tuple[Group, ...], plain: str) -> int:
    """Return how many signs of a text a way of asking covers; 0 where a part of it is missing."""
    found = [max((len(word) for word in group if word in plain), default=0) for group in way]
    return sum(found) if all(found) else 0
