"""The office's queue in the console: what runs out first, whose it is, and answers that arrive."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlmodel import select

from handlers.settling import settle
from models.rules.access import Grant
from models.tables import (
    Appeal,
    AuditEntry,
    Confirmation,
    Notice,
    Person,
    Query,
    Question,
    ReceiptStatement,
    Submission,
)
from models.vocabulary import (
    AppealState,
    ConsoleRole,
    NoticeKind,
    OutcomeState,
    PersonKind,
    QueryReason,
    QueryState,
    QuestionState,
)
from tests.support.cast import outcome, statement, taipei
from tests.support.consoles import Office, Sitting, opened

Row = TypeVar("Row", Appeal, Query, Question)
FRIDAY = taipei(2024, 10, 11, 12)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console at noon of a Friday: 小美 doubts her statement, 阿明 asks since Thursday."""
    async with opened(sqlite_url, at=FRIDAY) as found:
        async with found.store.writing() as session:
            about = await statement(session, found.cast, of="小美")
            school_id = found.cast.school.id
            query = Query(
                school_id=school_id,
                statement_id=about.id,
                person_id=found.cast.people["小美"].id,
                reason=QueryReason.MISSING_ITEM,
                raised_at=FRIDAY,
            )
            question = Question(
                school_id=school_id,
                person_id=found.cast.people["阿明"].id,
                wording="補考的作品要怎麼處理？",
                asked_at=FRIDAY - timedelta(days=1),
            )
            session.add_all([query, question])
        yield found


async def registrar(office: Office) -> Sitting:
    """Sign in as the registrar, who is 註冊組 in the school's chats."""
    grant = Grant(ConsoleRole.REGISTRAR, office.cast.school.id)
    return await office.signed_in(grant, person="註冊組")


async def told(office: Office, name: str) -> list[Notice]:
    """Return what somebody is to be told, by when."""
    async with office.store.reading() as session:
        mine = select(Notice).where(Notice.person_id == office.cast.people[name].id)
        return list((await session.execute(mine.order_by("due_at"))).scalars())


async def the(office: Office, kind: type[Row]) -> Row:
    """Return the one of its kind."""
    async with office.store.reading() as session:
        return (await session.execute(select(kind))).scalar_one()


async def test_what_runs_out_first_stands_first(office: Office) -> None:
    """Three days where the school's rules do not say; what is overdue is said in words."""
    sitting = await registrar(office)
    fresh = (await sitting.get(f"{office.at_school}/queries")).text
    office.clock.at += timedelta(days=4)
    sitting = await registrar(office)
    later = (await sitting.get(f"{office.at_school}/queries")).text

    assert fresh.index("阿明") < fresh.index("小美")
    assert re.findall(r"還有 (\d+) 天", fresh) == ["2", "3"]
    assert re.findall(r"⚠ 逾期 (\d+) 天", later) == ["2", "1"]


async def test_whoever_takes_it_is_reminded_and_so_is_the_deputy(office: Office) -> None:
    """The owner on the school morning before the last day, the deputy on the last morning."""
    deputy = await office.signed_in(
        Grant(ConsoleRole.REGISTRAR, office.cast.school.id),
        address="deputy@school.example",
        person="林老師",
    )
    sitting = await registrar(office)
    me = (await office.user("office@school.example")).id
    other = (await office.user("deputy@school.example")).id
    one = f"{office.at_school}/queries/receipt/1"

    same = await sitting.post(f"{one}/owner", owner=str(me), deputy=str(me))
    kept = await sitting.post(f"{one}/owner", owner=str(me), deputy=str(other))
    again = await sitting.post(f"{one}/owner", owner=str(me), deputy=str(other))

    assert (same.status_code, kept.status_code, again.status_code) == (422, 303, 303)
    row = await the(office, Query)
    assert (row.owner_id, row.deputy_id) == (me, other)
    # the last day is Monday the 14th: its morning, and that of the Friday before it is over
    assert [(each.kind, each.due_at) for each in await told(office, "林老師")] == [
        (NoticeKind.OFFICE_DIGEST, taipei(2024, 10, 14, 7, 30))
    ]
    assert await told(office, "註冊組") == []
    mine = (await deputy.get(f"{office.at_school}/queries?mine=1")).text
    assert "小美" in mine
    assert "阿明" not in mine


async def test_an_answer_by_night_is_said_to_wait_for_the_morning(office: Office) -> None:
    """Whoever answers late knows that nobody is woken by it."""
    office.clock.at = taipei(2024, 10, 11, 23)
    sitting = await registrar(office)

    answer = await sitting.post(
        f"{office.at_school}/queries/receipt/1/answer", outcome="explained", text="期限後才上傳。"
    )

    assert "夜間不打擾" in (await sitting.follow(answer)).text


async def test_an_explanation_reaches_the_pupil_with_its_clause(office: Office) -> None:
    """By the same notice as an answer in a chat; the first answer stays."""
    sitting = await registrar(office)
    one = f"{office.at_school}/queries/receipt/1"

    unchosen = await sitting.post(f"{one}/answer", outcome="", text="好")
    empty = await sitting.post(f"{one}/answer", outcome="explained", text=" ")
    answer = await sitting.post(
        f"{one}/answer", outcome="explained", text="期限後才上傳。", clause="草屯 六(三)"
    )
    kept = (await sitting.follow(answer)).text
    late = await sitting.post(f"{one}/answer", outcome="corrected", text="")

    assert (unchosen.status_code, empty.status_code) == (422, 422)
    assert "會在聊天裡收到" in kept
    assert "先答的為準" in (await sitting.follow(late)).text
    row = await the(office, Query)
    assert (row.state, row.explanation) == (QueryState.EXPLAINED, "期限後才上傳。（草屯 六(三)）")
    assert row.settled_by_id == office.cast.people["註冊組"].id
    assert [each.kind for each in await told(office, "小美")] == [NoticeKind.QUERY_SETTLED]
    settled = (await sitting.get(f"{office.at_school}/queries?settled=1")).text
    assert "小美" in settled
    async with office.store.reading() as session:
        deeds = (await session.execute(select(AuditEntry.deed, AuditEntry.via))).all()
    assert ("settled query", "console") in [tuple(each) for each in deeds]


async def test_a_typed_question_is_answered_in_the_same_place(office: Office) -> None:
    """Whoever asked is told; the words are kept as they are."""
    sitting = await registrar(office)

    await sitting.post(f"{office.at_school}/queries/question/1/answer", text="開學後補交。")

    row = await the(office, Question)
    assert (row.state, row.answer) == (QuestionState.ANSWERED, "開學後補交。")
    assert [each.kind for each in await told(office, "阿明")] == [NoticeKind.QUESTION_ANSWERED]


async def test_an_appeal_is_answered_in_the_same_queue(office: Office) -> None:
    """With what it is about and the pupil's own words; an outcome and words are asked for."""
    async with office.store.writing() as session:
        work = await outcome(session, office.cast, by="小華", state=OutcomeState.AWAITING)
        appeal = Appeal(
            school_id=office.cast.school.id,
            person_id=office.cast.people["小華"].id,
            outcome_id=work.id,
            wording="老師說看過了",
            raised_at=FRIDAY - timedelta(days=2),
        )
        session.add(appeal)
    sitting = await registrar(office)
    one = f"{office.at_school}/queries/appeal/1"

    listed = (await sitting.get(f"{office.at_school}/queries")).text
    shown = (await sitting.get(one)).text
    empty = await sitting.post(f"{one}/answer", outcome="granted", text=" ")
    wrong = await sitting.post(f"{one}/answer", outcome="corrected", text="好")
    answer = await sitting.post(f"{one}/answer", outcome="granted", text="老師 10/15 前會認證。")
    late = await sitting.post(f"{one}/answer", outcome="explained", text="不變。")

    assert listed.index("小華") < listed.index("阿明") < listed.index("小美")
    assert "老師說看過了" in shown
    assert "物理、林老師、113-1" in shown
    assert (empty.status_code, wrong.status_code, answer.status_code) == (422, 422, 303)
    assert "先答的為準" in (await sitting.follow(late)).text
    row = await the(office, Appeal)
    assert (row.state, row.explanation) == (AppealState.GRANTED, "老師 10/15 前會認證。")
    assert [each.kind for each in await told(office, "小華")] == [NoticeKind.APPEAL_SETTLED]
    settled = (await sitting.get(f"{office.at_school}/queries?settled=1")).text
    assert "申訴成立" in settled


async def test_a_correction_is_seen_in_the_next_round(office: Office) -> None:
    """The page of a query says whether that round is there, and what its pupil said to it."""
    school_id = office.cast.school.id
    one = f"{office.at_school}/queries/receipt/1"
    sitting = await registrar(office)
    before = (await sitting.get(one)).text
    corrections = f"{office.at_school}/queries/corrections"
    nothing = (await sitting.get(corrections)).text
    async with office.store.writing() as session:
        await settle(session, school_id, 1, QueryState.CORRECTED, "", now=FRIDAY, by_id=None)
    to_correct = (await sitting.get(corrections)).text
    async with office.store.writing() as session:
        first = (await session.execute(select(Submission))).scalar_one()
        second = Submission(
            school_id=school_id, term_id=first.term_id, round=2, submitted_at=FRIDAY
        )
        session.add(second)
        await session.flush()
        mei = office.cast.people["小美"].id
        received = ReceiptStatement(
            school_id=school_id, submission_id=second.id, person_id=mei, imported_at=FRIDAY
        )
        session.add(received)
        await session.flush()
        session.add(
            Confirmation(
                school_id=school_id, statement_id=received.id, person_id=mei, confirmed_at=FRIDAY
            )
        )
    after = (await sitting.get(one)).text

    assert "還沒送出" in before
    assert "小美" not in nothing
    assert "小美" in to_correct
    assert "小美" not in (await sitting.get(corrections)).text
    assert "第 2 輪" in after
    assert "學生在 113/10/11（五）12:00 確認了" in after


async def test_another_schools_queries_are_absent(office: Office) -> None:
    """Whoever guesses a number learns nothing, and changes nothing."""
    other = await office.another_school()
    async with office.store.writing() as session:
        pupil = Person(school_id=other.id, kind=PersonKind.PUPIL, number="1", name="別校學生")
        session.add(pupil)
        await session.flush()
        session.add(Question(school_id=other.id, person_id=pupil.id, wording="？", asked_at=FRIDAY))
    sitting = await registrar(office)

    for tail in ("receipt/2", "question/2", "letter/1", "appeal/1", "question/99"):
        one = f"{office.at_school}/queries/{tail}"
        assert (await sitting.get(one)).status_code == 404
        assert (await sitting.post(f"{one}/answer", text="好")).status_code == 404
        assert (await sitting.post(f"{one}/owner", owner="0", deputy="0")).status_code == 404
