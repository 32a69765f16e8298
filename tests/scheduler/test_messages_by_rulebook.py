"""What a school's own rules add to the messages: slips, time limits, the caps of a class."""

from dataclasses import replace

from models.queries.digests import ClassProgress
from models.queries.spoken import Chosen, Subjects
from models.queries.windows import TermWindow
from models.rulebooks import load, shipped
from models.tables import Term, Window
from models.vocabulary import NoticeKind, Stage
from scheduler.messages import MESSAGES
from scheduler.messages.scene import Scene
from tests.scheduler.test_messages import PERSON, saying
from tests.scheduler.test_messages import scene as plain_scene
from tests.support.cast import taipei
from tests.support.scene import ENGLISH, text_of

ADDED = """
[[slips]]
stage = "receipt"
grades = [2]
back_school_days = 1
clause = "第十點"

[[caps.exceptions]]
grades = [3]
outcomes_selected_per_year = { at_most = 4, clause = "第二點" }
"""
RULES = (
    shipped()["caotun"]
    .read_text("utf-8")
    .replace("[certification]", '[certification]\nwithin = { days = 5, clause = "第七點" }')
)
RULEBOOK = load(RULES + ADDED, name="school.toml")


def scene(about: Subjects) -> Scene:
    """Return the usual scene with other rules and subjects."""
    return replace(plain_scene(), rulebook=RULEBOOK, about=about)


def test_the_class_digest_names_the_day_by_which_slips_are_back() -> None:
    """Saturday 2025-02-08 is worked and counts; a class whose grade has no slips is not asked."""
    receipt = TermWindow(
        Window(
            id=4,
            school_id=1,
            term_id=1,
            stage=Stage.RECEIPT,
            opens_at=taipei(2025, 2, 3),
            closes_at=taipei(2025, 2, 8),
        ),
        Term(id=1, school_id=1, year=113, semester=1),
    )
    said = {
        grade: text_of(
            MESSAGES[NoticeKind.CLASS_DIGEST](
                saying(NoticeKind.CLASS_DIGEST),
                scene(
                    Subjects(
                        class_names={9: "201"},
                        progress={9: [ClassProgress(9, receipt, 37, 6, 1, grade, "day")]},
                    )
                ),
                ENGLISH,
            )
        )
        for grade in (1, 2)
    }
    assert "please collect the paper slips by 114/2/8 (Sat) (草屯補充規定第十點)" in said[2]
    assert "slips" not in said[1]


def test_a_teacher_reads_within_how_many_days_a_work_is_decided() -> None:
    """Only where the school's rules say so."""
    kind = NoticeKind.CERTIFICATION_DUE
    about = Subjects(pending={PERSON: 2})
    said = text_of(MESSAGES[kind](saying(kind), scene(about), ENGLISH))
    assert "certified or returned within 5 days of being sent (草屯補充規定第七點)" in said
    assert "of being sent" not in text_of(MESSAGES[kind](saying(kind), plain_scene(), ENGLISH))


def test_the_selection_reminder_counts_against_the_caps_of_the_pupil_s_class() -> None:
    """Grade 3 has a cap of its own; others keep the school's."""
    kind = NoticeKind.SELECTION_DUE
    said = saying(kind)
    window_id = said.window_id or 0
    for grade, cap in ((3, 4), (2, 6)):
        chosen = Chosen(outcomes=3, performances=7, certified=3, grade=grade, division="day")
        about = Subjects(chosen={(PERSON, window_id): chosen})
        assert f"3 of {cap}" in text_of(MESSAGES[kind](said, scene(about), ENGLISH))
