"""A tap acts once and a notice arrives once, whatever LINE, the network or a crash does between."""

import asyncio
from collections import Counter

import pytest

from models.tables import AuditEntry, Confirmation, Delivery, InboundEvent, Notice
from models.vocabulary import DeliveryState, EventState, NoticeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.stage import ACCOUNT, Stage, playing, rows

ON_RECEIPT = taipei(2024, 10, 10, 9)


async def _statement_on_screen(stage: Stage) -> None:
    await stage.add(cast.statement, of="小美")
    await stage.of("小美").types("收訖")


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "lose"])
async def test_a_tap_acts_once_however_its_webhook_travels(database_url: str, fault: str) -> None:
    """Duplicated, overtaken or lost and redelivered: one confirmation, one entry, one answer."""
    async with playing(database_url, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        stage.world.faults.add(fault, milliseconds=50)
        await stage.of("小美").taps("資料正確無誤")
        await stage.deliveries.redeliver()
        await stage.settled()

        assert len(await rows(stage, Confirmation)) == 1
        deeds = Counter(entry.deed for entry in await rows(stage, AuditEntry))
        assert deeds["confirmed receipt"] == 1
        answers = [one for one in stage.world.accepted if one.via == "reply"]
        assert len(answers) == 2


async def test_two_processes_share_one_inbox(database_url: str) -> None:
    """Whoever takes up an event first acts; the other passes it over."""
    async with playing(database_url, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        tap = (await stage.of("小美").finds("資料正確無誤"))[-1]
        account = stage.world.accounts[ACCOUNT]
        other = stage.another_conversation()
        phone = f"/phone/{ACCOUNT}/{stage.of('小美').chat_id}/postback"
        for _ in range(5):
            await stage.post(phone, {"data": tap["data"]})
        await asyncio.gather(*(one.drain() for one in (stage.installation.conversation, other) * 3))
        assert len(await rows(stage, Confirmation)) == 1
        assert account.user_id
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


@pytest.mark.parametrize("fault", ["error_before", "silence_before", "reset_before", "rate_limit"])
async def test_an_answer_that_matters_is_pushed_when_replying_fails(
    sqlite_url: str, fault: str
) -> None:
    """A confirmation whose answer could not leave free of charge arrives as a push, once."""
    async with playing(sqlite_url, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        stage.world.faults.add(fault, path="/reply")
        await stage.of("小美").taps("資料正確無誤")
        assert await stage.of("小美").text() == ""
        await stage.ticks()
        await stage.of("小美").sees("確認")
        pushes = [one for one in stage.world.accepted if one.via == "push"]
        assert len(pushes) == 1


async def test_any_other_answer_waits_for_the_next_free_one(database_url: str) -> None:
    """An overview that could not be answered costs nothing: it rides on the next answer."""
    async with playing(database_url, ON_RECEIPT) as stage:
        stage.world.faults.add("error_before", path="/reply")
        await stage.of("小美").types("期程")
        assert await stage.of("小美").text() == ""
        await stage.ticks()
        await stage.of("小美").types("說明")
        await stage.of("小美").sees("期程", "可以輸入的文字")
        assert [one.via for one in stage.world.accepted] == ["reply"]


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
    async with playing(sqlite_url, taipei(2024, 10, 9, 7)) as stage:
        await stage.add(cast.statement, of="小美")
        stage.world.faults.add(fault, path="/push", times=2)
        for minutes in (0, 2, 10, 30, 90):
            await stage.passes_to(taipei(2024, 10, 9, 8 + minutes // 60, minutes % 60))

        to_her = [one for one in stage.world.accepted if one.user == stage.cast.address("小美")]
        assert len(to_her) == 1
        told = [one for one in await rows(stage, Notice) if one.state is NoticeState.TOLD]
        assert told
        assert stage.world.violations == []


async def test_a_spent_month_stops_pushes_and_says_so_in_the_ledger(database_url: str) -> None:
    """After 429 *monthly limit* nothing more is tried this month; free answers still leave."""
    async with playing(database_url, taipei(2024, 10, 9, 7)) as stage:
        for name in ("小美", "阿明"):
            await stage.add(cast.statement, of=name)
        stage.world.accounts[ACCOUNT].quota = 0
        for hour in (8, 10, 12):
            await stage.passes_to(taipei(2024, 10, 9, hour))
        assert [one for one in stage.world.accepted if one.via == "push"] == []
        states = {row.state for row in await rows(stage, Delivery)}
        assert DeliveryState.ACCEPTED not in states
        await stage.of("小美").types("收訖")
        await stage.of("小美").sees("收訖明細")


async def test_nobody_is_told_who_did_it_meanwhile(database_url: str) -> None:
    """Between planning and sending a pupil confirms: the reminder is withdrawn with its reason."""
    async with playing(database_url, taipei(2024, 10, 13, 22)) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 10, 13, 23))  # at night nothing leaves
        await pupil.types("收訖")
        await pupil.taps("資料正確無誤")
        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 10, 14, 8))
        await pupil.sees_nothing_of("收訖明細")


async def test_nothing_leaves_at_night(database_url: str) -> None:
    """What falls due at night arrives in the morning."""
    async with playing(database_url, taipei(2024, 10, 8, 23)) as stage:
        await stage.add(cast.statement, of="小美")
        for hour in (0, 3, 6):
            await stage.passes_to(taipei(2024, 10, 9, hour))
        assert stage.world.accepted == []
        await stage.passes_to(taipei(2024, 10, 9, 8))
        await stage.of("小美").sees("收訖明細")
