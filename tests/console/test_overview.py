"""The overview says where a school stands, to each as far as their sight goes."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from models.queries import holds
from models.queries.holds import Hold
from models.rules.access import Grant
from models.tables import ChatAccount, Decision, ImportRun, Person, QuotaReading
from models.vocabulary import (
    AccountState,
    Choice,
    ConsoleRole,
    NoticeKind,
    PersonKind,
    Silence,
    Stage,
)
from tests.console.ledgers import unsaid
from tests.support.consoles import Office, opened
from tests.support.stage import MONDAY

DAY = timedelta(days=1)
_ROW = re.compile(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>', re.DOTALL)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console on a Monday morning: 小美 has decided about uploads, nobody else has."""
    async with opened(sqlite_url) as found:
        async with found.store.writing() as session:
            session.add(
                Decision(
                    school_id=found.cast.school.id,
                    person_id=found.cast.people["小美"].id,
                    stage=Stage.UPLOAD,
                    scope="113-1",
                    choice=Choice.NOTHING,
                    decided_at=MONDAY,
                )
            )
        yield found


def figures(page: str, caption: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of the tables with a caption: who, how many have decided, how many not."""
    rows = {}
    for table in re.findall(r"<table>(.*?)</table>", page, re.DOTALL):
        if caption in table.split("</caption>")[0]:
            for who, cells in _ROW.findall(table):
                rows[who.strip()] = tuple(re.findall(r'class="figure">(\d+)', cells))
    return rows


async def test_it_says_who_has_decided_by_division_and_class(office: Office) -> None:
    """Counts of people in the order of the classes' names, with a bar beside each."""
    page = (await (await office.registrar()).get(f"{office.at_school}/")).text

    rows = figures(page, "課程學習成果上傳")
    assert rows == {"全校": ("1", "2"), "201": ("1", "1"), "202": ("0", "1")}
    assert page.count("<svg") > len(rows)
    assert "還有 140 天" in page


async def test_a_homeroom_teacher_sees_the_own_class_and_a_submitter_no_pupil(
    office: Office,
) -> None:
    """What somebody does not need for their work they do not see."""
    school_id = office.cast.school.id
    async with office.store.writing() as session:
        await session.execute(sa.update(ChatAccount).values(state=AccountState.BLOCKED))
    teacher = await office.signed_in(Grant(ConsoleRole.HOMEROOM_TEACHER, school_id, "201"))
    submitter = await office.signed_in(
        Grant(ConsoleRole.SUBMITTER, school_id, "outcomes"), address="list@school.example"
    )

    own = (await teacher.get(f"{office.at_school}/")).text
    listed = (await teacher.get(f"{office.at_school}/unreachable")).text
    other = (await teacher.get(f"{office.at_school}/unreachable?class=202")).text
    nothing = (await submitter.get(f"{office.at_school}/")).text

    assert figures(own, "課程學習成果上傳") == {"合計": ("1", "1"), "201": ("1", "1")}
    assert "202" not in own
    assert "小美" in listed
    assert "小華" not in listed + other
    assert "什麼時候截止" in nothing
    assert "誰已經決定" not in nothing
    assert "聯絡不到的人" not in nothing


async def test_it_names_what_failed_with_the_way_to_it(office: Office) -> None:
    """What should have been said in the last week and was not; older things are over."""
    await unsaid(office, "小美", MONDAY - DAY, Silence.REFUSED)
    await unsaid(office, "阿明", MONDAY - 9 * DAY, Silence.REFUSED)
    await unsaid(office, "小華", MONDAY - DAY, Silence.DECIDED)
    sitting = await office.registrar()

    page = (await sitting.get(f"{office.at_school}/")).text

    link = re.search(r'<a href="/console([^"]+)">[^<]*1 則</a>', page)
    assert link is not None
    found = (await sitting.get(link[1].replace("&amp;", "&"))).text
    assert "小美" in found
    assert "阿明" not in found


async def test_it_says_what_leaves_next_what_it_costs_and_how_fresh_the_data_is(
    office: Office,
) -> None:
    """The cost is the last forecast's; a hold and the last import stand there as well."""
    school_id, leaves = office.cast.school.id, MONDAY + 2 * DAY - timedelta(hours=2, minutes=30)
    async with office.store.writing() as session:
        session.add(
            QuotaReading(
                school_id=school_id,
                channel="line",
                month="2024-09",
                limit=200,
                used=50,
                read_at=MONDAY,
                foretold_at=MONDAY,
                ahead=[
                    {
                        "at": leaves.isoformat(),
                        "kind": NoticeKind.SELECTION_DUE.value,
                        "required": False,
                        "cost": 321,
                        "spare": 0,
                        "deadline": None,
                        "window": office.cast.windows["selection"].id,
                    }
                ],
            )
        )
        for undone, data_at in ((None, MONDAY - 2 * DAY), (MONDAY, MONDAY)):
            session.add(
                ImportRun(
                    school_id=school_id,
                    subject="works",
                    at=MONDAY - DAY,
                    rows=3,
                    undone_at=undone,
                    data_at=data_at,
                )
            )
        await holds.put_on(session, Hold(MONDAY, "測試原因", "林註冊"), via="terminal")

    page = (await (await office.registrar()).get(f"{office.at_school}/")).text

    assert "測試原因" in page
    assert "已用 50 則，上限 200 則，還剩 150 則" in page
    assert "113/9/14（六）10:00" in page
    assert "113/9/16（一）10:00</td></tr>" not in page
    assert "321" in page


async def test_a_new_schools_registrar_is_led_through_the_first_steps(office: Office) -> None:
    """What is done is ticked, what is left is a link; who cannot do them is not asked to."""
    school = await office.another_school()
    sitting = await office.signed_in(Grant(ConsoleRole.REGISTRAR, school.id))
    viewer = await office.signed_in(
        Grant(ConsoleRole.VIEWER, school.id), address="v@school.example"
    )
    at = f"/s/{school.code}"

    before = (await sitting.get(f"{at}/")).text
    async with office.store.writing() as session:
        session.add(
            Person(school_id=school.id, kind=PersonKind.PUPIL, number="110001", name="王小明")
        )
    after = (await sitting.get(f"{at}/")).text

    assert f'href="/console{at}/imports/new/people">匯入人員與班級' in before
    assert "還沒有人員資料，請先匯入。" in before
    assert "✓ 匯入人員與班級" in after
    assert f'href="/console{at}/imports/new/courses">' in after
    assert "開始使用" not in (await viewer.get(f"{at}/")).text
