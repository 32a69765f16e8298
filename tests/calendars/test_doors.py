"""Secret addresses of calendars through the real web application: what they show, and to whom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest
from icalendar import Calendar
from starlette.applications import Starlette

from bot.calendars.doors import OF_ONE, UNKNOWN, calendars
from models.queries import feeds, linking
from models.queries.windows import TermWindow
from models.tables import ChatAccount, Person, Window
from scheduler.extending import Grant, extend_for
from scheduler.moving import Order, move_deadline, retire_window
from tests.support.cast import taipei
from tests.support.doorstep import Doorstep, at_the_door
from tests.support.stage import HandClock

NOW = taipei(2024, 9, 2, 9)
HERE = "https://bell.example"


@dataclass(slots=True)
class Phone:
    """Something that fetches calendars."""

    door: Doorstep
    http: httpx2.AsyncClient
    clock: HandClock

    async def address(self, name: str | None) -> str:
        """Return the path of a new calendar of a person, or of the school."""
        cast = self.door.cast
        async with self.door.installation.store.writing() as session:
            fresh = await feeds.renew(
                session,
                cast.school.id,
                cast.people[name].id if name else None,
                self.door.installation.vault.pepper,
                NOW,
            )
        return f"/calendar/{fresh}.ics" if name else f"/calendar/{cast.school.code}/{fresh}.ics"

    async def events(self, path: str) -> dict[str, Any]:
        """Return the entries of a calendar by their ids."""
        answer = await self.http.get(path)
        assert answer.status_code == 200
        return {
            str(each["uid"]): each for each in Calendar.from_ical(answer.content).walk("VEVENT")
        }

    def uid(self, window: str, edge: str = "closes") -> str:
        """Return the id of an entry about a window of the cast."""
        cast = self.door.cast
        return f"{cast.windows[window].id}-{edge}.000001@portfolio-bell"


@asynccontextmanager
async def _phone(url: str) -> AsyncIterator[Phone]:
    async with at_the_door(url, NOW) as door:
        clock = HandClock(NOW)
        app = Starlette(routes=calendars(door.installation, clock=clock))
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=True)
        async with httpx2.AsyncClient(transport=transport, base_url=HERE) as http:
            yield Phone(door, http, clock)


async def test_each_sees_the_deadlines_that_are_theirs(sqlite_url: str) -> None:
    """A pupil their own, a teacher those of certifying, the office and the school all."""
    async with _phone(sqlite_url) as phone:
        shown = {
            name: set(await phone.events(await phone.address(name)))
            for name in ("小美", "林老師", "李導師", "註冊組", None)
        }

        everything = {
            phone.uid(window, edge)
            for window in ("selection", "receipt", "upload", "certification")
            for edge in ("opens", "closes")
        }
        certifying = {phone.uid("certification"), phone.uid("certification", "opens")}
        assert shown["小美"] == everything - certifying == shown["李導師"]
        assert shown["林老師"] == certifying
        assert shown["註冊組"] == everything == shown[None]


async def test_a_calendar_is_as_phones_want_it(sqlite_url: str) -> None:
    """Lines of at most 75 octets that end in CRLF, a time zone, no name of anybody."""
    async with _phone(sqlite_url) as phone:
        answer = await phone.http.get(await phone.address("小美"))

        lines = answer.content.split(b"\r\n")
        assert all(len(line) <= 75 and b"\n" not in line for line in lines)
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["cache-control"].startswith("private")
        calendar = Calendar.from_ical(answer.content)
        assert calendar.walk("VTIMEZONE")[0]["tzid"] == "Asia/Taipei"
        assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H" in lines
        assert b"X-PUBLISHED-TTL:PT6H" in lines
        text = answer.content.replace(b"\r\n ", b"").decode()
        assert not [name for name in phone.door.cast.people if name in text]
        upload = (await phone.events(await phone.address("小美")))[phone.uid("upload")]
        assert upload["dtstart"].dt == date(2025, 2, 3)
        assert str(upload["summary"]) == "最後一天：113-1 課程學習成果上傳"
        assert "114/2/3（一）23:59" in str(upload["description"])
        assert [alarm["trigger"].dt for alarm in upload.walk("VALARM")] == [
            timedelta(hours=-6),
            timedelta(hours=8),
        ]


async def test_a_moved_date_moves_and_a_dropped_one_is_cancelled(sqlite_url: str) -> None:
    """The entry keeps its id and its number grows; an own end is only its pupil's."""
    async with _phone(sqlite_url) as phone:
        mine, hers = await phone.address("小美"), await phone.address("阿明")
        before = await phone.events(mine)
        store, cast = phone.door.installation.store, phone.door.cast
        later = NOW + timedelta(hours=1)
        async with store.writing() as session:
            upload = await session.get_one(Window, cast.windows["upload"].id)
            until = taipei(2025, 2, 6, 17)
            await move_deadline(session, upload, until, now=later, order=Order(""))
            receipt = await session.get_one(Window, cast.windows["receipt"].id)
            await retire_window(session, receipt, now=later, order=Order())
            await extend_for(
                session,
                cast.people["小美"],
                TermWindow(cast.windows["selection"], cast.terms["112-2"]),
                Grant(taipei(2024, 9, 25), ""),
                now=later,
            )
        after, others = await phone.events(mine), await phone.events(hers)

        assert after.keys() == before.keys()
        moved = after[phone.uid("upload")]
        assert moved["dtstart"].dt == taipei(2025, 2, 6, 16)
        assert str(moved["summary"]).startswith("17:00 前")
        assert moved["sequence"] > before[phone.uid("upload")]["sequence"]
        assert moved["last-modified"].dt == later
        dropped = after[phone.uid("receipt")]
        assert (str(dropped["status"]), dropped["sequence"]) == ("CANCELLED", 2)
        assert after[phone.uid("selection")]["dtstart"].dt == date(2024, 9, 24)
        assert others[phone.uid("selection")]["dtstart"].dt == date(2024, 9, 20)


async def test_what_was_fetched_before_is_not_sent_again(sqlite_url: str) -> None:
    """An unchanged calendar is 304 by its tag, whenever it is asked for."""
    async with _phone(sqlite_url) as phone:
        path = await phone.address("小美")
        first = await phone.http.get(path)
        phone.door.clock.at += timedelta(days=3)
        for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}'):
            again = await phone.http.get(path, headers={"if-none-match": known})
            assert (again.status_code, again.content) == (304, b"")
        other = await phone.http.get(path, headers={"if-none-match": '"x"'})
        assert other.content == first.content


@pytest.mark.parametrize("end", ["renewed", "ended", "unlinked", "departed", "joined anew"])
async def test_an_address_ends_with_what_it_was_given_for(sqlite_url: str, end: str) -> None:
    """By hand, by a newer one, with the last chat, with school; then it is like any other."""
    async with _phone(sqlite_url) as phone:
        path = await phone.address("小美")
        cast, store = phone.door.cast, phone.door.installation.store
        her = cast.people["小美"]
        async with store.writing() as session:
            if end == "renewed":
                await feeds.renew(session, cast.school.id, her.id, b"pepper", NOW)
            elif end == "ended":
                assert await feeds.end(session, cast.school.id, her.id, NOW)
            elif end == "unlinked":
                account = await session.get_one(ChatAccount, cast.accounts["小美"].id)
                linking.let_go(account)
                await session.flush()
                await feeds.end_without_chat(session, cast.school.id, her.id, NOW)
            elif end == "departed":
                (await session.get_one(Person, her.id)).departed = True
            else:
                code = await linking.issue(session, her, NOW, b"pepper")
                found = await linking.code_typed(session, cast.school.id, code, b"pepper")
                stranger = ChatAccount(
                    school_id=cast.school.id, channel="line", address="U9", state_at=NOW
                )
                session.add(stranger)
                await session.flush()
                assert found is not None
                await linking.link(session, stranger, found, NOW)
        answers = [
            await phone.http.get(each)
            for each in (path, path.removesuffix(".ics"), "/calendar/unknown.ics")
        ]

        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert {answer.content for answer in answers} == {b""}
        assert len({tuple(answer.headers.items()) for answer in answers}) == 1


async def test_a_schools_address_is_no_persons_and_no_other_schools(sqlite_url: str) -> None:
    """A token opens what it was made for, under its own path only."""
    async with _phone(sqlite_url) as phone:
        mine, schools = await phone.address("小美"), await phone.address(None)
        code = phone.door.cast.school.code
        crossed = (
            mine.replace("/calendar/", f"/calendar/{code}/"),
            schools.replace(f"/{code}/", "/"),
            schools.replace(code, "000000"),
            "/calendar/" + "A" * 500 + ".ics",
        )

        assert {(await phone.http.get(each)).status_code for each in crossed} == {404}


async def test_whoever_asks_too_often_waits(sqlite_url: str) -> None:
    """One calendar so many times a minute; guesses are not even looked up after a while."""
    async with _phone(sqlite_url) as phone:
        mine, hers = await phone.address("小美"), await phone.address("阿明")
        asked = [(await phone.http.get(mine)).status_code for _ in range(OF_ONE + 1)]
        assert asked == [200] * OF_ONE + [429]
        for guess in range(UNKNOWN):
            assert (await phone.http.get(f"/calendar/{guess}")).status_code == 404
        assert (await phone.http.get(hers)).status_code == 404
        phone.clock.at += timedelta(minutes=1)
        assert (await phone.http.get(hers)).status_code == 200
        assert (await phone.http.get(mine)).status_code == 200


async def test_a_page_helps_to_subscribe_and_runs_nothing(sqlite_url: str) -> None:
    """It has the address for each kind of phone, tells no other site of it, and has no script."""
    async with _phone(sqlite_url) as phone:
        path = await phone.address("小美")
        page = await phone.http.get(path.removesuffix(".ics"))

        assert page.status_code == 200
        assert f'href="webcal://bell.example{path}"' in page.text
        assert "https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Fbell.example" in page.text
        assert f"<code>{HERE}{path}</code>" in page.text
        assert page.headers["referrer-policy"] == "no-referrer"
        assert "<script" not in page.text
        assert "這個網址請保密" in page.text
        of_school = await phone.http.get((await phone.address(None)).removesuffix(".ics"))
        assert "這個網址請保密" not in of_school.text
