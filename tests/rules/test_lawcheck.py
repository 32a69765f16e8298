"""A timetable held against the law as it stood on a day."""

from datetime import date

import pytest

from models.rulebooks import Rulebook, load
from models.rules.lawcheck import Fault, Finding, Severity, check, refuses
from models.rules.roc import Term
from models.rules.timetable import PlannedWindow, derive
from models.vocabulary import ItemKind, Stage
from tests.rules.rulebook_texts import SMALL, shipped_rulebook, small, window

BEFORE = date(2024, 10, 21)
LETTER_114 = date(2025, 7, 14)
TERM = """
[terms."113-1"]
term_start = 2024-08-30
closing_ceremony = 2025-01-20
[terms."113-2"]
closing_ceremony = 2025-06-30
"""


def faults(
    *windows: PlannedWindow, on: date = LETTER_114, rulebook: Rulebook | None = None
) -> list[tuple[Severity, Fault]]:
    """Return what is found, but for windows that are simply over."""
    return [
        (finding.severity, finding.fault)
        for finding in check(rulebook or small(TERM), windows, on=on)
        if finding.fault not in {Fault.PAST, Fault.ALL_PAST}
    ]


def of_caotun(on: date) -> tuple[Finding, ...]:
    """Return what the law of a day has against 草屯's published timetable."""
    rulebook = shipped_rulebook()
    windows = [each for code in rulebook.terms for each in derive(rulebook, Term(code))]
    return check(rulebook, windows, on=on)


@pytest.mark.parametrize("on", [LETTER_114, date(2026, 11, 22)])
def test_caotun_s_second_receipt_round_is_too_short_since_the_letter_of_114(on: date) -> None:
    """Two days are fewer than three: both clauses are cited, with document, point and date."""
    (error,) = [each for each in of_caotun(on) if each.severity is Severity.ERROR]
    assert (error.fault, error.round) == (Fault.RECEIPT_TOO_SHORT, 2)
    assert error.window is not None
    assert error.values == {"days": 2, "fewest": 3}
    assert [(str(clause), clause.dated) for clause in error.clauses] == [
        ("114年國教署函第6點二", date(2025, 7, 14)),
        ("草屯補充規定第六點(三)", date(2024, 10, 21)),
    ]


@pytest.mark.parametrize("on", [BEFORE, date(2025, 7, 13)])
def test_before_the_letter_of_114_two_days_were_lawful(on: date) -> None:
    """The letter did not exist: no error, and nothing is refused."""
    assert not refuses(of_caotun(on))


def test_dacheng_s_timetable_breaks_no_law() -> None:
    """The second school's rules hold today."""
    rulebook = shipped_rulebook("dacheng")
    windows = derive(rulebook, Term("113-1"))
    assert [each.fault for each in check(rulebook, windows, on=LETTER_114)] == [Fault.ALL_PAST]


def test_a_rule_is_too_short_even_while_its_round_has_no_date() -> None:
    """The school learns it before the submission date is known, and once only."""
    found = check(shipped_rulebook(), (), on=LETTER_114)
    assert [(each.fault, each.window, each.stage, each.round) for each in found] == [
        (Fault.RECEIPT_TOO_SHORT, None, Stage.RECEIPT, 2)
    ]


@pytest.mark.parametrize(
    ("lasts", "short"),
    [
        ('closes = { anchor = "submission", days = 3 }', True),
        ('closes = { anchor = "submission", days = 4 }', False),
        ('closes = { anchor = "closing_ceremony" }', False),
        ('closes = { anchor = "submission", school_days = 1 }', False),
        ("lasts_days = 2", True),
        ("lasts_school_days = 2", False),
    ],
)
def test_a_receipt_rule_between_two_days_is_measured_where_it_can_be(
    lasts: str, short: bool
) -> None:
    """Two days of the same anchor have a length; two anchors, or school days, wait for dates."""
    rule = f"""
[[windows]]
stage = "receipt"
opens = {{ anchor = "submission", days = 2 }}
{lasts}
clause = "第九點"
"""
    assert faults(rulebook=small(rule)) == (
        [(Severity.ERROR, Fault.RECEIPT_TOO_SHORT)] if short else []
    )


@pytest.mark.parametrize(
    ("closes", "short"),
    [("2025-10-16 00:00", True), ("2025-10-17 00:00", False), ("2025-10-16 17:00", False)],
)
def test_receipt_days_count_first_and_last(closes: str, short: bool) -> None:
    """10/14 to 10/16 are three days, also where the last one ends at five."""
    found = faults(window(Stage.RECEIPT, "2025-10-14 00:00", closes, grades=(1, 2)))
    assert ((Severity.ERROR, Fault.RECEIPT_TOO_SHORT) in found) is short


@pytest.mark.parametrize(
    ("closes", "on", "fault"),
    [
        ("2025-02-03 00:00", LETTER_114, Fault.UPLOAD_ENDS_TOO_EARLY),
        ("2025-02-04 00:00", LETTER_114, None),
        ("2025-02-03 17:00", LETTER_114, None),
        ("2025-02-03 00:00", BEFORE, None),
    ],
)
def test_upload_stays_open_two_weeks_after_the_closing_ceremony(
    closes: str, on: date, fault: Fault | None
) -> None:
    """The ceremony was on 1/20: upload ends on 2/3 at the earliest, since the letter of 114."""
    found = faults(window(Stage.UPLOAD, "2024-08-30 00:00", closes), on=on)
    assert found == ([(Severity.ERROR, fault)] if fault else [])


@pytest.mark.parametrize(
    ("grades", "term", "refused"),
    [((3,), "113-2", False), ((2, 3), "113-2", True), ((3,), "113-1", True)],
)
def test_only_grade_3_in_its_second_semester_is_excepted(
    grades: tuple[int, ...], term: str, refused: bool
) -> None:
    """The exception of point 3 is for grade 3 alone, and for the second semester alone."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-01-10 00:00", term=term, grades=grades)
    assert faults(upload) == ([(Severity.ERROR, Fault.UPLOAD_ENDS_TOO_EARLY)] if refused else [])


def test_upload_cannot_be_judged_without_a_closing_ceremony() -> None:
    """A warning says so: silence would look like approval."""
    upload = window(Stage.UPLOAD, "2025-09-01 00:00", "2026-02-01 00:00", term="114-1")
    assert faults(upload) == [(Severity.WARNING, Fault.CEREMONY_UNKNOWN)]


@pytest.mark.parametrize(
    ("kind", "cap", "raised", "law"),
    [
        (ItemKind.OUTCOME, "6, clause", "7, clause", "第四點(二)2"),
        (ItemKind.PERFORMANCE, '10, clause = "第二', '11, clause = "第二', "第四點(三)2"),
    ],
)
def test_a_cap_may_not_be_raised_above_the_national_one(
    kind: ItemKind, cap: str, raised: str, law: str
) -> None:
    """Six outcomes, ten performances: the directions of 2019 are cited with the school's clause."""
    rulebook = load(SMALL.replace(cap, raised), name="small.toml")
    (finding,) = check(rulebook, (), on=BEFORE)
    assert (finding.severity, finding.fault) == (Severity.ERROR, Fault.CAP_ABOVE_LAW)
    assert finding.values["kind"] is kind
    assert [clause.point for clause in finding.clauses] == [law, "第二點"]
    assert check(rulebook, (), on=date(2019, 7, 14)) == ()


def test_a_division_s_own_cap_is_held_against_the_law_too() -> None:
    """The division is named; the school's own cap is in order."""
    rulebook = small(
        '[[divisions]]\nkey = "continuing"\nlabel = "進修部"',
        "[caps.divisions.continuing]",
        'outcomes_selected_per_year = { at_most = 8, clause = "第九點" }',
    )
    (finding,) = check(rulebook, (), on=BEFORE)
    assert (finding.values["divisions"], finding.values["cap"]) == (("continuing",), 8)


def test_lower_caps_are_a_school_s_own_affair() -> None:
    """A school may allow fewer."""
    assert faults(rulebook=small(TERM)) == []


def test_certification_may_not_end_before_upload() -> None:
    """Works uploaded in between could never be certified."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-02-04 00:00")
    early = window(Stage.CERTIFICATION, "2024-08-30 00:00", "2025-01-25 00:00")
    same = window(Stage.CERTIFICATION, "2024-08-30 00:00", "2025-02-04 00:00")
    later = window(Stage.CERTIFICATION, "2024-08-30 00:00", "2025-02-11 00:00")
    assert faults(upload, early) == [(Severity.ERROR, Fault.CERTIFICATION_ENDS_FIRST)]
    assert faults(upload, same) == [(Severity.WARNING, Fault.NO_TIME_TO_CERTIFY)]
    assert faults(upload, later) == []


@pytest.mark.parametrize(
    "elsewhere",
    [{"grades": (3,)}, {"division": "continuing"}, {"term": "112-1"}],
)
def test_windows_of_other_pupils_are_not_held_against_one_another(
    elsewhere: dict[str, object],
) -> None:
    """Another grade, another division, another term: no finding."""
    upload = window(
        Stage.UPLOAD, "2024-08-30 00:00", "2025-02-04 00:00", grades=(1, 2), division="day"
    )
    given = {"grades": (1, 2), "division": "day", **elsewhere}
    certify = window(Stage.CERTIFICATION, "2024-08-30 00:00", "2025-01-25 00:00", **given)  # type: ignore[arg-type]
    assert faults(upload, certify) == []


def test_selection_rests_on_certification_and_comes_before_submission() -> None:
    """Too early is a warning; too late is an error, for it would not be submitted."""
    certify = window(
        Stage.CERTIFICATION, "2025-02-11 00:00", "2025-07-22 00:00", term="113-2", grades=(1,)
    )
    early = window(
        Stage.SELECTION, "2025-06-30 00:00", "2025-07-15 00:00", term="113-2", grades=(1,)
    )
    late = window(
        Stage.SELECTION, "2025-09-01 00:00", "2025-10-15 00:00", term="113-2", grades=(1,)
    )
    submit = window(
        Stage.SUBMISSION, "2025-10-07 00:00", "2025-10-08 00:00", term="113-2", grades=(1,)
    )
    assert faults(certify, early, submit) == [
        (Severity.WARNING, Fault.SELECTION_ENDS_BEFORE_CERTIFICATION)
    ]
    assert faults(certify, late, submit) == [(Severity.ERROR, Fault.SELECTION_AFTER_SUBMISSION)]


@pytest.mark.parametrize("stage", [Stage.SELECTION, Stage.SUBMISSION])
@pytest.mark.parametrize(
    ("grades", "closes", "refused"),
    [
        ((3,), "2025-08-01 00:00", False),
        ((3,), "2025-08-01 00:01", True),
        ((1, 2), "2025-10-01 00:00", False),
    ],
)
def test_grade_3_selects_and_submits_within_its_own_year(
    stage: Stage, grades: tuple[int, ...], closes: str, refused: bool
) -> None:
    """The year ends on 31 July; the other grades submit in the year after."""
    found = faults(window(stage, "2025-04-01 00:00", closes, term="113-2", grades=grades))
    assert found == ([(Severity.ERROR, Fault.GRADE3_AFTER_ITS_YEAR)] if refused else [])


def test_a_receipt_opens_after_submission_and_after_the_round_before() -> None:
    """A statement exists only once the school has submitted; rounds follow one another."""
    given = {"term": "113-2", "grades": (1, 2)}
    submit = window(Stage.SUBMISSION, "2025-10-06 00:00", "2025-10-08 00:00", **given)  # type: ignore[arg-type]
    early = window(Stage.RECEIPT, "2025-10-06 00:00", "2025-10-09 00:00", **given)  # type: ignore[arg-type]
    first = window(Stage.RECEIPT, "2025-10-07 00:00", "2025-10-14 00:00", **given)  # type: ignore[arg-type]
    second = window(Stage.RECEIPT, "2025-10-13 00:00", "2025-10-17 00:00", round_=2, **given)  # type: ignore[arg-type]
    third = window(Stage.RECEIPT, "2025-10-17 00:00", "2025-10-21 00:00", round_=3, **given)  # type: ignore[arg-type]
    assert faults(submit, early) == [(Severity.ERROR, Fault.RECEIPT_BEFORE_SUBMISSION)]
    assert faults(submit, first, second, third) == [(Severity.WARNING, Fault.ROUNDS_OVERLAP)]


@pytest.mark.parametrize("closes", ["2024-08-30 00:00", "2024-08-29 00:00"])
def test_a_window_that_ends_before_it_begins_is_refused_and_not_judged_further(
    closes: str,
) -> None:
    """Upside down is the one finding; what it would do to other windows is not told."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", closes)
    assert faults(upload) == [(Severity.ERROR, Fault.UPSIDE_DOWN)]


def test_a_deadline_on_a_holiday_is_a_warning_with_its_name() -> None:
    """Nobody at school can help on National Day; an ordinary Saturday is not mentioned."""
    on_holiday = window(Stage.SELECTION, "2025-09-01 00:00", "2025-10-11 00:00", grades=(1,))
    on_saturday = window(Stage.SELECTION, "2025-09-01 00:00", "2025-09-14 00:00", grades=(2,))
    (finding,) = check(small(TERM), [on_holiday, on_saturday], on=date(2025, 9, 1))
    assert (finding.severity, finding.fault) == (Severity.WARNING, Fault.HOLIDAY_DEADLINE)
    assert (finding.values["closes"], finding.values["holiday"]) == (date(2025, 10, 10), "國慶日")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2025, 9, 20), []),
        (date(2025, 9, 21), [Fault.PAST]),
        (date(2025, 10, 21), [Fault.ALL_PAST]),
    ],
)
def test_windows_of_the_past_are_a_warning(on: date, expected: list[Fault]) -> None:
    """One finding in the middle of a term, and one for a look back on all of it."""
    over = window(Stage.SELECTION, "2025-09-01 00:00", "2025-09-21 00:00", grades=(1,))
    coming = window(Stage.SELECTION, "2025-10-01 00:00", "2025-10-21 00:00", grades=(2,))
    found = check(small(TERM), [over, coming], on=on)
    assert [(each.severity, each.fault) for each in found] == [
        (Severity.WARNING, fault) for fault in expected
    ]


def test_published_dates_that_leave_the_rules_should_name_their_decision() -> None:
    """Since the letter of 111 the working group decides first; the file should say where."""
    computed = (date(2025, 9, 1), date(2025, 9, 19))
    moved = window(
        Stage.SELECTION, "2025-09-01 00:00", "2025-09-27 00:00", grades=(1,), computed=computed
    )
    assert faults(moved) == [(Severity.WARNING, Fault.DECISION_NOT_CITED)]
    assert faults(moved, on=date(2022, 3, 30)) == [(Severity.WARNING, Fault.DECISION_NOT_CITED)]
    assert faults(moved, on=date(2022, 3, 29)) == []
    kept = window(
        Stage.SELECTION, "2025-09-01 00:00", "2025-09-20 00:00", grades=(1,), computed=computed
    )
    assert faults(kept) == []


def test_errors_come_before_warnings() -> None:
    """What refuses the timetable is read first."""
    upload = window(Stage.UPLOAD, "2024-08-30 00:00", "2025-01-02 00:00")
    found = check(small(TERM), [upload], on=LETTER_114)
    assert [each.severity for each in found] == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.WARNING,
    ]
    assert refuses(found)
    assert not refuses(found[1:])
