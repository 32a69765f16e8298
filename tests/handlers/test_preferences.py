"""Settings, snooze, what is said to be done, and the office's queue, one tap at a time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from handlers.actions import (
    AnswerQuestion,
    AskQuestion,
    ChooseQuiet,
    ChooseReminder,
    SayDone,
    ShowHelp,
    ShowHome,
    ShowPreferences,
    ShowQuestion,
    ShowQuestions,
    ShowTimetable,
    Snooze,
)
from handlers.replies import Entry, Tone
from models.queries import questions
from models.rules.questions import A_DAY, LONGEST
from models.tables import AuditEntry, DoneClaim, Mute, Notice, Preference, Question
from models.vocabulary import NoticeKind, NoticeState, QuestionState, QuietChoice
from tests.support.asking import all_text, ask_from, snapshot, stranger
from tests.support.cast import taipei
from tests.support.scene import Scene, text_of


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("小美", ["Reminder: upload", "Reminder: selection"]),
        ("林老師", ["Reminder: certification"]),
        ("張導師", ["Reminder: certification", "Digest of a class"]),
        ("註冊組", []),
    ],
)
async def test_everybody_sees_the_reminders_of_their_own_duties(
    scene: Scene, name: str, topics: list[str]
) -> None:
    """A teacher who leads a class has both; what is required has no button."""
    reply = await scene.ask(name, ShowPreferences())

    entries = [block for block in reply.cards[0].blocks if isinstance(block, Entry)]
    assert [entry.title for entry in entries if entry.button] == topics
    required = [entry for entry in entries if "cannot be switched off" in entry.state]
    assert all(entry.button is None for entry in required)
    assert len(reply.cards) == 3


async def test_a_reminder_is_switched_off_and_on_once_each(scene: Scene) -> None:
    """A second tap changes nothing and says so; the audit has both changes."""
    off = ChooseReminder(NoticeKind.UPLOAD_DUE, 0)
    await scene.ask("小美", off)
    again = await scene.ask("小美", off)
    assert len(await scene.rows(Mute)) == 1
    assert again.cards[0].tone is Tone.REFUSED

    await scene.ask("小美", ChooseReminder(NoticeKind.UPLOAD_DUE, 1))
    assert await scene.rows(Mute) == []
    deeds = [entry.deed for entry in await scene.rows(AuditEntry)]
    assert deeds == ["muted reminders", "unmuted reminders"]


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("小美", NoticeKind.RECEIPT_DUE),
        ("小美", NoticeKind.CLASS_DIGEST),
        ("林老師", NoticeKind.UPLOAD_DUE),
        ("註冊組", NoticeKind.CERTIFICATION_DUE),
    ],
)
async def test_what_is_required_or_not_mine_cannot_be_switched_off(
    scene: Scene, name: str, topic: NoticeKind
) -> None:
    """A forged button mutes nothing (114函 point 6)."""
    before = await snapshot(scene.store)

    reply = await scene.ask(name, ChooseReminder(topic, 0))

    assert reply.cards[0].tone is Tone.REFUSED
    assert await snapshot(scene.store) == before


async def test_quiet_hours_are_kept_and_changed(scene: Scene) -> None:
    """One row a person, with the latest choice."""
    for choice in (QuietChoice.EVENING, QuietChoice.AFTER_SCHOOL):
        await scene.ask("小美", ChooseQuiet(choice))
    refused = await scene.ask("小美", ChooseQuiet(QuietChoice.AFTER_SCHOOL))

    assert [row.quiet for row in await scene.rows(Preference)] == [QuietChoice.AFTER_SCHOOL]
    assert refused.cards[0].tone is Tone.REFUSED


async def test_the_settings_say_when_messages_come_and_how_many(scene: Scene) -> None:
    """By the hours of one's division, or of the staff."""
    said = {name: text_of(await scene.ask(name, ShowPreferences())) for name in ("小美", "林老師")}

    assert "Reminders come at 07:30, and nothing from 21:00 to 07:00." in said["小美"]
    assert "on school days from 07:30 to 17:30" in said["林老師"]
    assert all("At most 5 messages a day and 15 a week" in each for each in said.values())
    await scene.change(scene.cast.classes["201"], division="continuing")
    assert "come at 12:10, and nothing from 22:30" in text_of(
        await scene.ask("小美", ShowPreferences())
    )


async def test_a_snooze_writes_one_notice_for_tomorrow(scene: Scene) -> None:
    """Due tomorrow morning, over at the deadline; waiting reminders wait with it."""
    window = scene.cast.windows["selection"]
    await scene.ask("小美", Snooze(window.id), at=taipei(2024, 9, 18, 10))
    await scene.ask("小美", Snooze(window.id), at=taipei(2024, 9, 18, 11))

    (notice,) = await scene.rows(Notice)
    assert notice.due_at == taipei(2024, 9, 19, 7, 30)
    assert notice.deadline_at == window.closes_at
    assert notice.kind is NoticeKind.SELECTION_DUE
    assert notice.required is False


@pytest.mark.parametrize("action", [Snooze(0), SayDone(0)])
async def test_without_a_reminder_there_is_nothing_to_put_off(
    scene: Scene, action: Snooze | SayDone
) -> None:
    """Typed out of the blue it is refused kindly and changes nothing."""
    before = await snapshot(scene.store)

    reply = await scene.ask("小美", action)

    assert reply.cards[0].tone is Tone.REFUSED
    assert await snapshot(scene.store) == before


@pytest.mark.parametrize(
    ("name", "window"),
    [("小美", "certification"), ("林老師", "selection"), ("註冊組", "upload"), ("小美", "receipt")],
)
@pytest.mark.parametrize("kind", [Snooze, SayDone])
async def test_a_window_that_is_not_mine_or_not_open_is_refused(
    scene: Scene, name: str, window: str, kind: type[Snooze | SayDone]
) -> None:
    """A foreign window, a stage of other people, or one that has not begun."""
    before = await snapshot(scene.store)

    reply = await scene.ask(name, kind(scene.cast.windows[window].id))

    assert reply.cards[0].tone is Tone.REFUSED
    assert await snapshot(scene.store) == before


async def test_saying_done_again_renews_it(scene: Scene) -> None:
    """After an import it can be said anew: one row, with the latest instant."""
    window_id = scene.cast.windows["selection"].id
    await scene.ask("小美", SayDone(window_id))
    later = scene.now + timedelta(days=1)
    await scene.ask("小美", SayDone(window_id), at=later)

    assert [row.said_at for row in await scene.rows(DoneClaim)] == [later]


async def test_a_question_is_kept_once_and_a_few_a_day(scene: Scene) -> None:
    """The same words wait once; past the day's number it is refused; tomorrow there is room."""
    for number in range(A_DAY):
        await scene.ask("小美", AskQuestion(f"重讀生第{number}年要怎麼辦理呢"))
    await scene.ask("小美", AskQuestion("重讀生第0年要怎麼辦理呢"))
    refused = await scene.ask("小美", AskQuestion("轉學生的資料會不見嗎"))
    assert len(await scene.rows(Question)) == A_DAY
    assert refused.cards[0].tone is Tone.REFUSED

    tomorrow = scene.now + timedelta(days=1)
    await scene.ask("小美", AskQuestion("轉學生的資料會不見嗎"), at=tomorrow)
    assert len(await scene.rows(Question)) == A_DAY + 1
    assert "轉學生" not in str([row.facts for row in await scene.rows(AuditEntry)])


async def test_a_long_question_is_cut_and_a_stranger_leaves_none(scene: Scene) -> None:
    """At most five hundred signs are kept; who is not linked learns how to join."""
    await scene.ask("小美", AskQuestion("問註冊組" + "很" * 2_000))
    account = await stranger(scene.store, scene.cast)
    await ask_from(scene.store, scene.cast, account, AskQuestion("重讀生要怎麼辦"), at=scene.now)

    assert [len(row.wording) for row in await scene.rows(Question)] == [LONGEST]


async def test_the_registrar_asks_nobody_but_sees_the_overview(scene: Scene) -> None:
    """Who answers the queue does not fill it."""
    reply = await scene.ask("註冊組", AskQuestion("重讀生要怎麼辦理呢"))

    assert reply.summary == (await scene.ask("註冊組", ShowHome())).summary
    assert await scene.rows(Question) == []


async def test_known_questions_get_the_schools_rule_for_every_duty(scene: Scene) -> None:
    """Caps and dates with their clause; a teacher sees the school's windows."""
    caps = text_of(await scene.ask("小美", AskQuestion("可以上傳幾件")))
    assert "at most 10 (草屯補充規定第五點(三)1)" in caps
    for name in ("小美", "林老師", "註冊組"):
        dates = text_of(await scene.ask(name, AskQuestion("上傳什麼時候截止")))
        assert "114/2/3 (Mon)" in dates
        assert "第十一點" in dates
    reply = await scene.ask("小美", AskQuestion("什麼期程要怎麼看"))
    assert reply.summary == (await scene.ask("小美", ShowTimetable())).summary


@pytest.mark.parametrize("name", ["小美", "林老師", "張導師"])
async def test_only_the_registrar_sees_and_answers_the_queue(scene: Scene, name: str) -> None:
    """A question's text is for the office; others learn nothing and change nothing."""
    await scene.ask("阿明", AskQuestion("重讀生要怎麼辦理呢"))
    (row,) = await scene.rows(Question)
    before = await snapshot(scene.store)

    for action in (ShowQuestions(), ShowQuestion(row.id), AnswerQuestion(row.id, "好")):
        reply = await scene.ask(name, action)
        assert reply.cards[0].tone is Tone.REFUSED
        assert "重讀生" not in all_text(reply)

    assert await snapshot(scene.store) == before


async def test_an_answer_is_kept_and_told_once(scene: Scene) -> None:
    """The first answer stays; whoever asked gets one notice without any words in its facts."""
    await scene.ask("小美", AskQuestion("重讀生要怎麼辦理呢"))
    (row,) = await scene.rows(Question)
    await scene.ask("註冊組", AnswerQuestion(row.id, "請帶學生證到註冊組。"))
    again = await scene.ask("註冊組", AnswerQuestion(row.id, "另一個答覆"))

    (row,) = await scene.rows(Question)
    assert (row.answer, row.state) == ("請帶學生證到註冊組。", QuestionState.ANSWERED)
    assert again.cards[0].tone is Tone.REFUSED
    (notice,) = await scene.rows(Notice, kind=NoticeKind.QUESTION_ANSWERED)
    assert notice.facts == {"question_id": row.id}
    assert notice.person_id == scene.cast.people["小美"].id
    assert notice.state is NoticeState.WAITING


async def test_a_long_queue_is_paged(scene: Scene) -> None:
    """Eight to a card, the oldest first; a number that is not there is refused."""
    async with scene.store.writing() as session:
        person = scene.cast.people["小美"]
        for number in range(10):
            await questions.leave(session, person, None, f"第{number}個問題是什麼", scene.now)
    first = text_of(await scene.ask("註冊組", ShowQuestions()))
    second = text_of(await scene.ask("註冊組", ShowQuestions(1)))

    assert "第0個" in first
    assert "第9個" not in first
    assert "第9個" in second
    refused = await scene.ask("註冊組", AnswerQuestion(999_999, "好"))
    assert refused.cards[0].tone is Tone.REFUSED
    async with scene.store.reading() as session:
        assert await session.scalar(sa.select(sa.func.count()).select_from(Question)) == 10


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("小美", ["settings", "remind me tomorrow", "done on the platform"]),
        ("林老師", ["settings", "remind me tomorrow"]),
        ("註冊組", ["settings", "questions"]),
    ],
)
async def test_help_lists_what_is_there_for_a_duty(
    scene: Scene, name: str, words: list[str]
) -> None:
    """Everything can be typed, so everything is named."""
    text = text_of(await scene.ask(name, ShowHelp()))

    for word in words:
        assert f"\n{word} |" in text
