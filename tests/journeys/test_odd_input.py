"""Whatever arrives is answered and breaks nothing: files, groups, blocks, kinds yet unknown."""

from typing import Any

import pytest

from models.tables import ChatAccount, InboundEvent
from models.vocabulary import AccountState, EventState
from tests.support.stage import ACCOUNT, Stage, playing, rows


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("sticker", {"packageId": "446", "stickerId": "1988"}),
        ("location", {}),
        ("text", {"text": "今天天氣真好"}),
        ("text", {"text": "　 "}),
        ("text", {"text": "x" * 5_000}),
        ("text", {"text": "<b>&amp;{0}%s\u202e\u200b🎒"}),
        ("postback", {"data": "no such action"}),
        ("postback", {"data": "cert:zz:1"}),
    ],
)
async def test_a_person_always_gets_an_answer(
    sqlite_url: str, deed: str, body: dict[str, Any]
) -> None:
    """A sticker, a place, small talk, an unknown button: each is answered in Chinese."""
    async with playing(sqlite_url) as stage:
        pupil = stage.of("小美")
        await pupil.sends(deed, **body)
        assert await pupil.text() != ""
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


@pytest.mark.parametrize(
    ("deed", "body"), [("image", {}), ("video", {}), ("file", {"fileName": "報告.pdf", "size": 9})]
)
async def test_a_file_is_told_where_it_belongs(
    sqlite_url: str, deed: str, body: dict[str, Any]
) -> None:
    """Works are uploaded on the school platform; the chat says so instead of losing the file."""
    async with playing(sqlite_url) as stage:
        await stage.of("小美").sends(deed, **body)
        await stage.of("小美").sees("學校平臺")


async def test_blocking_is_noted_and_unblocking_greets(database_url: str) -> None:
    """Unfollow marks the account unreachable, follow marks it reachable and shows the overview."""
    async with playing(database_url) as stage:
        pupil = stage.of("小美")
        await pupil.sends("unfollow")
        assert await _state(stage, "小美") is AccountState.BLOCKED
        await pupil.sends("follow")
        assert await _state(stage, "小美") is AccountState.OPEN
        assert await pupil.text() != ""


async def test_a_group_never_reads_a_name(database_url: str) -> None:
    """In a group the bot answers commands with counts and dates, and keeps quiet otherwise."""
    async with playing(database_url) as stage:
        group = await stage.group("張導師", "小美", "阿明")
        await group.types("大家午餐吃什麼")
        assert await group.text() == ""
        for command in ("班級", "我的進度", "待認證"):
            await group.types(command)
            shown = await group.text()
            assert shown != ""
            assert not [name for name in stage.cast.people if name in shown]


async def test_events_of_several_people_and_of_no_known_kind_in_one_webhook(
    database_url: str,
) -> None:
    """One webhook with two people's texts and a kind from the future: both people are answered."""
    async with playing(database_url) as stage:
        people = [stage.of("小美"), stage.of("阿明")]
        events = [
            {
                "type": "message",
                "webhookEventId": f"01HZZZZZZZZZZZZZZZZZZZZZ{number:02}",
                "timestamp": 1_726_452_000_000 + number,
                "mode": "active",
                "source": {"type": "user", "userId": phone.chat_id, "mood": "happy"},
                "replyToken": stage.world.issue_reply_token(
                    stage.world.accounts[ACCOUNT], phone.chat_id
                ),
                "deliveryContext": {"isRedelivery": False},
                "message": {"type": "text", "id": str(number), "text": "我的進度", "later": 1},
            }
            for number, phone in enumerate(people)
        ]
        events.insert(1, {"type": "telepathy", "webhookEventId": "01HZZZZZZZZZZZZZZZZZZZZZ99"})
        await stage.deliveries.send(stage.world.accounts[ACCOUNT], events)
        await stage.settled()
        for phone in people:
            assert await phone.text() != ""
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


async def test_a_message_that_was_taken_back_is_not_kept(database_url: str) -> None:
    """Once acted upon, an event's text is gone from the store; unsending changes nothing else."""
    async with playing(database_url) as stage:
        pupil = stage.of("小美")
        await pupil.types("祕密")
        view = await stage.get(f"/phone/{ACCOUNT}/{pupil.chat_id}")
        sent = [one["id"] for one in view["messages"] if one["from"] == "user"]
        await pupil.sends("unsend", messageId=sent[-1])
        assert [row.raw for row in await rows(stage, InboundEvent)] == [b"", b""]


async def _state(stage: Stage, name: str) -> AccountState:
    address = stage.cast.address(name)
    (account,) = [one for one in await rows(stage, ChatAccount) if one.address == address]
    state: AccountState = account.state
    return state
