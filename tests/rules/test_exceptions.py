"""Rules that differ for some: caps, late ends and slips by semester, grade and division."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ExtensionTooLate, ExtensionTooShort
from models.rulebooks import Rulebook, Scope
from models.rules.calendar import SchoolCalendar
from models.rules.extensions import end_on, extend, late_end
from models.rules.lawcheck import Fault, Severity, check
from models.rules.roc import Term
from models.rules.slips import back_on
from models.rules.taipei import clock_of, last_day
from models.rules.timetable import derive
from models.vocabulary import ItemKind, Stage
from tests.rules.rulebook_texts import small, taipei, window

DIVISIONS = """
[[divisions]]
key = "day"
label = "日間部"
[[divisions]]
key = "continuing"
label = "進修部"
"""
SCHOOL = small(
    DIVISIONS,
    "[caps.divisions.continuing]",
    'outcomes_uploaded_per_semester = { at_most = 8, clause = "第九點" }',
    "[[caps.exceptions]]",
    "grades = [3]",
    'outcomes_selected_per_year = { at_most = 4, clause = "第二點" }',
    "[[caps.exceptions]]",
    "semesters = [2]",
    "grades = [3]",
    'outcomes_uploaded_per_semester = { at_most = 5, clause = "第三點" }',
    '[[extensions]]\nstage = "upload"\nschool_days = 3\napproved_by = "導師"\nclause = "第八點"',
    '[[extensions]]\nstage = "upload"\ndivisions = ["continuing"]\ndays = 14\nclause = "第八點"',
    '[[slips]]\nstage = "receipt"\nback_school_days = 2\nclause = "第十點"',
    '[[slips]]\nstage = "receipt"\ngrades = [3]\nback_days = -1\nclause = "第十點"',
)
CALENDAR = SchoolCalendar(SCHOOL.school_days)
PLACES = st.sampled_from([None, "day", "continuing"])


@pytest.mark.parametrize(
    ("division", "grade", "semester", "uploaded", "selected"),
    [
        (None, None, None, 10, 6),
        ("day", 1, 1, 10, 6),
        ("continuing", 1, 1, 8, 6),
        ("day", 3, 1, 10, 4),
        ("day", 3, 2, 5, 4),
        ("continuing", 3, 1, 8, 4),
        ("continuing", 3, 2, 5, 4),
        ("continuing", None, 2, 8, 6),
    ],
)
def test_caps_are_those_of_the_latest_exception_that_fits(
    division: str | None, grade: int | None, semester: int | None, uploaded: int, selected: int
) -> None:
    """What is not known about somebody fits no narrower rule; other caps stay as they are."""
    caps = SCHOOL.caps_for(division, grade, semester)
    assert caps.uploaded(ItemKind.OUTCOME).at_most == uploaded
    assert caps.selected(ItemKind.OUTCOME).at_most == selected
    assert caps.selected(ItemKind.PERFORMANCE).at_most == 10


@given(PLACES, st.sampled_from([None, 1, 2, 3]), st.sampled_from([None, 1, 2]))
def test_whoever_no_exception_concerns_has_the_school_s_caps(
    division: str | None, grade: int | None, semester: int | None
) -> None:
    """An exception changes nothing for anybody outside its scope."""
    concerned = [
        each.caps
        for each in SCHOOL.cap_exceptions
        if each.scope.covers(semester=semester, grade=grade, division=division)
    ]
    caps = SCHOOL.caps_for(division, grade, semester)
    assert (caps == SCHOOL.caps) is not bool(concerned)
    assert Scope().covers(semester=semester, grade=grade, division=division)


@pytest.mark.parametrize(
    ("division", "closes_at", "latest"),
    [
        ("day", "2025-02-04 00:00", "2025-02-07 00:00"),
        ("day", "2025-02-03 17:00", "2025-02-06 17:00"),
        ("day", "2025-01-23 17:00", "2025-02-04 17:00"),
        ("continuing", "2025-02-03 17:00", "2025-02-17 17:00"),
    ],
)
def test_a_late_end_is_counted_from_the_last_day_and_keeps_its_hour(
    division: str, closes_at: str, latest: str
) -> None:
    """Three school days leap over a weekend and over the new year; 14 days do not."""
    rule = SCHOOL.extension_for(Stage.UPLOAD, semester=1, grade=1, division=division)
    assert rule is not None
    assert late_end(rule, taipei(closes_at), CALENDAR).at == taipei(latest)
    assert SCHOOL.extension_for(Stage.RECEIPT, semester=1, grade=1, division=division) is None


def test_an_extension_lies_between_everybody_s_end_and_the_latest_one() -> None:
    """The first instant after one and the last of the other are allowed, nothing outside."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-03 17:00")
    rule = SCHOOL.extension_for(Stage.UPLOAD, semester=1, grade=1, division="day")
    assert rule is not None
    late = late_end(rule, upload.closes_at, CALENDAR)
    now = taipei("2025-02-01 08:00")
    extend(upload, late.at, now, late)
    extend(upload, taipei("2025-02-03 17:01"), now, late)
    extend(upload, taipei("2025-06-30 00:00"), now)
    with pytest.raises(ExtensionTooLate) as refused:
        extend(upload, taipei("2025-02-06 17:01"), now, late)
    assert (refused.value.latest, refused.value.clause) == (late.at, "測試補充規定第八點")
    with pytest.raises(ExtensionTooShort):
        extend(upload, upload.closes_at, now, late)
    with pytest.raises(ExtensionTooShort):
        extend(upload, late.at, late.at, late)


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.sampled_from(["00:00", "12:00", "17:00"]))
def test_an_extension_ends_at_the_hour_of_its_window(day: date, clock: str) -> None:
    """A window that closes at 17:00 closes at 17:00 on a later day; midnight stays midnight."""
    closes_at = taipei(f"2025-02-03 {clock}")
    end = end_on(day, closes_at)
    assert (last_day(end), clock_of(end)) == (day, clock_of(closes_at))


@pytest.mark.parametrize(
    ("grade", "back"),
    [(1, date(2024, 10, 16)), (3, date(2024, 10, 13)), (None, date(2024, 10, 16))],
)
def test_slips_are_back_by_the_rule_of_the_class(grade: int | None, back: date) -> None:
    """After the last day by school days, or before it."""
    closes_at = taipei("2024-10-15 00:00")
    rule = SCHOOL.slip_for(Stage.RECEIPT, semester=2, grade=grade, division="day")
    assert rule is not None
    assert back_on(rule, closes_at, CALENDAR) == back
    assert SCHOOL.slip_for(Stage.UPLOAD, semester=2, grade=grade, division="day") is None


def _school(extension: str) -> Rulebook:
    return small(
        '[[windows]]\nstage = "upload"\nlasts_days = 10\nclause = "一"',
        'opens = { anchor = "closing_ceremony", days = 20 }',
        '[[windows]]\nstage = "certification"\nlasts_days = 15\nclause = "一"',
        'opens = { anchor = "closing_ceremony", days = 20 }',
        '[[windows]]\nstage = "selection"\nlasts_days = 10\nclause = "一"',
        'opens = { anchor = "closing_ceremony", days = 40 }',
        '[[windows]]\nstage = "submission"\nlasts_days = 1\nclause = "一"',
        'opens = { anchor = "closing_ceremony", days = 55 }',
        extension,
        '[terms."113-1"]\nclosing_ceremony = 2025-01-20',
    )


@pytest.mark.parametrize(
    ("stage", "days", "found"),
    [
        ("upload", 5, []),
        ("upload", 6, [(Severity.WARNING, Fault.EXTENSION_AFTER_CERTIFICATION)]),
        ("selection", 6, []),
        ("selection", 7, [(Severity.ERROR, Fault.EXTENSION_AFTER_SUBMISSION)]),
        ("receipt", 60, []),
    ],
)
def test_a_late_end_may_not_outlast_the_stage_after_it(
    stage: str, days: int, found: list[tuple[Severity, Fault]]
) -> None:
    """A late upload has to be certified, a late selection submitted; the clause is cited."""
    rule = f'[[extensions]]\nstage = "{stage}"\ndays = {days}\nclause = "第八點"'
    rulebook = _school(rule)
    findings = check(rulebook, derive(rulebook, Term("113-1")), on=date(2025, 1, 1))
    late = [each for each in findings if each.fault.value.startswith("extension")]
    assert [(each.severity, each.fault) for each in late] == found
    assert all(str(each.clauses[-1]) == "測試補充規定第八點" for each in late)


def test_certification_may_be_late_where_upload_is() -> None:
    """Teachers who may certify later have time for what comes late."""
    both = "".join(
        f'[[extensions]]\nstage = "{stage}"\ndays = 9\nclause = "八"\n'
        for stage in ("upload", "certification")
    )
    rulebook = _school(both)
    findings = check(rulebook, derive(rulebook, Term("113-1")), on=date(2025, 1, 1))
    assert not [each for each in findings if each.fault.value.startswith("extension")]
