"""A tick that takes minutes beats on its way, as on a morning of 500 schools."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.queries import heartbeats
from models.store import Store
from scheduler import jobs
from scheduler.separately import each_by_itself
from tests.support.cast import taipei
from tests.support.kept import kept_store

NOON = taipei(2024, 10, 9, 12)


@dataclass
class LoopTime:
    """The time of an event loop that a test moves."""

    at: float = 0.0

    def time(self) -> float:
        """Return where it stands."""
        return self.at


async def beaten_at(store: Store) -> datetime | None:
    """Return when planning was last known to be alive."""
    async with store.reading() as session:
        return (await heartbeats.last(session)).get(jobs.PLAN)


async def test_a_tick_beats_while_it_goes_on_from_school_to_school(sqlite_url: str) -> None:
    """At most every so often, a school that breaks included; its last beat is of its end."""
    seen = []
    async with kept_store(sqlite_url) as store:
        pulse, loop = jobs.Pulse(store, jobs.PLAN, NOON), LoopTime()
        pulse._loop, pulse._began, pulse._beaten = loop, 0.0, 0.0  # type: ignore[assignment]

        async def plan(school_id: int) -> None:
            loop.at += 10.5
            seen.append(await beaten_at(store))
            if school_id == 2:
                raise KeyError

        await each_by_itself("plan", range(1, 6), plan, pulse.goes_on)
        on_the_way = [None, None, NOON + timedelta(seconds=21), NOON + timedelta(seconds=21)]
        assert seen == [*on_the_way, NOON + timedelta(seconds=42)]
        await pulse.beat()
        assert await beaten_at(store) == NOON + timedelta(seconds=52)


async def test_a_tick_that_takes_no_time_beats_at_its_own_instant(sqlite_url: str) -> None:
    """So that a rehearsed day is the same whoever's machine it is rehearsed on."""
    async with kept_store(sqlite_url) as store:
        await jobs.tick_plan(store, NOON)
        assert await beaten_at(store) == NOON
