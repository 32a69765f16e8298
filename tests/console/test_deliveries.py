"""The console says honestly what was sent and why not, to those who may know it."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from bot.console import endings
from models.queries import audit
from models.rules.access import Grant
from models.rules.endings import ASKS_FOR, Ending
from models.tables import AuditEntry, ChatAccount, Decision, Person
from models.vocabulary import (
    AccountState,
    AttemptOutcome,
    Choice,
    ConsoleRole,
    DeliveryState,
    NoticeKind,
    NoticeState,
    Silence,
    Stage,
)
from tests.console.ledgers import notice, unsaid
from tests.support.consoles import Office, Sitting, opened
from tests.support.stage import MONDAY

HOUR = timedelta(hours=1)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school on a Monday morning."""
    async with opened(sqlite_url) as found:
        yield found


async def homeroom_teacher(office: Office, scope: str = "201") -> Sitting:
    """Sign in somebody who sees one class."""
    grant = Grant(ConsoleRole.HOMEROOM_TEACHER, office.cast.school.id, scope)
    return await office.signed_in(grant, address=f"{scope}@school.example")


def story_of(office: Office, name: str) -> str:
    """Return the path of a person's page."""
    return f"{office.at_school}/deliveries/person/{office.cast.people[name].id}"


def lines(answer: str) -> list[str]:
    """Return the marks that a page shows in its table, in their order."""
    return re.findall(r'class="mark (\w+)"', answer)


def test_everything_that_can_become_of_a_message_has_a_sentence() -> None:
    """No reason for silence and no ending is without words."""
    assert set(endings.ENDINGS) == set(endings.MEANINGS) == set(Ending)
    assert set(endings.SILENCES) == set(Silence)
    assert set(endings.OUTCOMES) == set(AttemptOutcome)
    assert set(ASKS_FOR) <= set(NoticeKind)


async def test_a_message_is_called_what_is_known_of_it(office: Office) -> None:
    """Accepted, seen by a tap, acted upon, blocked, unknown, held, waiting; never more."""
    at = MONDAY - 5 * HOUR
    await notice(office, "小美", at)
    await notice(office, "阿明", at)
    await notice(office, "小華", at)
    await unsaid(office, "小美", at, Silence.BLOCKED)
    await unsaid(office, "小美", at, Silence.DECIDED)
    await notice(office, "小美", at, state=NoticeState.WAITING)
    await notice(office, "小美", at, state=NoticeState.WAITING, silence=Silence.QUOTA)
    queued, failed = DeliveryState.QUEUED, DeliveryState.FAILED
    await notice(office, "小美", at, state=NoticeState.BUNDLED, delivery=queued)
    await unsaid(office, "小美", at, Silence.EXPIRED, delivery=failed, reason="unknown")
    await unsaid(office, "小美", at, Silence.EXPIRED)
    async with office.store.writing() as session:
        await session.execute(
            sa.update(ChatAccount)
            .where(col(ChatAccount.person_id) == office.cast.people["阿明"].id)
            .values(seen_at=at + HOUR)
        )
        await audit.record(
            session,
            school_id=office.cast.school.id,
            at=at + HOUR,
            actor_id=office.cast.people["小華"].id,
            deed="decided upload",
        )
    sitting = await office.registrar()

    page = await sitting.get(f"{office.at_school}/deliveries")
    seen = await sitting.get(f"{office.at_school}/deliveries?state=seen")
    unknown = await sitting.get(f"{office.at_school}/deliveries?state=unknown")

    assert sorted(lines(page.text)) == sorted(
        "accepted seen acted blocked not_sent waiting held on_its_way unknown not_sent".split()
    )
    assert lines(seen.text) == ["seen"]
    assert "阿明" in seen.text
    assert lines(unknown.text) == ["unknown"]
    assert "送達" not in page.text


async def test_a_search_narrows_and_its_pages_keep_the_filter(office: Office) -> None:
    """By person, class, stage, reason and day; what nobody could choose narrows nothing."""
    for number in range(52):
        await unsaid(office, "小美", MONDAY - number * HOUR, Silence.MUTED)
    await notice(office, "小華", MONDAY - 50 * HOUR, window="selection")
    sitting = await office.registrar()

    async def found(query: str) -> list[str]:
        return lines((await sitting.get(f"{office.at_school}/deliveries?{query}")).text)

    first = await sitting.get(f"{office.at_school}/deliveries?whom=小美&reason=muted")
    assert len(lines(first.text)) == 50
    older = re.search(r'href="(\?[^"]+)" rel="next"', first.text)
    assert older is not None
    assert "reason=muted" in older[1]
    assert len(await found(older[1].removeprefix("?").replace("&amp;", "&"))) == 2
    assert await found("class=202") == ["accepted"]
    assert await found("stage=selection") == ["accepted"]
    assert await found(f"whom={office.cast.people['小華'].number}") == ["accepted"]
    assert await found("whom=小華&since=2024-09-16") == []
    assert await found("whom=小華&since=2024-09-13&until=2024-09-14") == ["accepted"]
    assert len(await found("stage=nonsense&since=yesterday&page=-1")) == 50


async def test_a_homeroom_teacher_sees_the_own_class_only(office: Office) -> None:
    """In the list, in the file, and on a person's page, where others look absent."""
    await notice(office, "小美", MONDAY)
    await notice(office, "小華", MONDAY)
    await notice(office, "林老師", MONDAY)
    sitting = await homeroom_teacher(office)

    page = await sitting.get(f"{office.at_school}/deliveries")
    file = await sitting.post(f"{office.at_school}/deliveries/export")
    own = await sitting.get(story_of(office, "小美"))
    other = await sitting.get(story_of(office, "小華"))
    absent = await sitting.get(f"{office.at_school}/deliveries/person/999999")

    assert "小美" in page.text
    assert "小華" not in page.text + file.text
    assert "林老師" not in page.text + file.text
    assert own.status_code == 200
    assert (other.status_code, other.text) == (absent.status_code, absent.text)


async def test_a_department_head_sees_the_division(office: Office) -> None:
    """The classes of it, and nobody of another one."""
    await notice(office, "小美", MONDAY)
    school_id = office.cast.school.id
    day = Grant(ConsoleRole.DEPARTMENT_HEAD, school_id, "day")
    evening = Grant(ConsoleRole.DEPARTMENT_HEAD, school_id, "evening")

    seen = await (await office.signed_in(day)).get(f"{office.at_school}/deliveries")
    unseen = await (await office.signed_in(evening, address="e@school.example")).get(
        f"{office.at_school}/deliveries"
    )

    assert lines(seen.text) == ["accepted"]
    assert lines(unseen.text) == []


async def test_the_result_can_be_saved_and_that_is_audited(office: Office) -> None:
    """As a file for a spreadsheet, in which nothing can run, with the filter of the page."""
    await notice(office, "小美", MONDAY)
    await notice(office, "阿明", MONDAY)
    await notice(office, "阿明", MONDAY, window="selection")
    async with office.store.writing() as session:
        await session.execute(
            sa.update(Person)
            .where(col(Person.id) == office.cast.people["小美"].id)
            .values(name="=1+1")
        )
    sitting = await office.registrar()

    file = await sitting.post(f"{office.at_school}/deliveries/export", stage="upload")
    none = await sitting.post(f"{office.at_school}/deliveries/export", whom="小華")

    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert sorted(row[1] for row in rows[1:]) == ["'=1+1", "阿明"]
    assert len(list(csv.reader(io.StringIO(none.text)))) == 1
    async with office.store.reading() as session:
        entries = (await session.execute(select(AuditEntry))).scalars().all()
    assert [(each.deed, each.facts["rows"]) for each in entries] == [
        ("exported deliveries", 2),
        ("exported deliveries", 0),
    ]


async def test_a_persons_page_says_why_no_reminder_came(office: Office) -> None:
    """Not joined, blocked, decided, or still something left: each in one look."""
    at, school_id = MONDAY - HOUR, office.cast.school.id
    people = office.cast.people
    await unsaid(office, "阿明", at, Silence.BLOCKED)
    await notice(office, "小美", at)
    async with office.store.writing() as session:
        await session.execute(
            sa.delete(ChatAccount).where(col(ChatAccount.person_id) == people["小華"].id)
        )
        await session.execute(
            sa.update(ChatAccount)
            .where(col(ChatAccount.person_id) == people["阿明"].id)
            .values(state=AccountState.BLOCKED, state_at=at)
        )
        session.add(
            Decision(
                school_id=school_id,
                person_id=people["小美"].id,
                stage=Stage.UPLOAD,
                scope="113-1",
                choice=Choice.NOTHING,
                decided_at=MONDAY,
            )
        )
        await audit.record(
            session,
            school_id=school_id,
            at=MONDAY,
            actor_id=people["小美"].id,
            deed="decided upload",
            via="line",
        )
    sitting = await office.registrar()

    decided = (await sitting.get(story_of(office, "小美"))).text
    blocked = (await sitting.get(story_of(office, "阿明"))).text
    missing = (await sitting.get(story_of(office, "小華"))).text

    assert "沒有待辦的事，不需要提醒" in decided
    assert decided.index("決定了上傳") < decided.index("之後已完成", decided.index("經過"))
    assert "request" in decided
    assert "封鎖了學校的帳號" in blocked
    assert "請當面通知" in blocked
    assert "還沒有加入" in missing
    assert "還有待辦的事" in missing
    assert "下一則" in missing
