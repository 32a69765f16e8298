"""The registrar's overview, the timetable for everybody, help, language, and groups."""

from datetime import datetime

import pytest
from sqlmodel import select

from handlers import actions
from handlers.actions import (
    Action,
    ChooseLanguage,
    NudgeClass,
    SendFile,
    ShowClass,
    ShowHelp,
    ShowHome,
    ShowItem,
    ShowPending,
    ShowSchool,
    ShowTimetable,
    ShowUndecided,
    UnknownAction,
)
from handlers.replies import Bar, Reply, Tone
from models.tables import (
    ChatAccount,
    Delivery,
    Person,
    Query,
    QuotaReading,
    ReceiptLine,
    ReceiptStatement,
)
from models.vocabulary import DeliveryState, OutcomeState, QueryReason
from tests.support.asking import all_text, ask_from, snapshot
from tests.support.cast import Cast, outcome, performance, statement, taipei
from tests.support.scene import Scene


async def ask(
    scene: Scene,
    name: str,
    action: Action,
    *,
    at: datetime | None = None,
    in_group: bool = False,
) -> Reply:
    """Ask from the account of a person of the cast."""
    account = scene.cast.accounts[name]
    return await ask_from(
        scene.store, scene.cast, account, action, at=at or scene.now, in_group=in_group
    )


async def doubt(scene: Scene, name: str = "小美") -> None:
    """Let a pupil raise a query about the first line of a receipt statement."""
    row: ReceiptStatement = await scene.add(statement, of=name)
    async with scene.store.writing() as session:
        lines = select(ReceiptLine).where(ReceiptLine.statement_id == row.id)
        line = (await session.execute(lines)).scalars().first()
        assert line is not None
        session.add(
            Query(
                school_id=scene.cast.school.id,
                statement_id=row.id,
                line_id=line.id,
                person_id=row.person_id,
                reason=QueryReason.WRONG_FILE,
                raised_at=taipei(2024, 10, 9, 12),
            )
        )


def delivery(cast: Cast, key: str, settled_at: datetime) -> Delivery:
    """Make a message that a channel accepted."""
    return Delivery(
        school_id=cast.school.id,
        person_id=cast.people["小美"].id,
        account_id=cast.accounts["小美"].id,
        channel="line",
        retry_key=key,
        state=DeliveryState.ACCEPTED,
        created_at=settled_at,
        try_at=settled_at,
        settled_at=settled_at,
    )


async def test_the_registrar_sees_the_school_as_counts_of_people(scene: Scene) -> None:
    """A bar for each open window, those out of reach, open queries, and the month's messages."""
    await scene.add(performance, by="小美")
    await doubt(scene)
    async with scene.store.writing() as session:
        for name in ("小華", "陳老師"):
            account = await session.get_one(ChatAccount, scene.cast.accounts[name].id)
            await session.delete(account)
        session.add(delivery(scene.cast, "this month", taipei(2024, 9, 1)))
        session.add(delivery(scene.cast, "before it began in Japan", taipei(2024, 8, 31, 22, 59)))
        session.add(
            QuotaReading(
                school_id=scene.cast.school.id,
                channel="line",
                month="2024-09",
                limit=200,
                foretold_at=taipei(2024, 9, 1),
            )
        )

    reply = await ask(scene, "註冊組", ShowSchool())

    said = all_text(reply)
    blocks = [block for card in reply.cards for block in card.blocks]
    counted = {(bar.label, bar.part, bar.whole) for bar in blocks if isinstance(bar, Bar)}
    assert ("Selection of 112", 2, 3) in counted
    assert ("Upload of course outcomes 113-1", 0, 3) in counted
    assert "Pupils out of reach\n1 person\n" in said
    assert "Staff out of reach\n1 person\n" in said
    assert "Messages this month\n1 of 200 used\n" in said
    assert "class 201, no. 12 小美\n小說改寫\nWrong file, since 10/9" in said


async def test_the_school_is_the_registrars_business(scene: Scene) -> None:
    """Everybody else is refused and learns no name."""
    await doubt(scene)

    for name in scene.cast.people:
        if name != "註冊組":
            reply = await ask(scene, name, ShowSchool())
            assert reply.cards[0].tone is Tone.REFUSED
            assert "小說改寫" not in all_text(reply)


@pytest.mark.parametrize("name", ["小美", "林老師", "註冊組"])
async def test_everybody_sees_the_windows_that_are_open_or_to_come(scene: Scene, name: str) -> None:
    """What is over is left out; what is to come says when it opens."""
    reply = await ask(scene, name, ShowTimetable(), at=taipei(2024, 9, 21))

    said = all_text(reply)
    assert "Selection of 112" not in said
    assert "113/10/9 (Wed)–10/14 (Mon)" in said
    assert "opens on 10/9 (Wed)" in said
    assert "Certification 113-1" in said
    assert ("grade 1, 2 of 112" in said) is (name != "小美")


async def test_the_end_of_a_window_in_another_year_is_written_with_its_year(scene: Scene) -> None:
    """A semester begins in one year of our reckoning and ends in the next."""
    said = all_text(await ask(scene, "小美", ShowTimetable()))

    assert "–114/2/3 (Mon)" in said


async def test_teachers_are_counted_by_what_waits_for_them(scene: Scene) -> None:
    """A certification window is no decision of a pupil: its bar says so."""
    await scene.add(outcome, by="小美", course="物理", state=OutcomeState.AWAITING)

    said = all_text(await ask(scene, "註冊組", ShowSchool()))

    assert "1 have works to certify" in said


async def test_a_timetable_without_dates_says_so(scene: Scene) -> None:
    """After the last window there is an answer all the same."""
    reply = await ask(scene, "小美", ShowTimetable(), at=taipei(2026, 1, 1))

    assert reply.summary == "No window is open or planned now."


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        ("小美", "my status", "pending"),
        ("林老師", "pending", "my status"),
        ("張導師", "class", "school"),
        ("註冊組", "school", "class"),
    ],
)
async def test_help_lists_what_this_person_can_type(
    scene: Scene, name: str, shown: str, hidden: str
) -> None:
    """The commands of one's own duties, and those for everybody."""
    reply = await ask(scene, name, ShowHelp())

    listed = [
        block.title for card in reply.cards for block in card.blocks if hasattr(block, "title")
    ]
    assert shown in listed
    assert hidden not in listed
    assert {"home", "timetable", "unlink"} <= set(listed)


async def test_a_file_learns_where_it_belongs(scene: Scene) -> None:
    """Works are uploaded on the school platform."""
    assert "school platform" in all_text(await ask(scene, "小美", SendFile()))


async def test_a_language_is_kept_for_the_person(scene: Scene) -> None:
    """The second choice of the same language changes nothing; unknown ones are refused."""
    first = await ask(scene, "小美", ChooseLanguage("en"))
    second = await ask(scene, "小美", ChooseLanguage("en"))
    unknown = await ask(scene, "小美", ChooseLanguage("xx"))

    assert first.cards[0].tone is Tone.DONE
    assert second.cards[0].title == "Already done"
    assert unknown.cards[0].tone is Tone.REFUSED
    (person,) = await scene.rows(Person, id=scene.cast.people["小美"].id)
    assert person.locale == "en"


def every_action(scene: Scene, work_id: int) -> list[Action]:
    """Return actions of every kind that names or shows something."""
    class_id, window_id = scene.cast.classes["201"].id, scene.cast.windows["selection"].id
    return [
        ShowHome(),
        UnknownAction(),
        ShowHelp(),
        ShowPending(),
        ShowItem(work_id),
        ShowClass(0),
        ShowUndecided(class_id, window_id),
        NudgeClass(class_id, window_id),
        ShowSchool(),
        actions.CertifyItem(work_id, 1),
        actions.ShowStatus(),
        actions.AskToUnlink(),
        actions.Unlink(),
        actions.SendCode("7KQ2M-XW9RA"),
    ]


async def test_a_group_gets_counts_and_never_a_name(scene: Scene) -> None:
    """Whoever asks for whatever in a group: no name, no title, and nothing changes."""
    work = await scene.add(outcome, by="小美", state=OutcomeState.AWAITING)
    await scene.add(performance, by="阿明")
    await doubt(scene)
    before = await snapshot(scene.store)

    for name in ("小美", "林老師", "張導師", "註冊組"):  # one of each duty
        for action in every_action(scene, work.id):
            reply = await ask(scene, name, action, in_group=True)
            said = all_text(reply)
            hidden = [*scene.cast.people, "斜面實驗報告", "科展", "小說改寫"]
            assert not [word for word in hidden if word in said], (name, action)
            assert any(isinstance(block, Bar) for block in reply.cards[0].blocks)
    assert await snapshot(scene.store) == before


async def test_a_homeroom_teacher_gets_the_counts_of_the_class_in_a_group(scene: Scene) -> None:
    """Anybody else gets those of the school."""
    await scene.add(performance, by="小美")

    of_class = await ask(scene, "張導師", ShowClass(0), in_group=True)
    of_school = await ask(scene, "小美", ShowHome(), in_group=True)

    assert "Class 201: 1 have decided, 1 have not" in of_class.summary
    assert "The school's progress: 2 have decided, 1 have not" in of_school.summary


async def test_a_group_without_open_windows_gets_an_answer(scene: Scene) -> None:
    """There is nothing to count, and it says so."""
    reply = await ask(scene, "小美", ShowHome(), at=taipei(2026, 1, 1), in_group=True)

    assert reply.summary == "No window for pupils is open now."
