"""What is said unasked: the thing, the date, what follows, and what can be done about it."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.codec import pack
from handlers.replies import Reply, Tone, Weight
from models.queries.digests import ClassProgress
from models.queries.spoken import (
    Announced,
    Answered,
    Chosen,
    InQueue,
    Looked,
    Settled,
    Statement,
    Subjects,
    Verdict,
    Work,
)
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rulebooks import load, shipped
from models.tables import Term, Window
from models.vocabulary import (
    AppealState,
    NoticeKind,
    OutcomeState,
    QueryReason,
    QueryState,
    ReturnReason,
    Stage,
)
from scheduler.messages import MESSAGES, MOST_CARDS, draw
from scheduler.messages.scene import Scene
from tests.support.cast import taipei
from tests.support.scene import ENGLISH, buttons_of, text_of

RULEBOOK = load(shipped()["caotun"].read_text("utf-8"), name="caotun")
NOW = taipei(2025, 1, 31, 8)
CLOSES = taipei(2025, 2, 4)
TERM = Term(id=1, school_id=1, year=113, semester=1)
WORK = Work(7, 3, 1, "斜面實驗報告", "物理", OutcomeState.UPLOADED)
STAGES = (Stage.UPLOAD, Stage.CERTIFICATION, Stage.SELECTION, Stage.RECEIPT)
STAGE_OF = {
    NoticeKind.CERTIFICATION_DUE: Stage.CERTIFICATION,
    NoticeKind.CERTIFICATION_REQUESTED: Stage.CERTIFICATION,
    NoticeKind.TEACHER_NUDGED: Stage.CERTIFICATION,
    NoticeKind.SELECTION_DUE: Stage.SELECTION,
    NoticeKind.RECEIPT_DUE: Stage.RECEIPT,
    NoticeKind.RECEIPT_OPENED: Stage.RECEIPT,
    NoticeKind.LAST_CALL_REPEATED: Stage.RECEIPT,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED: Stage.RECEIPT,
}
LOOKED = Looked(WORK, AppealState.GRANTED, "老師會再看一次。", taipei(2025, 1, 29, 12))
CORRECTED = Settled(
    "小說改寫", QueryReason.WRONG_FILE, QueryState.CORRECTED, "", taipei(2025, 1, 29, 12)
)
WINDOW_IDS = {stage: number for number, stage in enumerate(STAGES, start=1)}
PERSON = 42
KINDS = sorted(MESSAGES)


def scene(now: datetime = NOW) -> Scene:
    """Return a school at a moment, with something to say about everything."""
    windows = {
        number: TermWindow(
            Window(
                id=number,
                school_id=1,
                term_id=1,
                stage=stage,
                opens_at=taipei(2024, 8, 30),
                closes_at=CLOSES,
            ),
            TERM,
        )
        for stage, number in WINDOW_IDS.items()
    }
    about = Subjects(
        unsent={(PERSON, WINDOW_IDS[Stage.UPLOAD]): [WORK]},
        chosen={(PERSON, WINDOW_IDS[Stage.SELECTION]): Chosen(4, 7, 5)},
        statements={(PERSON, WINDOW_IDS[Stage.RECEIPT]): Statement(11, 2, 11)},
        pending={PERSON: 8},
        verdicts={5: Verdict(WORK, ReturnReason.UNREADABLE_OR_WRONG_FILE)},
        works={7: WORK},
        settled={3: CORRECTED},
        queue=InQueue(2, 1),
        class_names={9: "201"},
        progress={9: [ClassProgress(9, windows[WINDOW_IDS[Stage.RECEIPT]], 37, 6, 1)]},
        appeals={5: LOOKED},
        answers={4: Answered("補考的作品怎麼算", "照原來的課程上傳。", taipei(2025, 1, 29, 12))},
        announced={6: Announced("停課通知", "明天停課。", "https://school.example", "草屯商工")},
    )
    return Scene(now, RULEBOOK, windows, about)


def saying(kind: NoticeKind, *, id_: int = 1, required: bool = False) -> Saying:
    """Return a notice of a kind, with the facts that it needs."""
    return Saying(
        id=id_,
        delivery_id=1,
        person_id=PERSON,
        kind=kind,
        window_id=WINDOW_IDS[STAGE_OF.get(kind, Stage.UPLOAD)],
        facts={
            "outcome_id": 7,
            "certification_id": 5,
            "query_id": 3,
            "queries": 2,
            "class_id": 9,
            "question_id": 4,
            "announcement_id": 6,
            "appeal_id": 5,
            "closed_at": taipei(2025, 1, 30).isoformat(),
            "until": CLOSES.isoformat(),
            "data_at": NOW.isoformat(),
            "withheld": 12,
            **MONTH,
        },
        required=required,
        due_at=NOW,
        deadline_at=CLOSES,
    )


MONTH = {
    "kind": "upload_due",
    "limit": 200,
    "used": 150,
    "reserve": 40,
    "cost": 300,
    "cut": 290,
    "elsewhere": 7,
    "first_at": CLOSES.isoformat(),
    "renews_at": CLOSES.isoformat(),
    "others": 120,
}
"""What the notices about the month's messages say of it."""


def drawn(kind: NoticeKind, now: datetime = NOW) -> Reply:
    """Draw one message in English."""
    return MESSAGES[kind](saying(kind), scene(now), ENGLISH)


def test_every_kind_of_notice_has_a_message_but_the_answer_that_was_kept() -> None:
    """A new kind of notice without a message fails here."""
    assert set(NoticeKind) - set(MESSAGES) == {NoticeKind.ANSWER_KEPT}


@pytest.mark.parametrize("kind", KINDS)
def test_a_message_can_be_acted_upon(kind: NoticeKind) -> None:
    """Each has a summary and at most six buttons with short labels, one of them primary.

    What the school says in its own words asks for nothing here.
    """
    reply = drawn(kind)

    assert reply.summary
    for card in () if kind is NoticeKind.SCHOOL_ANNOUNCED else reply.cards:
        assert 1 <= len(card.buttons) <= 6
        assert sum(button.weight.value == "primary" for button in card.buttons) == 1
    for label, button in buttons_of(reply).items():
        assert len(label) <= 24
        assert len(pack(button.action)) <= 64


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_demands_ranks_or_judges(kind: NoticeKind) -> None:
    """Words that the law or our voice forbids appear in none (114函 points 1, 2 and 4)."""
    text = text_of(drawn(kind)).lower()

    for forbidden in (
        "you must",
        "at least",
        "rank",
        "score",
        "late",
        "behind",
        "delivered",
        "read",
    ):
        assert not re.search(rf"\b{forbidden}\b", text), forbidden


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.UPLOAD_DUE,
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.RECEIPT_DUE,
        NoticeKind.RECEIPT_OPENED,
        NoticeKind.PUPIL_NUDGED,
        NoticeKind.DEADLINE_MOVED,
        NoticeKind.CLASS_DIGEST,
    ],
)
def test_a_reminder_names_its_date(kind: NoticeKind) -> None:
    """The last day stands in the notification itself."""
    assert "114/2/3 (Mon)" in drawn(kind).summary


def test_the_last_call_says_what_silence_means() -> None:
    """On the last day the pupil reads that silence counts as agreement, under which clause."""
    reply = drawn(NoticeKind.RECEIPT_DUE, CLOSES - timedelta(hours=12))

    assert reply.summary == "⏰ Receipt confirmation 113-1 closes today at 23:59"
    text = text_of(reply)
    assert "deemed confirmed (K12EA letter of 2025, point 6)" in text
    assert "cannot be corrected any more" in text


def test_whether_to_upload_is_the_pupil_s_choice() -> None:
    """The upload reminder says so, and offers to decide for nothing more."""
    reply = drawn(NoticeKind.UPLOAD_DUE)

    assert "Whether you upload is your choice." in text_of(reply)
    assert "I uploaded all I want" in buttons_of(reply)


def test_the_card_that_a_teacher_taps_says_what_certification_means() -> None:
    """Certification is about who made it and in which course, never about quality."""
    assert "not about marks or quality" in text_of(drawn(NoticeKind.CERTIFICATION_DUE))


def test_a_return_names_its_reason_and_whom_to_turn_to() -> None:
    """The closed reason, until when it can be sent again, and the way to object."""
    text = text_of(drawn(NoticeKind.ITEM_RETURNED))

    assert "File cannot be opened or is the wrong one" in text
    assert "114/2/3 (Mon)" in text
    assert "homeroom teacher or the registrar" in text


def test_the_most_urgent_message_leads_a_bundle_of_many() -> None:
    """Legal notices come first; what does not fit five cards is one card that says so."""
    kinds = [NoticeKind.ITEM_CERTIFIED] * 6 + [NoticeKind.RECEIPT_DUE]
    sayings = [
        saying(kind, id_=number, required=kind is NoticeKind.RECEIPT_DUE)
        for number, kind in enumerate(kinds)
    ]

    reply = draw(sayings, scene(), ENGLISH).reply

    assert reply is not None
    assert reply.summary.startswith(
        "⏰ Receipt confirmation 113-1 closes 114/2/3 (Mon), 3 days left"
    )
    assert reply.summary.endswith("(and 6 more)")
    assert len(reply.cards) == MOST_CARDS
    assert reply.cards[0].tone is Tone.DUE
    assert reply.cards[-1].title == "And 3 more messages"


def test_a_notice_whose_subject_is_gone_is_refused_and_spoils_nothing() -> None:
    """The rest of the person's messages is drawn."""
    gone = replace(saying(NoticeKind.ITEM_CERTIFIED, id_=9), facts={"certification_id": 4711})

    result = draw([gone, saying(NoticeKind.UPLOAD_DUE)], scene(), ENGLISH)

    assert result.refused == (9,)
    assert result.reply is not None
    assert len(result.reply.cards) == 1


def test_a_query_that_was_corrected_sends_its_pupil_to_the_next_round() -> None:
    """The work, the doubt, and that the next round is to be looked at again."""
    reply = drawn(NoticeKind.QUERY_SETTLED)

    assert reply.summary == "Query corrected: 小說改寫"
    assert "You doubted: Wrong file" in text_of(reply)
    assert "The next round of the receipt statement shows it" in text_of(reply)


def test_a_query_that_was_explained_is_told_in_the_office_s_words() -> None:
    """What the registrar typed stands there as it is, with whom to turn to."""
    at = scene()
    told = replace(CORRECTED, title="", state=QueryState.EXPLAINED, explanation="檔案沒有錯。")
    at = replace(at, about=replace(at.about, settled={3: told}))

    reply = MESSAGES[NoticeKind.QUERY_SETTLED](saying(NoticeKind.QUERY_SETTLED), at, ENGLISH)

    assert reply.summary == "Query explained: a missing work"
    assert "檔案沒有錯。" in text_of(reply)
    assert "next round" not in text_of(reply)


def test_an_appeal_that_was_looked_into_is_told_in_the_office_s_words() -> None:
    """What came of it, and the work; whoever does not get it is told whom to turn to."""
    at = scene()
    granted = drawn(NoticeKind.APPEAL_SETTLED)
    explained = replace(LOOKED, state=AppealState.EXPLAINED)
    at = replace(at, about=replace(at.about, appeals={5: explained}))
    answered = MESSAGES[NoticeKind.APPEAL_SETTLED](saying(NoticeKind.APPEAL_SETTLED), at, ENGLISH)

    assert granted.summary == "Your appeal was granted: 物理 “斜面實驗報告”"
    assert "老師會再看一次。" in text_of(granted)
    assert "please speak to the registrar" not in text_of(granted)
    assert answered.summary == "Your appeal was answered: 物理 “斜面實驗報告”"
    assert "please speak to the registrar" in text_of(answered)


def test_a_round_that_answers_a_query_says_so() -> None:
    """Whose query of the round before was corrected is asked to look whether it is right."""
    at = scene()
    window_id = WINDOW_IDS[Stage.RECEIPT]
    doubted = replace(at, about=replace(at.about, doubted=frozenset({(PERSON, window_id)})))
    opened = saying(NoticeKind.RECEIPT_OPENED)

    assert "your query" in text_of(MESSAGES[NoticeKind.RECEIPT_OPENED](opened, doubted, ENGLISH))
    assert "your query" not in text_of(MESSAGES[NoticeKind.RECEIPT_OPENED](opened, at, ENGLISH))


@pytest.mark.parametrize(
    ("queue", "said", "primary"),
    [
        (InQueue(2, 1), "2 receipt queries, 1 typed question", "See the queries"),
        (InQueue(1, 0), "1 receipt query", "See the queries"),
        (InQueue(0, 3), "3 typed questions", "See the questions"),
        (InQueue(0, 1, 2), "1 typed question, 2 appeals", "See the questions"),
    ],
)
def test_the_office_s_digest_counts_what_waits(queue: InQueue, said: str, primary: str) -> None:
    """What is there is counted, and the first of it stands out."""
    at = scene()
    at = replace(at, about=replace(at.about, queue=queue))

    reply = MESSAGES[NoticeKind.OFFICE_DIGEST](saying(NoticeKind.OFFICE_DIGEST), at, ENGLISH)

    assert reply.summary == f"Good day. Waiting for the office: {said}"
    assert buttons_of(reply)[primary].weight is Weight.PRIMARY


def test_a_class_that_was_reminded_this_morning_is_not_offered_again() -> None:
    """The digest says so instead of the button."""
    at = scene()
    nudged = frozenset({(9, WINDOW_IDS[Stage.RECEIPT])})
    before = MESSAGES[NoticeKind.CLASS_DIGEST](saying(NoticeKind.CLASS_DIGEST), at, ENGLISH)
    at = replace(at, about=replace(at.about, nudged=nudged))
    after = MESSAGES[NoticeKind.CLASS_DIGEST](saying(NoticeKind.CLASS_DIGEST), at, ENGLISH)

    assert "Remind these 6" in buttons_of(before)
    assert "Remind these 6" not in buttons_of(after)
    assert "They were reminded today" in text_of(after)
