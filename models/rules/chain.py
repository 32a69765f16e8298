"""The audit's hash chain: a seal covers an entry's content, its place, and the seal before it.

Seals are keyed: whoever has only the database cannot make one. A chain cannot see that its end was
cut off; for that its head is kept outside, and compared (decision 0014).
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

BEGINNING = ""
"""What stands for the seal before the first entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed entry of a school's chain at some moment."""

    school_id: int
    position: int
    seal: str


@dataclass(frozen=True, slots=True)
class Link:
    """A sealed entry as it is stored, whatever stands there; `content` begins with its id."""

    position: object
    seal: object
    content: tuple[object, ...]


class FlawKind(StrEnum):
    """What can be wrong with a chain."""

    EDITED = "edited"
    MISSING = "missing"
    MISPLACED = "misplaced"
    CUT = "cut"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and from which place in the chain to which."""

    kind: FlawKind
    first: int
    last: int


def seal(key: bytes, before: str, position: object, content: tuple[object, ...]) -> str:
    """Return the seal of an entry that stands behind the one with the seal `before`."""
    covered = orjson.dumps([before, position, *content], default=repr)
    return hmac.new(key, covered, hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Inspection:
    """Walks along one school's chain and collects its flaws.

    `anchors` are the seals that were seen outside of the database, by their place. `at` is the
    place it has come to and `before` the seal there: from these it can be taken up again.
    """

    key: bytes
    anchors: Mapping[int, str] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    at: int = 0
    before: str = BEGINNING

    def follow(self, links: Iterable[Link]) -> None:
        """Look at the next entries, in the order of their places."""
        for link in links:
            self.flaws.extend(self._flaws_of(link))
            self.before = str(link.seal)

    def finish(self) -> list[Flaw]:
        """Hold the end against what was seen outside, and return every flaw."""
        furthest = max(self.anchors, default=0)
        if furthest > self.at:
            self.flaws.append(Flaw(FlawKind.CUT, self.at + 1, furthest))
        return self.flaws

    def _flaws_of(self, link: Link) -> Iterator[Flaw]:
        place, expected = link.position, self.at + 1
        if not isinstance(place, int) or place < expected:
            yield Flaw(FlawKind.MISPLACED, expected, expected)
            return
        self.at = place
        if place > expected:  # the seal cannot be checked without the one before it
            yield Flaw(FlawKind.MISSING, expected, place - 1)
            return
        if seal(self.key, self.before, place, link.content) != link.seal:
            yield Flaw(FlawKind.EDITED, place, place)
        elif self.anchors.get(place, link.seal) != link.seal:
            yield Flaw(FlawKind.REPLACED, place, place)
