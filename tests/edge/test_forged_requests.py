"""What comes to the webhook's address without LINE's signature changes nothing and is not kept.

`BELL_FORGED=1000000` sends more of it.
"""

import os
import random
from collections import Counter

from models.tables import InboundEvent
from tests.support.asking import snapshot
from tests.support.doorstep import Doorstep, at_the_door, signature
from tests.support.logbook import logged_at_debug
from tests.support.stage import MONDAY

FORGED = int(os.environ.get("BELL_FORGED", "20000"))
PLANTED = "祕密的話"
BODY = (
    '{"destination":"U","events":[{"type":"message","webhookEventId":"01H","timestamp":1,'
    f'"message":{{"type":"text","text":"{PLANTED}"}}}}]}}'
).encode()
DEEP = [b"[" * 10_000, b'{"events":' * 10_000, b'{"events":[' + b"[" * 10_000]
ODD_BODIES = [
    b"",
    b"\xff\xfe",
    b"\x00" * 40,
    b'{"events":[{"name":"\\ud83d"}]}',
    b'{"events":[],"events":[{}]}',
    BODY[:-2],
    BODY.replace(b"text", b"\xc0\xaf"),
]
Headers = list[tuple[bytes, bytes]]


def forged_body(dice: random.Random) -> bytes:
    """Give random bytes, a real body with a change, or one that is odd as JSON."""
    place = dice.randrange(len(BODY))
    return dice.choice(
        [
            BODY,
            dice.randbytes(dice.randrange(200)),
            BODY[:place] + dice.randbytes(1) + BODY[place + 1 :],
            BODY[:place],
            dice.choice(ODD_BODIES),
        ]
        if dice.random() > 0.01
        else DEEP
    )


def forged_headers(body: bytes, dice: random.Random) -> Headers:
    """Give signatures that are wrong, missing, doubled, of other bytes, or no base64 at all."""
    right = signature(body)
    values = dice.choice(
        [
            [],
            [signature(body, "another secret")],
            [signature(body + b" ")],
            [right, right],
            [right, signature(body, "another secret")],
            [right[:-1]],
            [b"\xff" + right],
            [right + "簽".encode()],
            ["ÄÖÜ".encode("latin-1") * 15],
            [b""],
            [right + b"=", b""],
            [right.swapcase()],
            [dice.randbytes(44)],
        ]
    )
    return [(b"x-line-signature", value) for value in values]


async def forge(door: Doorstep, dice: random.Random) -> int:
    """Send one request whose signature does not fit; return the status of its answer."""
    body = forged_body(dice)
    path = dice.choice([door.path, door.path, "/line/999999", "/line/%00", "/line/草屯"])
    return await door.asks(path, body, forged_headers(body, dice))


async def test_forged_requests_are_refused_alike_and_leave_no_trace(sqlite_url: str) -> None:
    """Twenty thousand of them: 401 each, no row, and nothing of their bodies in a log."""
    dice = random.Random(5)
    async with at_the_door(sqlite_url, MONDAY) as door:
        before = await snapshot(door.installation.store)
        with logged_at_debug() as log:
            statuses = Counter([await forge(door, dice) for _ in range(FORGED)])

        assert statuses == {401: FORGED}
        assert await snapshot(door.installation.store) == before
        assert PLANTED not in log.getvalue()
        assert "祕" not in log.getvalue()


async def test_signed_bodies_that_are_no_webhook_leave_no_trace(database_url: str) -> None:
    """Whoever has the secret and sends nonsense learns that it is nonsense: 400, never a 5xx."""
    async with at_the_door(database_url, MONDAY) as door:
        before = await snapshot(door.installation.store)
        with logged_at_debug() as log:
            for body in (*DEEP, b"", b"\xff\xfe", BODY[:-2], b"[]", b"7", b'{"events":{}}'):
                assert await door.posts(body) == 400

        assert await snapshot(door.installation.store) == before
        assert PLANTED not in log.getvalue()


async def test_a_replayed_webhook_changes_nothing_now_and_a_month_later(database_url: str) -> None:
    """A hundred times at once and a hundred times 30 days later: LINE's id says it was there."""
    async with at_the_door(database_url, MONDAY) as door:
        event = {
            "type": "postback",
            "webhookEventId": "01HZZZZZZZZZZZZZZZZZZZZZ01",
            "timestamp": int(MONDAY.timestamp() * 1000),
            "source": {"type": "user", "userId": door.cast.address("小美")},
            "replyToken": "token",
            "postback": {"data": f"noup:{door.cast.terms['113-1'].id}:1"},
        }
        assert await door.delivers(event) == 200
        await door.conversation.drain()
        before = await snapshot(door.installation.store)
        assert len(before["decision"]) == 1

        for at in (MONDAY, MONDAY.replace(month=10)):
            door.clock.at = at
            for _ in range(100):
                assert await door.delivers(event) == 200
            await door.conversation.drain()

        assert await snapshot(door.installation.store) == before
        assert len(before[str(InboundEvent.__tablename__)]) == 1
        assert len(door.line.answered) == 1
