"""The public timetable through the real web application: off, on, off again, and what it holds."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from bot.calendars.public import OF_ONE_CALLER, public_timetables
from models.queries import publishing
from models.tables import Window
from scheduler.moving import Order, move_deadline
from tests.support.cast import taipei
from tests.support.doorstep import Doorstep, at_the_door
from tests.support.stage import HandClock

NOW = taipei(2024, 9, 2, 9)


@dataclass(slots=True)
class Reader:
    """Somebody with a browser, whom the school has never seen."""

    door: Doorstep
    http: httpx2.AsyncClient
    clock: HandClock

    @property
    def at(self) -> str:
        """Return the path of the school's page."""
        return f"/timetable/{self.door.cast.school.code}"

    async def switch(self, *, on: bool) -> None:
        """Let the registrar switch the page on or off."""
        async with self.door.installation.store.writing() as session:
            if on:
                await publishing.publish(session, self.door.cast.school.id, NOW)
            else:
                await publishing.withdraw(session, self.door.cast.school.id)


@pytest.fixture
async def reader(sqlite_url: str) -> AsyncIterator[Reader]:
    """Open the doors of a school that has published nothing."""
    async with at_the_door(sqlite_url, NOW) as door:
        clock = HandClock(NOW)
        app = Starlette(routes=public_timetables(door.installation, clock=clock))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url="https://bell.example") as http:
            yield Reader(door, http, clock)


async def test_what_is_not_public_looks_like_what_is_not_there(reader: Reader) -> None:
    """Off by default; on it keeps its address; switched off nobody learns that it was there."""
    unknown = await reader.http.get("/timetable/999999")
    never = [await reader.http.get(reader.at), await reader.http.get(f"{reader.at}.ics")]
    await reader.switch(on=True)
    there = [await reader.http.get(reader.at), await reader.http.get(f"{reader.at}.ics")]
    await reader.switch(on=False)
    gone = [await reader.http.get(reader.at), await reader.http.get(f"{reader.at}.ics")]

    assert [each.status_code for each in there] == [200, 200]
    for each in (*never, *gone):
        assert (each.status_code, each.content) == (404, unknown.content)
        assert each.headers == unknown.headers


async def test_the_page_holds_the_dates_and_nothing_about_anybody(reader: Reader) -> None:
    """In Chinese, with what follows, and how to subscribe; no script, no name."""
    await reader.switch(on=True)

    page = await reader.http.get(reader.at)

    assert 'lang="zh-Hant-TW"' in page.text
    assert "114/2/3（一）" in page.text
    assert "開放中" in page.text
    assert f"webcal://bell.example{reader.at}.ics" in page.text
    assert "script" not in page.text
    people = reader.door.cast.people.values()
    assert not [each.name for each in people if each.name in page.text]
    assert page.headers["cache-control"] == "public, max-age=900"
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_an_answer_is_fetched_anew_only_when_it_has_changed(reader: Reader) -> None:
    """The calendar keeps its entries' ids, and says which of them moved."""
    await reader.switch(on=True)
    calendar = await reader.http.get(f"{reader.at}.ics")
    page = await reader.http.get(reader.at)
    known = {"if-none-match": calendar.headers["etag"]}
    same = await reader.http.get(f"{reader.at}.ics", headers=known)
    same_page = await reader.http.get(reader.at, headers={"if-none-match": page.headers["etag"]})
    async with reader.door.installation.store.writing() as session:
        upload = await session.get_one(Window, reader.door.cast.windows["upload"].id)
        later = taipei(2025, 2, 8)
        await move_deadline(session, upload, later, now=NOW, order=Order(""))
    moved = await reader.http.get(f"{reader.at}.ics", headers=known)

    assert [each.status_code for each in (same, same_page, moved)] == [304, 304, 200]
    before, after = (
        {
            str(e["uid"]): int(str(e["sequence"]))
            for e in Calendar.from_ical(each.content).walk("VEVENT")
        }
        for each in (calendar, moved)
    )
    assert before.keys() == after.keys()
    assert sum(after.values()) > sum(before.values())


async def test_whoever_asks_too_often_waits_a_minute(reader: Reader) -> None:
    """A whole school may stand behind one address, yet not without end."""
    answers = [await reader.http.get("/timetable/9") for _ in range(OF_ONE_CALLER + 1)]
    reader.clock.at += timedelta(minutes=1)
    again = await reader.http.get("/timetable/9")

    assert [answers[0].status_code, answers[-2].status_code] == [404, 404]
    assert (answers[-1].status_code, answers[-1].headers["retry-after"]) == (429, "60")
    assert again.status_code == 404
