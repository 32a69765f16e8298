"""Importing in the console: upload, preview, errors in place, taking over, undoing, by role."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sqlmodel import select

from bot.console.lazily import AT
from bot.imports.tray import KEPT_FOR, NoTray, Phase, Tray
from models.rules.access import Grant
from models.tables import AuditEntry, Discrepancy, ImportRun, Person, ReceiptStatement
from models.vocabulary import ConsoleRole, Difference, ItemKind
from tests.imports.files import Row, csv_text
from tests.imports.packages.packing import BORN, IDENTITY, PASSWORD, aes, hashed, usual
from tests.support.asking import snapshot
from tests.support.cast import PUPILS, STAFF, outcome
from tests.support.consoles import Office, Sitting, opened
from tests.support.uploads import send, slot_of, worked

HEADINGS = ("學號/職編", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號")


@pytest.fixture
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Open the console of the small school, with a folder of its own for uploads."""
    async with opened(sqlite_url, upload_dir=str(tmp_path / "tray")) as found:
        yield found


async def everybody(office: Office) -> list[Row]:
    """Return a list that says of everybody what is stored already."""
    async with office.store.reading() as session:
        numbers = {
            each.name: each.number for each in (await session.execute(select(Person))).scalars()
        }
    staff = [(numbers[name], name, "教職員", "", "", "", "", "") for name in STAFF]
    pupils = [
        (numbers[name], name, "學生", "日間部", 113, room[0], room, seat)
        for name, (room, seat) in PUPILS.items()
    ]
    return [HEADINGS, *staff, *pupils]


async def take(sitting: Sitting, **sent: str) -> httpx2.Response:
    """Agree to what is shown."""
    waiting = (await slot_of(sitting.office)).look()
    digest = sent.pop("digest", waiting.digest if waiting else "")
    path = f"{sitting.office.at_school}/imports/waiting/take"
    return await sitting.post(path, digest=digest, **sent)


async def names(office: Office) -> dict[str, str]:
    """Return everybody's name by number."""
    async with office.store.reading() as session:
        found = (await session.execute(select(Person))).scalars()
        return {each.number: each.name for each in found}


async def test_a_list_is_looked_at_taken_over_and_undone(office: Office) -> None:
    """Nothing is written before it is agreed to; who did it stands in the history and the audit."""
    sitting = await office.registrar()
    rows = [*await everybody(office), ("113099", "王新生", "學生", "日間部", 113, "2", "201", 30)]
    before = await snapshot(office.store)

    answer = await send(sitting, "people", rows)
    assert answer.status_code == 303
    page = await worked(sitting)
    assert "113099 王新生" in page
    assert "名冊.csv" in page
    assert await snapshot(office.store) == before

    assert (await take(sitting)).status_code == 303
    assert "已匯入" in await worked(sitting)
    assert (await names(office))["113099"] == "王新生"
    slot = await slot_of(office)
    assert {each.name for each in slot.path("state").parent.iterdir()} == {"state", "lock"}
    history = (await sitting.get(f"{office.at_school}/imports")).text
    assert "林註冊" in history

    asked = await sitting.get(f"{office.at_school}/imports/undo")
    async with office.store.reading() as session:
        run = (await session.execute(select(ImportRun))).scalars().one()
        entry = (
            await session.execute(select(AuditEntry).where(AuditEntry.deed == "imported"))
        ).scalar_one()
    assert f'value="{run.id}"' in asked.text
    assert entry.facts["console_user"] == (await office.user("office@school.example")).id
    other = await sitting.post(f"{office.at_school}/imports/undo", run=str(run.id + 1))
    assert "什麼都沒有復原" in (await sitting.follow(other)).text
    await sitting.post(f"{office.at_school}/imports/undo", run=str(run.id))
    assert "已復原" in await worked(sitting)
    assert "113099" not in await names(office)


async def test_faulty_cells_are_marked_where_they_stand(office: Office) -> None:
    """Nothing of the file can be taken; every cell to mend is on the page and in a file."""
    sitting = await office.registrar()
    rows = [*await everybody(office), ("113099", "王?生", "學生", "日間部", 113, "2", "201", "=x")]

    await send(sitting, "people", rows)
    page = await worked(sitting)

    assert f"第 {len(rows)} 列" in page
    assert "<mark>王?生</mark>" in page
    assert "<mark>=x</mark>" in page
    saved = await sitting.get(f"{office.at_school}/imports/waiting/errors")
    lines = saved.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert any("'=x" in line for line in lines)
    assert (await take(sitting)).status_code == 422
    assert "113099" not in await names(office)


async def test_many_who_vanish_ask_for_their_number(office: Office) -> None:
    """A list that is cut off is not taken by a click."""
    sitting = await office.registrar()
    rows = (await everybody(office))[:-2]

    await send(sitting, "people", rows)
    assert "請輸入 2" in await worked(sitting)
    refused = await take(sitting, typed="3")
    assert refused.status_code == 422
    assert 'id="typed-error"' in refused.text

    assert (await take(sitting, typed="2")).status_code == 303
    assert "已匯入" in await worked(sitting)


async def test_what_is_no_longer_as_it_was_shown_is_shown_again(office: Office) -> None:
    """Between the look and the click somebody else has changed a name."""
    sitting = await office.registrar()
    rows = await everybody(office)
    await send(sitting, "people", rows)
    await worked(sitting)
    async with office.store.writing() as session:
        mei = await session.get(Person, office.cast.people["小美"].id)
        assert mei is not None
        mei.name = "小美美"

    await take(sitting)
    page = await worked(sitting)

    assert "預覽之後" in page
    assert "小美美 → 小美" in page
    assert "小美美" in (await names(office)).values()


async def test_another_file_than_the_one_that_was_seen_is_not_taken(office: Office) -> None:
    """The preview belongs to its file, its account and its school."""
    sitting = await office.registrar()
    rows = [*await everybody(office), ("113099", "王新生", "學生", "日間部", 113, "2", "201", 30)]
    await send(sitting, "people", rows)
    await worked(sitting)
    other = await office.another_school()
    both = [Grant(ConsoleRole.REGISTRAR, each.id) for each in (office.cast.school, other)]
    second = await office.signed_in(*both, address="second@school.example")

    assert (await take(sitting, digest="0" * 64)).status_code == 303
    foreign = await second.post(f"{office.at_school}/imports/waiting/take")
    elsewhere = await second.get(f"/s/{other.code}/imports/waiting")

    assert "再上傳一次" in (await second.follow(foreign)).text
    assert elsewhere.status_code == 303
    assert "113099" not in await names(office)


async def test_a_submitter_imports_his_kind_only(office: Office) -> None:
    """Neither sees nor undoes what others imported."""
    school = office.cast.school.id
    grant = Grant(ConsoleRole.SUBMITTER, school, "courses")
    sitting = await office.signed_in(grant, address="courses@school.example")
    registrar = await office.registrar()
    await send(
        registrar,
        "people",
        [*await everybody(office), ("113099", "王新生", "學生", "日間部", 113, "2", "201", 30)],
    )
    await worked(registrar)
    await take(registrar)
    await worked(registrar)

    page = (await sitting.get(f"{office.at_school}/imports")).text
    assert "new/courses" in page
    assert "new/people" not in page
    assert "林註冊</td>" not in page
    for subject in ("people", "works", "officers", "receipts", "package"):
        assert (await sitting.get(f"{office.at_school}/imports/new/{subject}")).status_code == 404
        assert (await send(sitting, subject, [HEADINGS])).status_code == 404
    assert 'name="run"' not in (await sitting.get(f"{office.at_school}/imports/undo")).text
    assert (await send(sitting, "courses", [HEADINGS])).status_code == 303
    assert "欄名" in await worked(sitting)


async def test_a_file_that_is_none_is_refused_in_words(office: Office) -> None:
    """Neither an empty nor a hostile one is more than a sentence; the next one may come at once."""
    sitting = await office.registrar()

    empty = await send(sitting, "people", b"")
    assert empty.status_code == 422
    assert 'id="file-error"' in empty.text
    await send(sitting, "people", b"%PDF-1.7")
    assert "XLSX" in await worked(sitting)
    moment = await send(sitting, "people", await everybody(office), data_at="yesterday")
    assert moment.status_code == 422


async def test_a_package_opens_its_round(office: Office) -> None:
    """Its password and the identity numbers are asked for twice, and nowhere kept."""
    sitting = await office.registrar()
    number = office.cast.people["小美"].number
    identities = csv_text([("學號", "身分證號", "出生日期"), (number, IDENTITY, BORN)]).encode()
    mapping = {"mapping": ("身分.csv", identities)}
    package = aes(hashed(usual()))
    given = {"round": "112-2/1", "files": mapping}

    await send(sitting, "package", package, password="another", **given)
    assert "密碼" in await worked(sitting)
    await send(sitting, "package", package, password=PASSWORD, **given)
    assert "請輸入 1" in await worked(sitting)

    slot = await slot_of(office)
    kept = {each.name: each.read_bytes() for each in slot.path("state").parent.iterdir()}
    assert kept.keys() == {"file", "faults", "lines", "lock", "state"}
    del kept["file"]
    for secret in (PASSWORD, IDENTITY, BORN):
        assert not [name for name, content in kept.items() if secret.encode() in content]
    missing = await take(sitting, typed="1")
    assert missing.status_code == 422
    waiting = slot.look()
    assert waiting is not None
    agreed = {"token": await sitting.guard(), "digest": waiting.digest, "typed": "1"}
    answer = await sitting.http.post(
        f"{AT}{office.at_school}/imports/waiting/take",
        data={**agreed, "password": PASSWORD},
        files=mapping,
    )
    assert answer.status_code == 303
    assert "已匯入" in await worked(sitting)
    async with office.store.reading() as session:
        statement = (await session.execute(select(ReceiptStatement))).scalars().one()
    assert statement.person_id == office.cast.people["小美"].id


async def test_a_process_that_dies_leaves_all_or_nothing(office: Office) -> None:
    """While somebody is at work the page asks again; then it says whether it was written."""
    sitting = await office.registrar()
    rows = [*await everybody(office), ("113099", "王新生", "學生", "日間部", 113, "2", "201", 30)]
    await send(sitting, "people", rows)
    await worked(sitting)
    await take(sitting)
    await worked(sitting)
    slot = await slot_of(office)
    done = slot.look()
    assert done is not None

    held = slot.hold()
    assert held is not None
    for phase in (Phase.READING, Phase.TAKING, Phase.UNDOING):
        slot.keep(replace(done, phase=phase, step="compare", shown={}))
        assert 'hx-trigger="every 2s"' in await worked(sitting)
    slot.keep(replace(done, phase=Phase.TAKING))
    assert 'hx-trigger="every 2s"' in await worked(sitting)
    held.release()
    assert "已匯入" in await worked(sitting)
    later = datetime.fromisoformat(done.at) + timedelta(seconds=1)
    slot.keep(replace(done, phase=Phase.TAKING, at=later.isoformat()))
    assert "中斷" in await worked(sitting)


async def test_differences_are_worked_off(office: Office) -> None:
    """By who imports works; what is another school's, or nobody ticked, stays."""
    mei = office.cast.people["小美"]
    async with office.store.writing() as session:
        work = await outcome(session, office.cast, by="小美")
        session.add(
            Discrepancy(
                school_id=office.cast.school.id,
                person_id=mei.id,
                item_kind=ItemKind.OUTCOME,
                item_id=work.id,
                difference=Difference.NOT_CERTIFIED_THERE,
                title=work.title,
                found_at=office.clock.now(),
            )
        )
    sitting = await office.registrar()
    grant = Grant(ConsoleRole.SUBMITTER, office.cast.school.id, "people")
    other = await office.signed_in(grant, address="people@school.example")
    path = f"{office.at_school}/imports/differences"

    assert (await other.get(path)).status_code == 404
    assert (await other.post(path, difference="1")).status_code == 404
    assert work.title in (await sitting.get(path)).text
    assert (await sitting.post(path, difference="99")).status_code == 409
    assert "請先勾選" in (await sitting.follow(await sitting.post(path))).text
    assert "移出清單 1 筆" in (await sitting.follow(await sitting.post(path, difference="1"))).text
    assert work.title not in (await sitting.get(path)).text


def test_what_waits_too_long_is_removed(tmp_path: Path) -> None:
    """After half an hour, unless somebody works on it; nobody else can read it meanwhile."""
    shelf = Tray(tmp_path / "tray")
    slot, busy = shelf.slot(1), shelf.slot(2)
    helds = [each.hold() for each in (slot, busy)]
    for each, held in zip((slot, busy), helds, strict=True):
        assert held is not None
        each.write("file", iter([b"names"]))
    assert helds[0] is not None
    helds[0].release()
    now = datetime.fromtimestamp(slot.changed_at(), UTC)

    shelf.sweep(now + KEPT_FOR - timedelta(seconds=5))
    assert slot.path("file").exists()
    assert slot.path("file").stat().st_mode & 0o077 == 0
    shelf.sweep(now + KEPT_FOR + timedelta(seconds=5))

    assert not slot.path("file").exists()
    assert busy.path("file").exists()
    assert helds[1] is not None
    helds[1].release()


def test_a_folder_that_others_can_read_is_no_tray(tmp_path: Path) -> None:
    """Whoever made it, pupils' names are not put there."""
    tmp_path.chmod(0o755)
    with pytest.raises(NoTray):
        Tray(tmp_path).slot(1)
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(NoTray):
        Tray(tmp_path / "link").slot(1)
