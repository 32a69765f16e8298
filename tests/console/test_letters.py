"""Letters in the console: who needs one, printing, what left, and slips that came back."""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.console.lazily import AT
from models.rules.access import Grant
from models.rules.letters import shown_code
from models.tables import AuditEntry, Confirmation, Delivery, Letter, Query, Window
from models.vocabulary import ConsoleRole, QueryReason
from tests.support import cast
from tests.support.cast import taipei
from tests.support.consoles import Office, Sitting, opened

FRIDAY = taipei(2024, 10, 11, 12)
WITHIN = 20
ROUND = "112-2/1"
DESK = "註冊組 049-2362082"


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Open the console while a receipt window is open: 小華 has left, 小美 and 阿明 are here."""
    async with opened(sqlite_url, at=FRIDAY, upload_dir=str(tmp_path / "tray")) as found:
        async with found.store.writing() as session:
            for name in ("小美", "阿明", "小華"):
                await cast.statement(session, found.cast, of=name)
            person = await session.get_one(
                type(found.cast.people["小華"]), found.cast.people["小華"].id
            )
            person.departed = True
        yield found


def page(office: Office, tail: str = "") -> str:
    """Return the path of a page of the letters."""
    return f"{office.at_school}/letters{tail}"


async def rows(office: Office, table: type[Any]) -> list[Any]:
    """Return every row of a table, in order."""
    async with office.store.reading() as session:
        return list((await session.execute(select(table).order_by(col(table.id)))).scalars())


async def printed(sitting: Sitting, **more: Any) -> str:
    """Have letters printed; return what the page of the file says."""
    said = {"token": await sitting.guard(), "round": ROUND, "whom": "both", "office": DESK}
    files = more.pop("files", {"addresses": ("", b"")})
    answer = await sitting.http.post(
        AT + page(sitting.office, "/print"), data={**said, **more}, files=files
    )
    assert answer.status_code == 303, answer.text
    async with asyncio.timeout(WITHIN):
        while True:
            seen = (await sitting.get(f"{sitting.office.at_school}/downloads/made")).text
            if 'hx-trigger="every 1s"' not in seen:
                return seen
            await asyncio.sleep(0.02)


async def test_who_needs_a_letter_is_listed_printed_and_fetched_with_the_list(
    office: Office,
) -> None:
    """With reason and days left; PDF and mailing list come together, with the addresses given."""
    sitting = await office.registrar()
    listed = (await sitting.get(page(office))).text
    assert "已離校" in listed
    assert "還有" in listed

    number = office.cast.people["小華"].number
    addresses = f"學號,收件人,地址\n{number},華媽媽,南投縣草屯鎮\n".encode()
    said = await printed(sitting, files={"addresses": ("地址.csv", addresses)})
    assert re.search(r"\d 封信", said), said
    answer = await sitting.post(f"{office.at_school}/downloads/made/fetch")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as both:
        assert sorted(both.namelist()) == ["letters.pdf", "letters.xlsx"]
        assert both.read("letters.pdf").startswith(b"%PDF")
    (entry,) = [each for each in await rows(office, AuditEntry) if each.deed == "printed letters"]
    assert (entry.via, "console_user" in entry.facts) == ("console", True)


async def test_letters_that_left_are_marked_and_count_as_told(office: Office) -> None:
    """Those that were ticked, then all; the page shows it, and nobody is listed any more."""
    sitting = await office.registrar()
    await printed(sitting, room=cast.PUPILS["小美"][0])
    first, *others = await rows(office, Letter)
    assert others

    future = await sitting.post(page(office, "/posted"), round=ROUND, how="posted", on="2024-12-01")
    assert (future.status_code, "這一天還沒到" in future.text) == (422, True)

    await sitting.post(page(office, "/posted"), round=ROUND, how="handed", letter=first.code)
    shown = (await sitting.get(page(office, f"/printed?round={ROUND}"))).text
    assert "交付" in shown
    await sitting.post(page(office, "/posted"), round=ROUND, how="posted", on="2024-10-10", all="1")
    assert len(await rows(office, Delivery)) == 1 + len(others)
    assert "還沒登錄" not in (await sitting.get(page(office, "/printed"))).text


async def test_a_letter_that_a_later_one_replaces_is_not_among_all_that_left(
    office: Office,
) -> None:
    """The deadline moved, and it was printed again: only the later one is posted."""
    sitting = await office.registrar()
    await printed(sitting)
    async with office.store.writing() as session:
        window = await session.get_one(Window, office.cast.windows["receipt"].id)
        window.closes_at += timedelta(days=1)
    await printed(sitting)

    shown = (await sitting.get(page(office, "/printed"))).text
    assert "2 封信 · 1 封還沒登錄寄出" in shown
    assert "已由後來的信取代" in shown
    await sitting.post(page(office, "/posted"), round=ROUND, how="posted", all="1")
    earlier, later = await rows(office, Letter)
    assert (earlier.delivery_id, later.delivery_id is None) == (None, False)


async def test_a_slip_is_the_pupils_answer_with_who_entered_it(office: Office) -> None:
    """All correct, or a doubt about a line; a code that is no letter's is said beside the field."""
    sitting = await office.registrar()
    await printed(sitting, room=cast.PUPILS["小美"][0])
    right, doubted, *_ = await rows(office, Letter)
    enter = page(office, "/returned")

    done = await sitting.post(enter, round=ROUND, code=shown_code(right.code), reason="")
    assert "回條已登錄" in (await sitting.follow(done)).text
    wrong = QueryReason.WRONG_FILE.value
    no_line = await sitting.post(enter, round=ROUND, code=doubted.code, reason=wrong)
    assert (no_line.status_code, "第幾筆" in no_line.text) == (422, True)
    await sitting.post(enter, round=ROUND, code=doubted.code, reason=wrong, line="1")

    (confirmation,) = await rows(office, Confirmation)
    (query,) = await rows(office, Query)
    assert (confirmation.statement_id, query.reason) == (right.statement_id, QueryReason.WRONG_FILE)
    entered = [each for each in await rows(office, AuditEntry) if each.deed == "confirmed receipt"]
    assert [each.facts["console_user"] for each in entered] == [1]
    unknown = await sitting.post(enter, round=ROUND, code="AAAA-AAAA", reason="")
    assert (unknown.status_code, "沒有" in unknown.text) == (422, True)


async def test_paper_is_the_offices(office: Office) -> None:
    """Neither a homeroom teacher nor a submitter of a list prints or marks letters."""
    school = office.cast.school.id
    for place, role in enumerate((ConsoleRole.HOMEROOM_TEACHER, ConsoleRole.SUBMITTER)):
        other = await office.signed_in(Grant(role, school), address=f"{place}@x.example")
        assert (await other.get(page(office))).status_code == 404
        assert (await other.post(page(office, "/posted"), all="1")).status_code == 404
