"""What an event says, and that no event, however odd, breaks the reading of it."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from bot.heard import Heard
from bot.line.parse import hear
from handlers.actions import (
    Action,
    CertifyItem,
    SendFile,
    ShowHome,
    ShowStatus,
    UnknownAction,
)
from handlers.codec import pack

RECEIVED_AT = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
USER = "U" + "1" * 32
GROUP = "C" + "2" * 32
MILLIS = 1_767_571_200_123
Json = dict[str, Any]


def event(kind: str, **more: Any) -> Json:
    """Give an event of one person, as LINE sends it."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": MILLIS,
        "source": {"type": "user", "userId": USER},
        "webhookEventId": "01H0000000000000000000000X",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "token",
        **more,
    }


def said(text: str, **more: Any) -> Json:
    """Give a text message."""
    return event("message", message={"type": "text", "id": "1", "text": text, **more})


def in_group(event: Json) -> Json:
    """Give the same event in a group."""
    return {**event, "source": {"type": "group", "groupId": GROUP, "userId": USER}}


def heard(event: object) -> Heard:
    """Read an event."""
    return hear(orjson.dumps(event), RECEIVED_AT)


MENTION = {"mentionees": [{"index": 0, "length": 5, "isSelf": True, "type": "user"}]}


@pytest.mark.parametrize(
    ("given", "action"),
    [
        (event("postback", postback={"data": pack(CertifyItem(4711, 3))}), CertifyItem(4711, 3)),
        (event("postback", postback={"data": "nonsense"}), UnknownAction()),
        (
            event("postback", postback={"data": "home", "params": {"date": "2026-01-01"}}),
            ShowHome(),
        ),
        (event("postback"), UnknownAction()),
        (said("進度"), ShowStatus()),
        (said("天氣真好"), UnknownAction()),
        (event("message", message={"type": "image"}), SendFile()),
        (event("message", message={"type": "video"}), SendFile()),
        (event("message", message={"type": "audio"}), SendFile()),
        (event("message", message={"type": "file"}), SendFile()),
        (event("message", message={"type": "sticker"}), UnknownAction()),
        (event("message", message={"type": "location"}), UnknownAction()),
        (event("message", message={"type": "hologram"}), UnknownAction()),
        (event("follow", follow={"isUnblocked": False}), ShowHome()),
        (event("unfollow"), None),
        (event("unsend", unsend={"messageId": "9"}), None),
        (event("hologramReceived"), None),
        ({**said("進度"), "mode": "standby"}, None),
        (in_group(event("join")), ShowHome()),
        (in_group(event("memberJoined")), None),
        (in_group(said("進度")), ShowStatus()),
        (in_group(said("天氣真好")), None),
        (in_group(said("@歷程鈴 ", mention=MENTION)), ShowHome()),
        (in_group(said("@歷程鈴 進度", mention=MENTION)), ShowStatus()),
        (in_group(said("@歷程鈴 天氣真好", mention=MENTION)), UnknownAction()),
        (in_group(event("message", message={"type": "sticker"})), None),
        (in_group(event("message", message={"type": "image"})), None),
        (in_group(event("postback", postback={"data": "home"})), ShowHome()),
    ],
)
def test_every_kind_of_event_has_its_meaning(given: Json, action: Action | None) -> None:
    """A tap, a typed command, a file, a sticker, and what wants no answer."""
    assert heard(given).action == action


def test_an_answer_goes_where_the_event_came_from() -> None:
    """In a group the person and the place differ."""
    alone, together = heard(said("進度")), heard(in_group(said("進度")))

    assert (alone.address, alone.place, alone.in_group) == (USER, USER, False)
    assert (together.address, together.place, together.in_group) == (USER, GROUP, True)


def test_blocking_and_coming_back_are_noticed() -> None:
    """Follow and unfollow are all that LINE ever says about it."""
    assert heard(event("follow")).follow is True
    assert heard(event("unfollow")).follow is False
    assert heard(said("進度")).follow is None


def test_an_unsent_message_is_named() -> None:
    """What a person took back can be found."""
    assert heard(event("unsend", unsend={"messageId": "9"})).unsent == "9"


def test_an_event_keeps_its_own_time_and_key() -> None:
    """A redelivered event is the same event."""
    once = heard(said("進度"))
    again = heard({**said("進度"), "deliveryContext": {"isRedelivery": True}})

    assert once.happened_at == datetime(2026, 1, 5, 0, 0, 0, 123000, tzinfo=UTC)
    assert (again.happened_at, again.key) == (once.happened_at, once.key)


def test_half_an_emoji_in_a_text_is_read() -> None:
    """What no encoding can hold does not travel further."""
    raw = orjson.dumps(said("X")).replace(b'"X"', b'"\\ud83d"')

    assert hear(raw, RECEIVED_AT).action == UnknownAction()


ODD: tuple[Any, ...] = (
    None, True, -1, 2**70, 1e308, "", "進度", "\x00", "\ud83d", "\u202e", [], {}, [[]],
    {"type": "text"},
    {"type": 7}, {"data": 7}, {"mentionees": [{"isSelf": True, "index": -3, "length": 10**9}]},
)  # fmt: skip


def odd(value: Any, dice: random.Random) -> Any:
    """Replace, drop or add parts of a value at random."""
    if dice.random() < 0.15:
        return dice.choice(ODD)
    if isinstance(value, dict):
        kept = {key: odd(each, dice) for key, each in value.items() if dice.random() > 0.1}
        return {**kept, "new": dice.choice(ODD)} if dice.random() < 0.2 else kept
    if isinstance(value, list):
        return [odd(each, dice) for each in value]
    return value


def test_five_thousand_odd_events_are_all_read() -> None:
    """Nothing that is JSON breaks the reading; bytes that are no JSON mean nothing."""
    dice = random.Random(7)
    kinds = [
        in_group(said("@歷程鈴 進度", mention=MENTION)),
        said("進度"),
        event("postback", postback={"data": "cert:1:2"}),
        event("unsend", unsend={"messageId": "9"}),
        event("follow", follow={"isUnblocked": True}),
    ]
    for _ in range(5000):
        raw = json.dumps(odd(dice.choice(kinds), dice)).encode() if dice.random() > 0.01 else b"{"
        found = hear(raw, RECEIVED_AT)

        assert found.happened_at.tzinfo is UTC
        found.key.encode("ascii")
        found.address.encode()
