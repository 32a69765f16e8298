"""What an update means: known kinds by a table, everything else never breaks."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.heard import Heard
from bot.telegram.parse import hear
from bot.telegram.updates import Ticket
from handlers.actions import (
    Action,
    AskQuestion,
    SendCode,
    SendFile,
    ShowHelp,
    ShowHome,
    ShowStatus,
    UnknownAction,
)
from handlers.codec import pack
from handlers.typed import COMMANDS, understand

Json = dict[str, Any]
RECEIVED = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
MEI, GROUP = 5_000_000_123, -1_001_234_567_890
ME: Json = {"id": MEI, "is_bot": False, "first_name": "小美"}
BOT: Json = {"id": 7_000_000_001, "is_bot": True, "first_name": "歷程鈴"}
PRIVATE: Json = {"id": MEI, "type": "private"}
SUPERGROUP: Json = {"id": GROUP, "type": "supergroup"}


def heard(update: Json) -> Heard:
    """Return what an update says."""
    return hear(orjson.dumps({"update_id": 10, **update}), RECEIVED)


def message(chat: Json = PRIVATE, **content: Any) -> Json:
    """Give an update with a message."""
    return {"message": {"message_id": 4, "date": 1, "chat": chat, "from": ME, **content}}


def tap(data: str = pack(ShowStatus()), chat: Json = PRIVATE, date: int = 5) -> Json:
    """Give an update with a tap on a message."""
    on = {"message_id": 4, "date": date, "chat": chat}
    return {"callback_query": {"id": "99", "from": ME, "message": on, "data": data}}


def member(before: str, after: str, chat: Json = PRIVATE) -> Json:
    """Give an update about the bot's own place in a chat."""
    statuses = {"old_chat_member": {"status": before}, "new_chat_member": {"status": after}}
    return {"my_chat_member": {"chat": chat, "from": ME, "date": 1, **statuses}}


@pytest.mark.parametrize(
    ("update", "action"),
    [
        (message(text="我的進度"), ShowStatus()),
        (message(text="/status"), ShowStatus()),
        (message(text="/STATUS@bell_bot"), ShowStatus()),
        (message(text="/start"), ShowHome()),
        (message(text="/start 7KQ2M-XW9RA"), SendCode("7KQ2M-XW9RA")),
        (message(text="/start@bell_bot 7KQ2MXW9RA"), SendCode("7KQ2MXW9RA")),
        (message(text="7KQ2M-XW9RA"), SendCode("7KQ2M-XW9RA")),
        (message(text="/nonsense"), UnknownAction()),
        (message(text="/"), UnknownAction()),
        (message(sticker={}), UnknownAction()),
        (message(location={}), UnknownAction()),
        (message(kind_of_2031={}), UnknownAction()),
        (message(photo=[]), SendFile()),
        (message(document={}, caption="作品"), SendFile()),
        (message(voice={}), SendFile()),
        (message(pinned_message={}), None),
        (tap(), ShowStatus()),
        (tap("nonsense"), UnknownAction()),
        (tap(""), UnknownAction()),
        (message(SUPERGROUP, text="大家好"), None),
        (message(SUPERGROUP, text="首頁"), ShowHome()),
        (message(SUPERGROUP, text="/help@bell_bot"), ShowHelp()),
        (message(SUPERGROUP, text="進度", reply_to_message={"from": BOT}), ShowStatus()),
        (message(SUPERGROUP, photo=[]), None),
        (message(SUPERGROUP, new_chat_members=[BOT]), None),
        (member("left", "member", SUPERGROUP), ShowHome()),
        (member("member", "kicked", SUPERGROUP), None),
        (member("member", "kicked"), None),
        (member("kicked", "member"), None),
        ({"edited_message": {"chat": PRIVATE, "from": ME, "text": "首頁"}}, None),
        ({"poll": {"id": "1"}}, None),
        ({}, None),
    ],
)
def test_what_is_meant(update: Json, action: Action | None) -> None:
    """The same actions as on any other channel."""
    assert heard(update).action == action


def test_a_question_stays_one_behind_a_slash() -> None:
    """What follows a command that there is not is read as typed."""
    assert isinstance(understand("認證什麼時候截止？"), AskQuestion)
    assert heard(message(text="認證什麼時候截止？")).action == understand("認證什麼時候截止？")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_can_be_typed_behind_a_slash(command: Any) -> None:
    """The word that an app lists leads where the typed word leads."""
    if command.listed:
        assert heard(message(text=f"/{command.name}")).action == command.action
        assert len(command.name) <= 32
        assert set(command.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@pytest.mark.parametrize(
    ("update", "place", "in_group", "follow"),
    [
        (message(text="x"), MEI, False, None),
        (tap(), MEI, False, None),
        (tap(chat={}), MEI, False, None),
        (message(SUPERGROUP, text="x"), GROUP, True, None),
        (message({"id": GROUP, "type": "group"}, text="x"), GROUP, True, None),
        (message({"id": GROUP, "type": "channel"}, text="x"), GROUP, True, None),
        (message({"id": GROUP, "type": "of 2031"}, text="x"), GROUP, True, None),
        (tap(chat=SUPERGROUP), GROUP, True, None),
        (member("member", "kicked"), MEI, False, False),
        (member("kicked", "member"), MEI, False, True),
        (member("member", "kicked", SUPERGROUP), GROUP, True, None),
    ],
)
def test_who_it_was_and_where(
    update: Json, place: int, in_group: bool, follow: bool | None
) -> None:
    """A person's number is also the number of the chat with them; a group has its own."""
    said = heard(update)

    assert (said.address, said.place) == (str(MEI), str(place))
    assert (said.in_group, said.follow) == (in_group, follow)
    assert said.key == "10"


def test_the_ticket_names_what_is_to_be_edited_and_acknowledged() -> None:
    """A typed text has neither; a message that is too old to be edited is answered anew."""
    assert Ticket.read(heard(tap()).reply_token) == Ticket(str(MEI), "4", "99")
    assert Ticket.read(heard(tap(date=0)).reply_token) == Ticket(str(MEI), "", "99")
    assert Ticket.read(heard(message(text="x")).reply_token) == Ticket(str(MEI))
    assert Ticket.read("") == Ticket("")


def test_what_a_bot_says_is_nobodys() -> None:
    """An anonymous administrator writes as a bot: no account is made of it."""
    said = heard({"message": {"date": 1, "chat": SUPERGROUP, "from": BOT, "text": "/home"}})

    assert (said.address, said.place) == ("", str(GROUP))


@pytest.mark.parametrize(
    ("date", "happened"),
    [
        (int(RECEIVED.timestamp()) - 60, RECEIVED - timedelta(seconds=59)),
        (int(RECEIVED.timestamp()), RECEIVED),
        (int(RECEIVED.timestamp()) + 60, RECEIVED),
        (-1, RECEIVED),
        (10**15, RECEIVED),
        ("now", RECEIVED),
        (None, RECEIVED),
    ],
)
def test_when_it_happened(date: Any, happened: datetime) -> None:
    """A message names its second; nothing happens after it came."""
    assert heard(message(date=date) if date is not None else tap()).happened_at == happened


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                """update_id message callback_query my_chat_member chat from id type text data date
                message_id new_chat_member status is_bot reply_to_message""".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


@given(JSON)
def test_no_update_breaks_the_reading(update: Any) -> None:
    """Whatever stands where: something is heard, if only nothing."""
    assert isinstance(hear(json.dumps(update).encode(), RECEIVED), Heard)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    """Not even what is no JSON."""
    assert hear(raw, RECEIVED).action is None
