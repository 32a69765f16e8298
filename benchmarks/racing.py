"""Races: each contestant in a process of its own, all in interleaved rounds.

A process of its own keeps one contestant's imports and memory from being counted as another's; in
turn, a round each, a busy moment of the machine hits all alike. What prepares a round is not timed.
"""

import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from benchmarks import progress
from benchmarks.measuring import Line, Role, Round, cpu_seconds, peak_megabytes
from benchmarks.sizes import Size
from bot import garbage

_SPAWN = multiprocessing.get_context("spawn")


async def _nothing() -> None:
    """Prepare nothing."""


def _no_figures() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a contestant works, and on how much."""

    size: Size
    url: str = ""
    peer: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a contestant does in a round; `work` returns how many things it did.

    `figures` says more about the round. `pid` is the process that is measured where the contestant
    only drives it.
    """

    work: Callable[[], Awaitable[int]]
    prepare: Callable[[], Awaitable[None]] = _nothing
    figures: Callable[[], Mapping[str, float]] = _no_figures
    pid: int | None = None


Entrant = Callable[[Setting], AbstractAsyncContextManager[Turn]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """Somebody in a race; `team` processes share the work, of which the first one prepares."""

    name: str
    role: Role
    entrant: Entrant
    setting: Setting
    team: int = 1


@dataclass(slots=True)
class _Kept:
    """The rounds of one contestant so far."""

    rounds: list[Round] = field(default_factory=list)
    megabytes: float = 0.0


def race(title: str, contestants: Sequence[Contestant], *, rounds: int) -> list[Line]:
    """Run every contestant once a round, in turn, and return a line for each."""
    kept = {each.name: _Kept() for each in contestants}
    with ExitStack() as stack:
        teams = {}
        for each in contestants:
            teams[each.name] = [stack.enter_context(_process(each)) for _ in range(each.team)]
        for number in range(rounds):
            for name, pipes in teams.items():
                progress.step(f"{title}: {name}, round {number + 1} of {rounds}")
                _run(pipes, kept[name])
    return [_line(title, each, kept[each.name]) for each in contestants]


def _run(pipes: Sequence[Connection], kept: _Kept) -> None:
    """Let a team prepare, and then all of it work at once."""
    pipes[0].send("prepare")
    _received(pipes[0])
    started = time.perf_counter()
    for pipe in pipes:
        pipe.send("work")
    done: list[tuple[Round, float]] = [_received(pipe) for pipe in pipes]
    seconds = time.perf_counter() - started
    rounds = [one for one, _ in done]
    more = {name: value for one in rounds for name, value in one.more.items()}
    kept.rounds.append(
        Round(
            sum(one.done for one in rounds),
            seconds if len(rounds) > 1 else rounds[0].seconds,
            sum(one.cpu for one in rounds),
            more,
        )
    )
    kept.megabytes = max(kept.megabytes, *(peak for _, peak in done))


def _line(title: str, contestant: Contestant, kept: _Kept) -> Line:
    rounds = kept.rounds
    return Line(
        title,
        contestant.name,
        contestant.role,
        statistics.median(one.done / one.seconds for one in rounds),
        statistics.median(one.cpu / one.done for one in rounds) * 1000,
        kept.megabytes,
        {
            name: statistics.median(one.more[name] for one in rounds if name in one.more)
            for name in {name for one in rounds for name in one.more}
        },
    )


@contextmanager
def _process(contestant: Contestant) -> Any:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(
        target=compete, args=(contestant.entrant, contestant.setting, theirs), daemon=False
    )
    process.start()
    theirs.close()
    try:
        _received(ours)
        yield ours
        ours.send("end")
        process.join(30)
    finally:
        if process.is_alive():
            process.terminate()
            process.join()


def _received(pipe: Connection) -> Any:
    try:
        answer = pipe.recv()
    except EOFError:
        raise RuntimeError("a contestant has ended; what it said is above") from None
    return answer


def compete(entrant: Entrant, setting: Setting, pipe: Connection) -> None:
    """Do rounds of work as they are asked for: the main function of a contestant's process."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_compete(entrant, setting, pipe))


def _loop_factory() -> Any:
    from uvicorn.loops.auto import auto_loop_factory

    return auto_loop_factory()


async def _compete(entrant: Entrant, setting: Setting, pipe: Connection) -> None:
    async with entrant(setting) as turn:
        garbage.spare()  # as the product's own processes do, once all that they need is imported
        pipe.send("ready")
        async for asked in _asked(pipe):
            if asked == "prepare":
                await turn.prepare()
                pipe.send("prepared")
            else:
                pipe.send((await _timed(turn), peak_megabytes(turn.pid or "self")))


async def _asked(pipe: Connection) -> AsyncIterator[str]:
    """Give what is asked for until the end; whatever the contestant has open goes on meanwhile."""
    while (asked := await asyncio.to_thread(pipe.recv)) != "end":
        yield asked


async def _timed(turn: Turn) -> Round:
    started, used = time.perf_counter(), _cpu(turn)
    done = await turn.work()
    seconds = time.perf_counter() - started
    return Round(done, seconds, _cpu(turn) - used, turn.figures())


def _cpu(turn: Turn) -> float:
    return cpu_seconds(turn.pid) if turn.pid else sum(os.times()[:2])
