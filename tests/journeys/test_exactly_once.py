"""A tap acts once and a notice arrives once, whatever the chat app or the network does between.

What only one app does, such as retry keys, stands in test_on_line and test_on_telegram.
"""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from models.tables import AuditEntry, Confirmation, InboundEvent
from models.vocabulary import EventState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import Place
from tests.support.stage import Stage, playing, rows

ON_RECEIPT = taipei(2024, 10, 10, 9)


async def _statement_on_screen(stage: Stage) -> None:
    await stage.add(cast.statement, of="小美")
    await stage.of("小美").types("收訖")


@pytest.mark.parametrize("fault", ["duplicate", "reorder", "lose"])
async def test_a_tap_acts_once_however_its_webhook_travels(any_place: Place, fault: str) -> None:
    """Duplicated, overtaken or lost and redelivered: one confirmation, one entry, one answer."""
    async with playing(any_place, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        stage.app.faults.add(fault, milliseconds=50)
        await stage.of("小美").taps("資料正確無誤")
        await stage.app.redeliver()
        await stage.settled()

        assert len(await rows(stage, Confirmation)) == 1
        deeds = Counter(entry.deed for entry in await rows(stage, AuditEntry))
        assert deeds["confirmed receipt"] == 1
        assert stage.accepted_for("小美") == 2


async def test_two_processes_share_one_inbox(any_place: Place) -> None:
    """Whoever takes up an event first acts; the other passes it over."""
    async with playing(any_place, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        tap = (await stage.of("小美").finds("資料正確無誤"))[-1]
        other = stage.another_conversation()
        for _ in range(5):
            await stage.of("小美").presses(tap)
        await asyncio.gather(*(one.drain() for one in (stage.installation.conversation, other) * 3))
        assert len(await rows(stage, Confirmation)) == 1
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}


@pytest.mark.parametrize("fault", ["error_before", "silence_before", "reset_before", "rate_limit"])
async def test_an_answer_that_matters_is_pushed_when_replying_fails(
    light_place: Place, fault: str
) -> None:
    """A confirmation whose answer could not leave arrives as a message of its own, once."""
    async with playing(light_place, ON_RECEIPT) as stage:
        await _statement_on_screen(stage)
        before = stage.accepted_for("小美")
        stage.app.faults.add(fault, path=stage.app.answers_taps)
        await stage.of("小美").taps("資料正確無誤")
        assert await stage.of("小美").text() == ""
        await stage.passes_to(ON_RECEIPT + timedelta(minutes=1))
        await stage.of("小美").sees("確認")
        assert stage.accepted_for("小美") == before + 1


async def test_any_other_answer_waits_for_the_next_one(place: Place) -> None:
    """An overview that could not be answered costs nothing: it rides on the next answer."""
    async with playing(place, ON_RECEIPT) as stage:
        stage.app.faults.add("error_before", path=stage.app.answers_texts)
        await stage.of("小美").types("期程")
        assert await stage.of("小美").text() == ""
        await stage.ticks()
        assert stage.accepted_for("小美") == 0
        await stage.of("小美").types("說明")
        await stage.of("小美").sees("期程", "可以輸入的文字")
        assert stage.app.charged == 0


async def test_nobody_is_told_who_did_it_meanwhile(place: Place) -> None:
    """Between planning and sending a pupil confirms: the reminder is withdrawn with its reason."""
    async with playing(place, taipei(2024, 10, 13, 22)) as stage:
        await stage.add(cast.statement, of="小美")
        pupil = stage.of("小美")
        await stage.passes_to(taipei(2024, 10, 13, 23))  # at night nothing leaves
        await pupil.types("收訖")
        await pupil.taps("資料正確無誤")
        await pupil.looks_away()
        await stage.passes_to(taipei(2024, 10, 14, 8))
        await pupil.sees_nothing_of("收訖明細")


async def test_nothing_leaves_at_night(place: Place) -> None:
    """What falls due at night arrives in the morning."""
    async with playing(place, taipei(2024, 10, 8, 23)) as stage:
        await stage.add(cast.statement, of="小美")
        for hour in (0, 3, 6):
            await stage.passes_to(taipei(2024, 10, 9, hour))
        assert stage.accepted_for("小美") == 0
        await stage.passes_to(taipei(2024, 10, 9, 8))
        await stage.of("小美").sees("收訖明細")
