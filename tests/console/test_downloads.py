"""Files made in the console: who may have which, what is said of them, and that nothing is kept."""

import asyncio
import io
import os
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import select

from bot.console.lazily import AT
from bot.exports.errands import Errand
from bot.exports.shelf import Making, Phase, Shelf
from bot.imports.tray import KEPT_FOR
from models.rules.access import Grant
from models.tables import AuditEntry, NameList, Selection
from models.vocabulary import ConsoleRole, ItemKind, OutcomeState
from tests.support import cast
from tests.support.asking import snapshot
from tests.support.cast import taipei
from tests.support.consoles import Office, Sitting, opened

WITHIN = 20
"""Seconds in which a small file must have been made."""
BOTH = "學號,身分證號,生日\n000000,A123456789,97/5/3\n000001,B123456780,0971231\n"
ONE = "學號,身分證號,生日\n000000,A123456789,97/5/3\n"


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Open the console of a school in which 小美 and 阿明 have each selected a work."""
    async with opened(sqlite_url, upload_dir=str(tmp_path / "tray")) as found:
        async with found.store.writing() as session:
            for name, summary in (("小美", "摘要"), ("阿明", "-第一點")):
                work = await cast.outcome(
                    session, found.cast, by=name, course="國文", state=OutcomeState.CERTIFIED
                )
                work.summary = summary
                session.add(
                    Selection(
                        school_id=found.cast.school.id,
                        person_id=work.person_id,
                        year=112,
                        kind=ItemKind.OUTCOME,
                        slot=1,
                        outcome_id=work.id,
                        selected_at=taipei(2024, 9, 10),
                    )
                )
        yield found


def page(office: Office, tail: str = "") -> str:
    """Return the path of a page of the downloads."""
    return f"{office.at_school}/downloads{tail}"


async def ask(
    sitting: Sitting, kind: str = "outcomes", identities: str = BOTH, **more: Any
) -> httpx2.Response:
    """Send the form of a file as its page would."""
    files = {"identities": ("身分.csv", identities.encode()), **more.pop("files", {})}
    said = {"token": await sitting.guard(), "term": "112", "form": "xlsx", "batch": "regular"}
    path = AT + page(sitting.office, f"/new/{kind}")
    return await sitting.http.post(path, data={**said, **more}, files=files)


async def ended(sitting: Sitting) -> str:
    """Wait until the file is made, or is not; return what its page says."""
    async with asyncio.timeout(WITHIN):
        while True:
            said = (await sitting.get(page(sitting.office, "/made"))).text
            if 'hx-trigger="every 1s"' not in said:
                return said
            await asyncio.sleep(0.02)


async def rows(office: Office, table: type[Any]) -> list[Any]:
    """Return every row of a table."""
    async with office.store.reading() as session:
        return list((await session.execute(select(table))).scalars())


async def test_a_name_list_is_made_said_and_fetched_once(office: Office, tmp_path: Path) -> None:
    """Its page says what is in it; the file holds it; then nothing lies anywhere any more."""
    sitting = await office.registrar()
    assert (await ask(sitting)).status_code == 303

    said = await ended(sitting)
    assert "名冊別 26：2 位學生，共 2 筆" in said
    assert "A123456789" not in said
    answer = await sitting.post(page(office, "/made/fetch"))

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    listed = book.get_sheet_by_name("學期課程學習成果").to_python()
    assert {row[0] for row in listed[1:]} == {"A123456789", "B123456780"}
    assert "attachment" in answer.headers["content-disposition"]
    assert not list((tmp_path / "tray").rglob("*.xlsx"))
    assert (await sitting.post(page(office, "/made/fetch"))).status_code == 303
    (kept,) = await rows(office, NameList)
    assert kept.rows == 2
    facts = {each.deed: each.facts for each in await rows(office, AuditEntry)}
    assert facts["exported name list"]["console_user"] == facts["fetched a file"]["console_user"]
    assert "A123456789" not in repr(await snapshot(office.store))


async def test_while_a_file_waits_only_we_can_read_it_and_not_for_long(
    office: Office, tmp_path: Path
) -> None:
    """Nobody else of the machine or the school has it; after its time it is gone."""
    sitting = await office.registrar()
    await ask(sitting)
    await ended(sitting)
    (file,) = (tmp_path / "tray").rglob("*.xlsx")
    assert [oct(each.stat().st_mode & 0o077) for each in (file, file.parent.parent)] == ["0o0"] * 2
    school = office.cast.school.id
    other = await office.signed_in(Grant(ConsoleRole.REGISTRAR, school), address="b@school.example")
    assert "可以取檔" not in (await other.get(page(office))).text

    for each in file.parent.parent.iterdir():
        long_ago = each.stat().st_mtime - KEPT_FOR.total_seconds() - 60
        os.utime(each, (long_ago, long_ago))
    await sitting.get(page(office))
    assert not file.exists()


async def test_what_is_in_the_way_is_said_with_the_number_that_leaves_it_out(
    office: Office,
) -> None:
    """Who cannot be written, and why; with the number typed the others are written."""
    sitting = await office.registrar()
    await ask(sitting, identities=ONE)
    said = await ended(sitting)
    assert "101 班 13 號（000001）" in said
    assert "這 1 位" in said
    assert await rows(office, NameList) == []

    await ask(sitting, identities=ONE, leave_out="1")
    assert "共 1 筆" in await ended(sitting)


async def test_csv_files_come_together_and_a_cell_that_does_not_fit_is_told(
    office: Office,
) -> None:
    """A formula stops a CSV file as at the terminal; with the school's own choice it is a zip."""
    sitting = await office.registrar()
    await ask(sitting, form="utf-8")
    assert "試算表會把這一格當成公式" in await ended(sitting)

    own = {"columns": ("my.toml", b'[writing]\nformulas = "as_is"\n')}
    await ask(sitting, form="cp950", files=own)
    await ended(sitting)
    answer = await sitting.post(page(office, "/made/fetch"))
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "112_0_學生課程學習成果名冊_學期課程學習成果.csv" in names


async def test_a_form_says_beside_the_field_what_is_missing(office: Office) -> None:
    """No file of identity numbers, a wrong one, columns that nobody knows."""
    sitting = await office.registrar()
    path = AT + page(office, "/new/outcomes")
    said = {"token": await sitting.guard(), "term": "112", "form": "xlsx", "batch": "regular"}
    missing = await sitting.http.post(path, data=said, files={"columns": ("my.toml", b"[list]\n")})
    assert missing.status_code == 422
    assert "請選擇有學號、身分證號、出生日期的檔案" in missing.text
    assert "第 1 行" in missing.text

    await ask(sitting, identities="學號,姓名\n1,小美\n")
    assert "身分證號、出生日期" in await ended(sitting)


async def test_what_was_done_in_a_semester_is_a_file_too(office: Office) -> None:
    """With its rows said."""
    sitting = await office.registrar()
    said = {"token": await sitting.guard(), "term": "112-2", "form": "xlsx"}
    path = AT + page(office, "/new/done")
    assert (await sitting.http.post(path, data=said)).status_code == 303
    assert "筆" in await ended(sitting)
    answer = await sitting.post(page(office, "/made/fetch"))
    assert answer.content.startswith(b"PK")


async def test_the_year_that_is_to_be_submitted_is_chosen_already(office: Office) -> None:
    """Once selecting is over, which is of the year before; another year can be chosen."""
    office.clock.at = taipei(2024, 10, 1)
    sitting = await office.registrar()
    shown = (await sitting.get(page(office, "/new/performances"))).text
    assert 'selected value="112"' in shown
    assert 'value="113"' in shown


async def test_a_submitter_of_one_list_has_only_that_one(office: Office) -> None:
    """Others look as if they were not there; what was done, and paper, is the office's."""
    school = office.cast.school.id
    sitting = await office.signed_in(Grant(ConsoleRole.SUBMITTER, school, "officers"))
    assert (await sitting.get(page(office, "/new/officers"))).status_code == 200
    for kind in ("outcomes", "performances", "done"):
        assert (await sitting.get(page(office, f"/new/{kind}"))).status_code == 404
        assert (await ask(sitting, kind)).status_code == 404
    assert "課程學習成果" not in (await sitting.get(page(office))).text
    whole = await office.signed_in(Grant(ConsoleRole.SUBMITTER, school), address="all@x.example")
    assert (await whole.get(page(office, "/new/outcomes"))).status_code == 200


async def test_confirmation_sheets_of_a_class_are_a_pdf(office: Office) -> None:
    """And where nobody has a statement, that is said."""
    sitting = await office.registrar()
    room, _seat = cast.PUPILS["小美"]
    none = await sitting.post(page(office, "/confirmations"), room=room)
    assert "還沒有" in (await sitting.follow(none)).text

    async with office.store.writing() as session:
        await cast.statement(session, office.cast, of="小美")
    answer = await sitting.post(page(office, "/confirmations"), room=room)
    assert answer.content.startswith(b"%PDF")


def test_what_a_dead_process_was_at_is_broken_off(tmp_path: Path) -> None:
    """Its lock went with it; while it works the page waits."""
    place = Shelf(tmp_path / "tray").place(7)
    held = place.hold()
    assert held is not None
    errand = Errand(
        Shelf(tmp_path / "tray"), place, Making(1, "done", ""), "", taipei(2024, 9, 1), 7
    )
    errand.advance(3, 9)
    making = place.look()
    assert making is not None
    assert (making.phase, making.done, making.of) == (Phase.MAKING, 3, 9)

    held.release()
    broken = place.look()
    assert broken is not None
    assert broken.phase is Phase.BROKEN_OFF
