"""The outbox says what will leave; what leaves can be stopped, reworded, and tried on oneself."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from httpx2 import Response

from models.queries import counted, held_occasions, holds, wordings
from models.rules.access import Grant
from models.tables import (
    AuditEntry,
    ChatAccount,
    ConsoleUser,
    Delivery,
    HeldOccasion,
    Notice,
    School,
)
from models.vocabulary import ConsoleRole, DeliveryState, NoticeKind
from scheduler.channel import Outcome, Sent
from tests.support.cast import taipei
from tests.support.consoles import Office, Sitting, opened

MORNING = taipei(2024, 9, 16, 8)
KEY = "112-2/selection/all/1/2024-09-20/D-1"
TEMPLATE = "/messages/templates/receipt_opened"


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console on a morning four days before the selection closes."""
    async with opened(sqlite_url, at=MORNING) as found:
        yield found


@pytest.fixture
async def registrar(office: Office) -> Sitting:
    """Return a browser of the registrar, who has a chat."""
    grant = Grant(ConsoleRole.REGISTRAR, office.cast.school.id)
    return await office.signed_in(grant, person="註冊組")


@pytest.fixture
def sent(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Let LINE take whatever is sent, and keep it."""
    bodies: list[bytes] = []

    async def send(_school: str, _address: str, body: bytes, _key: str) -> Sent:
        bodies.append(body)
        return Sent(Outcome.ACCEPTED, 200, "request")

    monkeypatch.setattr(office.installation.line, "send", send)
    return bodies


async def rows(office: Office, table: type[Any]) -> list[Any]:
    """Return every row of a table."""
    async with office.store.reading() as session:
        found = list((await session.scalars(sa.select(table).order_by(sa.text("id")))).all())
        session.expunge_all()
        return found


async def deeds(office: Office) -> list[str]:
    """Return what the audit holds."""
    return [row.deed for row in await rows(office, AuditEntry)]


async def test_it_lists_what_leaves_with_people_by_channel_and_cost(
    office: Office, registrar: Sitting
) -> None:
    """Each occasion with its day and for whom; one reminder shows its words and its people."""
    page = (await registrar.get(f"{office.at_school}/messages")).text
    one = await registrar.get(f"{office.at_school}/messages/occasion/{KEY}")

    assert "113/9/19（四）07:30" in page
    assert "截止前 1 天" in page
    assert re.search(r"預計用掉 \d+ 則 LINE 計費訊息", page)
    assert "line-bubble" in one.text
    assert "telegram-bubble" in one.text
    assert "沒有勾選的不會送到中央資料庫" in one.text
    assert "小美" in one.text
    later = await registrar.get(f"{office.at_school}/messages?from=2024-10-07")
    assert "收訖明細" in later.text
    assert (await registrar.get(f"{office.at_school}/messages/occasion/none")).status_code == 404


async def test_a_homeroom_teacher_sees_their_own_class_and_stops_nothing(office: Office) -> None:
    """Names, figures and links of others are not there; nor is the button."""
    grant = Grant(ConsoleRole.HOMEROOM_TEACHER, office.cast.school.id, "202")
    sitting = await office.signed_in(grant)

    one = (await sitting.get(f"{office.at_school}/messages/occasion/{KEY}")).text

    assert "小華" in one
    assert "小美" not in one
    assert "暫停這則" not in one
    answer = await sitting.post(f"{office.at_school}/messages/hold", reason="不行")
    assert answer.status_code == 404


async def test_everything_is_stopped_with_a_reason_and_every_page_says_so(
    office: Office, registrar: Sitting
) -> None:
    """Without a reason nothing happens; the same hold as `bot hold`; released, it is gone."""
    at = office.at_school
    refused = await registrar.post(f"{at}/messages/hold", reason="  ")
    assert refused.status_code == 422
    assert "請寫下原因" in refused.text

    await registrar.post(f"{at}/messages/hold", reason="期程要改")

    async with office.store.reading() as session:
        standing = await holds.standing(session, office.cast.school.id)
    assert standing is not None
    assert (standing.reason, standing.by) == ("期程要改", "林註冊")
    for path in ("/", "/messages", "/deliveries", "/audit", "/queries"):
        assert "期程要改" in (await registrar.get(at + path)).text
    await registrar.post(f"{at}/messages/release")
    assert "期程要改" not in (await registrar.get(f"{at}/")).text
    assert await deeds(office) == ["sending_held", "sending_released"]


async def test_one_reminder_is_held_back_and_let_go(office: Office, registrar: Sitting) -> None:
    """It stands on every page until its deadline; of a key that there is not, nothing is held."""
    at = office.at_school
    unknown = await registrar.post(f"{at}/messages/occasion/hold", key="x", reason="測試")
    assert unknown.status_code == 404
    silent = await registrar.post(f"{at}/messages/occasion/hold", key=KEY, reason="")
    assert silent.status_code == 422

    await registrar.post(f"{at}/messages/occasion/hold", key=KEY, reason="先等公文")

    assert [row.occasion for row in await rows(office, HeldOccasion)] == [KEY]
    assert "有 1 則提醒暫停中" in (await registrar.get(f"{at}/deliveries")).text
    assert "先等公文" in (await registrar.get(f"{at}/messages")).text
    async with office.store.reading() as session:
        school_id, friday = office.cast.school.id, MORNING + timedelta(days=4)
        assert list(await held_occasions.all_of(session, school_id, friday)) == [KEY]
        saturday = friday + timedelta(days=1)
        assert await held_occasions.all_of(session, school_id, saturday) == {}
    await registrar.post(f"{at}/messages/occasion/release", key=KEY)
    assert await rows(office, HeldOccasion) == []
    assert await deeds(office) == ["occasion_held", "occasion_released"]


def sentences(page: str) -> dict[str, str]:
    """Return the fields of a template's page, by their name, as they stand."""
    return dict(re.findall(r'<textarea id="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))


async def test_a_message_is_reworded_with_its_mistakes_named(
    office: Office, registrar: Sitting
) -> None:
    """Places, the law's words, length and signs are checked; what is drawn is not kept yet."""
    path = office.at_school + TEMPLATE
    fields = sentences((await registrar.get(path)).text)
    assert fields["sentence-0"] == "請核對收訖明細，{截止日} 前確認"
    cases = {
        "請快點核對": "這個欄位必須保留：{截止日}",
        "{截止日} 前確認，{誰}": "這一句沒有這個欄位：{誰}",
        "{截止日 前確認": "大括號沒有成對",
        "{截止日} 前確認，至少看一次": "訊息裡不使用這些字：至少",
        "{截止日} 前" + "看" * 300: "最多 240 個字",
    }
    for typed, told in cases.items():
        answer = await keep(registrar, path, fields | {"sentence-0": typed})
        assert answer.status_code == 422
        assert told in answer.text
    lost = await keep(registrar, path, fields | {"sentence-2": "請看一下。"})
    assert "依規定必須告知，這些字要保留：視為已確認、第 6 點" in lost.text
    wide = await keep(registrar, path, fields | {"sentence-3": "請按這裡" + "核對" * 9})
    assert "最多 20 個字" in wide.text
    better = fields | {"sentence-0": "收訖明細請在 {截止日} 前看完"}
    shown = await registrar.post(path, turn="preview", **better)
    assert "收訖明細請在 113/9/23（一）前看完" in shown.text
    assert (await registrar.get(path)).text.count("請核對收訖明細，{截止日} 前確認") == 1


async def keep(sitting: Sitting, path: str, fields: dict[str, str]) -> Response:
    """Send a template's form."""
    return await sitting.post(path, turn="keep", **fields)


async def test_versions_are_kept_and_come_back(office: Office, registrar: Sitting) -> None:
    """Each with who and when; an earlier one and the product's words hold again as new ones."""
    path = office.at_school + TEMPLATE
    fields = sentences((await registrar.get(path)).text)
    for said in ("第一次：{截止日} 前確認", "第二次：{截止日} 前確認"):
        await keep(registrar, path, fields | {"sentence-0": said})
    await keep(registrar, path, fields | {"sentence-0": "第二次：{截止日} 前確認"})
    page = (await registrar.get(path)).text
    assert sentences(page)["sentence-0"] == "第二次：{截止日} 前確認"
    assert "林註冊" in page
    versions = re.findall(r'name="version" value="(\d+)"', page)
    assert len(versions) == 1

    await registrar.post(f"{path}/back", version=versions[0])
    page = (await registrar.get(path)).text
    assert sentences(page)["sentence-0"] == "第一次：{截止日} 前確認"
    await registrar.post(f"{path}/back", version="product")

    assert sentences((await registrar.get(path)).text) == fields
    async with office.store.reading() as session:
        school = await session.get_one(School, office.cast.school.id)
        assert await wordings.of_school(session, school) == {}
        kind = NoticeKind.RECEIPT_OPENED
        kept = await wordings.history(session, school.id, kind, "zh_Hant_TW", limit=9)
    assert [each.version for each in kept] == [4, 3, 2, 1]
    assert await deeds(office) == ["reworded message"] * 4
    assert (await registrar.post(f"{path}/back", version="4711")).status_code == 404


async def test_a_proof_goes_to_oneself_and_is_nobodys_told(
    office: Office, registrar: Sitting, sent: list[bytes]
) -> None:
    """It is marked, its buttons lead home, it is counted, and no notice says it was told."""
    await registrar.post(f"{office.at_school}/messages/proof", kind="receipt_due")

    (body,) = sent
    assert "【試寄】".encode() in body
    assert b"confirm" not in body.lower()
    (delivery,) = await rows(office, Delivery)
    assert (delivery.person_id, delivery.state) == (
        office.cast.people["註冊組"].id,
        DeliveryState.ACCEPTED,
    )
    assert await rows(office, Notice) == []
    async with office.store.reading() as session:
        school_id = office.cast.school.id
        assert await counted.in_month(session, school_id, {"line"}, office.clock.now()) == 1
    page = (await registrar.get(f"{office.at_school}/messages/proof")).text
    assert "收訖明細提醒" in page
    assert await deeds(office) == ["sent a proof"]


async def test_a_proof_that_fails_is_not_tried_again(office: Office, registrar: Sitting) -> None:
    """The school has no LINE here: the row ends, and the page says so."""
    await registrar.post(f"{office.at_school}/messages/proof", kind="upload_due")

    (delivery,) = await rows(office, Delivery)
    assert delivery.state is DeliveryState.FAILED
    assert "沒有送" in (await registrar.get(f"{office.at_school}/messages/proof")).text


async def test_whose_chat_it_is_is_proved_by_a_code(office: Office, sent: list[bytes]) -> None:
    """The code goes to the chat of that number and is typed into the console: no other way."""
    sitting = await office.registrar()
    at, teacher = f"{office.at_school}/messages/proof", office.cast.people["林老師"]
    refused = await sitting.post(f"{at}/myself", number="nobody")
    assert "沒有這個編號" in refused.text
    pupil = office.cast.people["小美"].number
    assert "沒有這個編號" in (await sitting.post(f"{at}/myself", number=pupil)).text

    await sitting.post(f"{at}/myself", number=teacher.number)
    code = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", sent[0].decode())
    assert code is not None
    wrong = await sitting.post(f"{at}/confirm", code="AAAAA-AAAAA")
    assert "這不是剛才送到聊天室的代碼" in wrong.text
    await sitting.post(f"{at}/confirm", code=code[0].lower())

    (user,) = await rows(office, ConsoleUser)
    assert user.person_id == teacher.id
    assert "console_person_linked" in await deeds(office)


async def test_who_has_no_chat_is_led_to_a_joining_code(office: Office) -> None:
    """Nothing is sent, and the page of that person makes the code."""
    async with office.store.writing() as session:
        await session.execute(sa.update(ChatAccount).values(person_id=None))
    sitting, teacher = await office.registrar(), office.cast.people["林老師"]
    at = f"{office.at_school}/messages/proof"

    page = (await sitting.post(f"{at}/myself", number=teacher.number)).text

    assert f"/people/{teacher.id}" in page
    assert await rows(office, Delivery) == []
