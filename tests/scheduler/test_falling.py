"""A tick plans the schools in which something falls due, and leaves the others alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from benchmarks import crowd
from benchmarks.sizes import SIZES
from models.queries import windows
from models.queries.schools import rulebook_of
from models.rules.calendar import SchoolCalendar
from models.rules.reminders import digests
from models.store import Store
from models.tables import Extension, School
from scheduler import falling
from scheduler.planning import announcements, calls_again, plan

A_SECOND = timedelta(seconds=1)
BEGIN, END = crowd.OPENS_AT, crowd.CLOSES_AT + timedelta(days=330)
SCHOOL, OTHER = crowd.FIRST, crowd.FIRST + 1


@pytest.fixture
def url(database_url: str) -> str:
    """Give two schools with the same windows and rules."""
    crowd.gather(database_url, SIZES["tiny"])
    return database_url


async def test_every_instant_at_which_planning_says_something_is_found(url: str) -> None:
    """A school is found for each of them, and not for the quarter of a minute after it."""
    store = Store(url)
    instants = await _instants(store)
    assert len(instants) > 100
    for at in instants[::5]:
        assert await _found(store, at - A_SECOND, at) == [SCHOOL, OTHER]
        if not any(at < other <= at + 15 * A_SECOND for other in instants):
            assert await _found(store, at, at + 15 * A_SECOND) == []
    await store.close()


async def test_a_school_at_rest_is_planned_now_and_then(url: str) -> None:
    """What has changed in it meanwhile is caught up with after some minutes."""
    store = Store(url)
    now = crowd.AFTER + timedelta(minutes=1)
    nearly = now - falling.LONGEST_REST + A_SECOND
    assert await _found(store, nearly, now) == []
    assert await _found(store, now - falling.LONGEST_REST, now) == [SCHOOL, OTHER]
    assert (await plan(store, now)).schools == 2
    assert (await plan(store, now + A_SECOND)).schools == 0
    await store.close()


async def test_a_school_with_an_extension_is_always_planned(url: str) -> None:
    """Somebody's own end has occasions of its own, which only planning knows."""
    store = Store(url)
    now = crowd.AFTER + timedelta(minutes=1)
    async with store.writing() as session:
        session.add(
            Extension(
                school_id=OTHER,
                person_id=SIZES["tiny"].pupils + 1,
                window_id=OTHER * 10,
                closes_at=crowd.CLOSES_AT + timedelta(days=3),
                reason="ill",
                granted_at=now,
            )
        )
    assert await _found(store, now, now + A_SECOND) == [OTHER]
    await store.close()


async def _found(store: Store, after: datetime, now: datetime) -> list[int]:
    async with store.writing() as session:
        await session.execute(sa.update(School).values(planned_until=after))
    return await falling.schools(store, now)


async def _instants(store: Store) -> list[datetime]:
    """Return every instant at which planning itself has something to say in a school."""
    async with store.reading() as session:
        school = await session.get_one(School, SCHOOL)
        found = await windows.of_school(session, SCHOOL)
    return sorted(set(_said(school, found)))


def _said(school: School, found: list[windows.TermWindow]) -> Iterator[datetime]:
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    for window in found:
        for each in announcements(window, rulebook, calendar, BEGIN, END):
            yield each.due_at
        yield from _calls(window, school)
    for _, plan_ in rulebook.plans():
        yield from (each.due_at for each in digests(plan_, calendar, BEGIN, END))


def _calls(window: windows.TermWindow, school: School) -> Iterator[datetime]:
    """Give when a last call is said again; planning tells only of what falls while it is open."""
    rulebook = rulebook_of(school)
    calendar = SchoolCalendar(rulebook.school_days)
    last = window.closes_at - A_SECOND
    for each in calls_again(window, rulebook, calendar, BEGIN, last):
        yield each.due_at
