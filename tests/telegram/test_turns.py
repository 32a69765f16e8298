"""Whose turn it is: so many a second over all, one a second to a chat, answers first."""

import asyncio
import random

import pytest

from bot.telegram.turns import Turns
from tests.faults.shuffled_loop import ShuffledLoop


async def test_turns_are_spread_evenly() -> None:
    """Twenty at a hundred a second take at least nineteen hundredths of a second."""
    turns, loop = Turns(100, 0), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.gather(*(turns.turn(str(n)) for n in range(20)))

    assert loop.time() - began >= 0.17


async def test_a_chat_gets_one_turn_in_its_time_and_others_do_not_wait_for_it() -> None:
    """The second message to a chat waits; the first one to another does not."""
    turns, loop = Turns(1000, 0.2), asyncio.get_running_loop()
    began = loop.time()
    order: list[str] = []

    async def take(chat: str) -> None:
        await turns.turn(chat)
        order.append(chat)

    await asyncio.gather(take("a"), take("a"), take("b"))
    assert order == ["a", "b", "a"]
    assert loop.time() - began >= 0.19


async def test_answers_go_ahead_of_notices() -> None:
    """Whoever has just tapped is not held up by a morning's reminders."""
    turns, order = Turns(50, 0), []

    async def take(name: str, *, ahead: bool) -> None:
        await turns.any_turn(ahead=ahead)
        order.append(name)

    notices = [asyncio.create_task(take("notice", ahead=False)) for _ in range(5)]
    await asyncio.sleep(0)
    await asyncio.gather(take("answer", ahead=True), *notices)

    assert order.index("answer") <= 2  # who came to an idle bot had a turn already


async def test_nobody_gets_a_turn_while_the_bot_is_to_be_left_alone() -> None:
    """It goes on when the time is over, in the order in which turns were asked for."""
    turns, loop = Turns(1000, 0), asyncio.get_running_loop()
    turns.hold(0.2)
    began = loop.time()
    assert 0.1 < turns.held_for <= 0.2
    await asyncio.gather(turns.turn("a"), turns.turn("b"))

    assert loop.time() - began >= 0.19
    assert turns.held_for == 0


async def test_who_waited_too_long_leaves_the_turn_to_the_next() -> None:
    """A wait that was given up takes nobody's place."""
    turns = Turns(1000, 0)
    turns.hold(0.1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await turns.turn("a")

    async with asyncio.timeout(5):
        await turns.turn("a")


async def test_what_waits_at_the_end_is_told_so() -> None:
    """Nobody waits for a turn that does not come."""
    turns = Turns(1, 0)
    await turns.turn("a")
    await turns.turn("a")
    waiting = asyncio.create_task(turns.any_turn())
    await asyncio.sleep(0)
    turns.close()

    with pytest.raises(asyncio.CancelledError):
        await waiting


def test_a_group_gets_twenty_turns_in_any_minute() -> None:
    """The twenty-first waits until the first is a minute ago; a private chat does not."""

    async def taken() -> list[float]:
        turns, loop = Turns(29, 1.05), asyncio.get_running_loop()
        at: dict[str, list[float]] = {"-100": [], "100": []}
        for chat, when in at.items():
            began = loop.time()
            for _ in range(45):
                await turns.turn(chat)
                when.append(loop.time() - began)
        assert at["100"][-1] < 50
        return at["-100"]

    loop = ShuffledLoop(random.Random(1))
    at = loop.run_until_complete(taken())
    loop.close()
    assert all(later - first >= 60 for first, later in zip(at, at[20:], strict=False))
    assert at[40] < 123
