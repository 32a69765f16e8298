"""What only LINE has: free answers, retry keys, a quota, rich menus, messages taken back."""

import pytest

from handlers.menus import Attire
from models.tables import ChatAccount, Delivery, InboundEvent, Notice
from models.vocabulary import DeliveryState, EventState, NoticeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import LINE, Place
from tests.support.stage import playing, rows

ON_RECEIPT = taipei(2024, 10, 10, 9)


async def test_an_answer_is_free_and_one_that_matters_is_pushed_where_it_fails(
    sqlite_url: str,
) -> None:
    """A confirmation whose free answer could not leave costs one message."""
    async with playing(Place(LINE, sqlite_url), ON_RECEIPT) as stage:
        await stage.add(cast.statement, of="小美")
        await stage.of("小美").types("收訖")
        stage.app.faults.add("error_before", path="/reply")
        await stage.of("小美").types("資料正確無誤")
        await stage.ticks()

        assert [one.via for one in stage.line.world.accepted] == ["reply", "push"]


@pytest.mark.parametrize(
    "fault",
    [
        "error_before",
        "error_after",
        "silence_after",
        "drip_after",
        "reset_before",
        "reset_after",
        "rate_limit",
        "concurrency_limit",
    ],
)
async def test_a_reminder_arrives_once_whatever_the_call_meets(sqlite_url: str, fault: str) -> None:
    """Failed before or after acceptance, answered late or not at all: accepted once in the end."""
    async with playing(Place(LINE, sqlite_url), taipei(2024, 10, 9, 7)) as stage:
        await stage.add(cast.statement, of="小美")
        stage.app.faults.add(fault, path="/push", times=2)
        for minutes in (0, 2, 10, 30, 90):
            await stage.passes_to(taipei(2024, 10, 9, 8 + minutes // 60, minutes % 60))

        assert stage.accepted_for("小美") == 1
        told = [one for one in await rows(stage, Notice) if one.state is NoticeState.TOLD]
        assert told


async def test_a_spent_month_stops_pushes_and_says_so_in_the_ledger(database_url: str) -> None:
    """After 429 *monthly limit* nothing more is tried this month; free answers still leave."""
    async with playing(Place(LINE, database_url), taipei(2024, 10, 9, 7)) as stage:
        for name in ("小美", "阿明"):
            await stage.add(cast.statement, of=name)
        stage.line.account.quota = 0
        for hour in (8, 10, 12):
            await stage.passes_to(taipei(2024, 10, 9, hour))
        assert [one for one in stage.line.world.accepted if one.via == "push"] == []
        states = {row.state for row in await rows(stage, Delivery)}
        assert DeliveryState.ACCEPTED not in states
        await stage.of("小美").types("收訖")
        await stage.of("小美").sees("收訖明細")


async def test_who_chooses_english_reads_english_at_once_in_the_menu_too(
    sqlite_url: str,
) -> None:
    """The answer and the menu change with the tap; a menu is created when first needed."""
    async with playing(Place(LINE, sqlite_url)) as stage:
        pupil, account = stage.line.phone(stage, stage.cast.address("小美")), stage.line.account
        await pupil.types("我的進度")
        assert "我的總覽" in await pupil.menu()
        assert len(account.rich_menus) == 1

        await pupil.types("english")
        await pupil.sees("From now on you are answered in English.")
        assert "My overview" in await pupil.menu()
        address = stage.cast.address("小美")
        (kept,) = [one for one in await rows(stage, ChatAccount) if one.address == address]
        assert kept.menu == Attire("pupil", "en").worn

        await pupil.types("中文")
        await pupil.sees("中文")
        assert "我的總覽" in await pupil.menu()
        assert len(account.rich_menus) == 2


async def test_events_of_several_people_and_of_no_known_kind_in_one_webhook(
    database_url: str,
) -> None:
    """One webhook with two people's texts and a kind from the future: both people are answered."""
    async with playing(Place(LINE, database_url)) as stage:
        people = [stage.of("小美"), stage.of("阿明")]
        events = [
            {
                "type": "message",
                "webhookEventId": f"01HZZZZZZZZZZZZZZZZZZZZZ{number:02}",
                "timestamp": 1_726_452_000_000 + number,
                "mode": "active",
                "source": {"type": "user", "userId": phone.chat_id, "mood": "happy"},
                "replyToken": stage.line.world.issue_reply_token(stage.line.account, phone.chat_id),
                "deliveryContext": {"isRedelivery": False},
                "message": {"type": "text", "id": str(number), "text": "我的進度", "later": 1},
            }
            for number, phone in enumerate(people)
        ]
        events.insert(1, {"type": "telepathy", "webhookEventId": "01HZZZZZZZZZZZZZZZZZZZZZ99"})
        await stage.line.deliveries.send(stage.line.account, events)
        await stage.settled()
        for phone in people:
            assert await phone.text() != ""
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


async def test_a_message_that_was_taken_back_is_not_kept(database_url: str) -> None:
    """Once acted upon, an event's text is gone from the store; unsending changes nothing else."""
    async with playing(Place(LINE, database_url)) as stage:
        pupil = stage.of("小美")
        await pupil.types("祕密")
        sent = [one["id"] for one in (await pupil.view())["messages"] if one["from"] == "user"]
        await pupil.sends("unsend", messageId=sent[-1])
        assert [row.raw for row in await rows(stage, InboundEvent)] == [b"", b""]
