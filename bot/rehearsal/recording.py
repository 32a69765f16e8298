"""A channel that sends nothing: it keeps what would have been sent, as plain text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from handlers.replies import Bar, Block, Divider, Entry, Fact, Paragraph, Reply
from scheduler.channel import Outcome, Sent

CHANNEL = "line"
_ACCEPTED = Sent(Outcome.ACCEPTED, 200)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A card as text: its title, its lines, and the labels of its buttons."""

    title: str
    lines: tuple[str, ...]
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as text: what a notification shows, and its cards."""

    summary: str
    cards: tuple[Drawing, ...]


@dataclass(slots=True)
class RecordingChannel:
    """Accepts every message once and remembers it by its retry key."""

    name: str = CHANNEL
    retry_key_lasts: timedelta | None = timedelta(hours=24)
    counted: bool = True
    per_second: float | None = None
    at_once: int = 200
    sent: dict[str, bytes] = field(default_factory=dict)

    def draw(self, reply: Reply) -> bytes:
        """Return a reply as text in JSON."""
        cards = [
            {
                "title": card.title,
                "lines": list(_lines(card.blocks)),
                "buttons": [button.label for button in card.buttons],
            }
            for card in reply.cards
        ]
        return orjson.dumps({"summary": reply.summary, "cards": cards})

    def weigh(self, body: bytes) -> int:  # noqa: ARG002
        """Return one: whatever is said is said at once."""
        return 1

    async def send(
        self,
        school_code: str,  # noqa: ARG002 - a rehearsal has one school
        address: str,  # noqa: ARG002 - the ledger knows whose it is
        body: bytes,
        retry_key: str,
    ) -> Sent:
        """Keep a message; always accepted."""
        self.sent.setdefault(retry_key, body)
        return _ACCEPTED

    def drawn(self, retry_key: str) -> Drawn:
        """Return the message that was sent with this key."""
        kept = orjson.loads(self.sent[retry_key])
        cards = tuple(
            Drawing(card["title"], tuple(card["lines"]), tuple(card["buttons"]))
            for card in kept["cards"]
        )
        return Drawn(kept["summary"], cards)


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                yield block.text
            case Fact():
                yield f"{block.label}　{block.value}"
            case Entry():
                yield "　".join(filter(None, (block.title, block.detail, block.state)))
            case Bar():
                yield "　".join(filter(None, (block.label, block.caption)))
            case Divider():
                pass
