"""Windows derived from a rulebook: the published record of 草屯, exceptions, and overrides."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rulebooks import Anchor, Rulebook, load, shipped
from models.rules.roc import Term, parse_day
from models.rules.timetable import PlannedWindow, derive, plan
from models.vocabulary import Stage
from tests.rules.rulebook_texts import shipped_rulebook, small, taipei

DOCUMENT = Path(__file__).parents[2] / "docs" / "rulebook.md"

UPLOAD = """
[[windows]]
stage = "upload"
opens = { anchor = "term_start" }
closes = { anchor = "closing_ceremony", weeks = 2 }
clause = "第三點"
"""
TERM = """
[terms."113-1"]
term_start = 2024-08-30
closing_ceremony = 2025-01-20
"""
DIVISIONS = """
[[divisions]]
key = "day"
label = "日間部"
[[divisions]]
key = "continuing"
label = "進修部"
"""


def spans(rulebook: Rulebook, term: str) -> set[tuple[str, int, str | None, tuple[int, ...], str]]:
    """Return a term's windows as texts that a test can spell out."""
    return {
        (
            window.stage.value,
            window.round,
            window.division,
            window.grades,
            f"{window.opens_on}..{window.closes_on}",
        )
        for window in derive(rulebook, Term(term))
    }


@pytest.mark.parametrize(
    ("term", "kind", "first", "last", "source"),
    [
        ("112-2", (Stage.SELECTION, 1), date(2024, 8, 30), date(2024, 9, 20), "computed"),
        ("112-2", (Stage.SUBMISSION, 1), date(2024, 10, 7), date(2024, 10, 7), "computed"),
        ("112-2", (Stage.RECEIPT, 1), date(2024, 10, 9), date(2024, 10, 14), "published"),
        ("112-2", (Stage.RECEIPT, 2), date(2024, 10, 16), date(2024, 10, 17), "computed"),
        ("113-1", (Stage.UPLOAD, 1), date(2024, 8, 30), date(2025, 2, 3), "computed"),
        ("113-1", (Stage.CERTIFICATION, 1), date(2024, 8, 30), date(2025, 2, 10), "computed"),
    ],
)
def test_the_dates_that_caotun_published_are_derived(
    term: str, kind: tuple[Stage, int], first: date, last: date, source: str
) -> None:
    """The minutes of 2024-10-21 and the rules agree, day by day."""
    windows = derive(shipped_rulebook(), Term(term))
    (window,) = [each for each in windows if (each.stage, each.round) == kind]
    assert (window.opens_on, window.closes_on, window.source) == (first, last, source)


def test_a_published_window_still_shows_what_the_rules_would_have_given() -> None:
    """The first receipt round was moved around the national holiday, by the minutes."""
    windows = derive(shipped_rulebook(), Term("112-2"))
    receipt = next(each for each in windows if each.stage is Stage.RECEIPT)
    assert receipt.because.computed == (date(2024, 10, 9), date(2024, 10, 12))
    assert str(receipt.because.clause) == "草屯113學年度第1次工作小組會議紀錄壹、七(3)i"


def test_a_computed_window_says_what_it_counts_from_and_by_which_clause() -> None:
    """The reason of a window can be told and kept."""
    upload = derive(shipped_rulebook(), Term("113-1"))[0]
    assert upload.because.anchor is Anchor.CLOSING_CEREMONY
    assert str(upload.because) == "草屯補充規定第十一點; closing_ceremony 2025-01-20 +14d"
    first, second = derive(shipped_rulebook(), Term("112-2"))[-2:]
    assert str(first.because).endswith("壹、七(3)i; computed 2024-10-09..2024-10-12")
    assert str(second.because).endswith("previous_round 2024-10-14 +2d; lasts 2d")


def test_a_receipt_round_counts_from_the_round_before_as_it_was_published() -> None:
    """Without the published dates the second round would come two days earlier."""
    text = re.sub(r"\[\[terms.*?i\"\n", "", _caotun_text(), flags=re.DOTALL)
    windows = derive(load(text, name="caotun.toml"), Term("112-2"))
    assert [f"{each.opens_on}..{each.closes_on}" for each in windows[-2:]] == [
        "2024-10-09..2024-10-12",
        "2024-10-14..2024-10-15",
    ]


def test_grade_3_is_counted_back_from_its_submission_in_the_second_semester() -> None:
    """Upload and certification end three weeks before it, selection two weeks before."""
    term = """
[terms."113-2"]
term_start = 2025-02-11
closing_ceremony = 2025-06-30
submission_grade3 = 2025-05-12
"""
    rulebook = load(_caotun_text() + term, name="caotun.toml")
    assert spans(rulebook, "113-2") == {
        ("upload", 1, None, (1, 2), "2025-02-11..2025-07-14"),
        ("upload", 1, None, (3,), "2025-02-11..2025-04-21"),
        ("certification", 1, None, (1, 2), "2025-02-11..2025-07-21"),
        ("certification", 1, None, (3,), "2025-02-11..2025-04-21"),
        ("selection", 1, None, (3,), "2025-04-22..2025-04-28"),
        ("submission", 1, None, (3,), "2025-05-12..2025-05-12"),
        ("receipt", 1, None, (3,), "2025-05-14..2025-05-17"),
        ("receipt", 2, None, (3,), "2025-05-19..2025-05-20"),
    }


def test_a_window_whose_anchor_has_no_date_waits_for_it() -> None:
    """Nothing is guessed: the missing anchor is named, and no window is made."""
    table = plan(small(UPLOAD, '[terms."113-1"]\nterm_start = 2024-08-30'), Term("113-1"))
    assert table.windows == ()
    assert [gap.missing for gap in table.undated] == [Anchor.CLOSING_CEREMONY]


def test_a_later_round_waits_with_the_round_before() -> None:
    """The second receipt round has no day as long as the first has none."""
    gaps = plan(shipped_rulebook(), Term("113-2")).undated
    receipts = {(gap.round, gap.grades, gap.missing) for gap in gaps if gap.stage is Stage.RECEIPT}
    assert receipts == {
        (1, (1, 2), Anchor.SUBMISSION),
        (1, (3,), Anchor.SUBMISSION_GRADE3),
        (2, (1, 2, 3), Anchor.PREVIOUS_ROUND),
    }


def test_a_term_that_the_rulebook_does_not_know_has_no_windows() -> None:
    """No dates, no windows."""
    assert derive(shipped_rulebook(), Term("120-1")) == ()


def test_an_hour_of_closing_is_an_exclusive_instant_in_utc() -> None:
    """17:00 in Taipei is 09:00 UTC; without an hour a window ends with its last day."""
    at_five = UPLOAD.replace("clause", 'closing_time = "17:00"\nclause')
    assert derive(small(at_five, TERM), Term("113-1"))[0].closes_at == taipei("2025-02-03 17:00")
    assert derive(small(UPLOAD, TERM), Term("113-1"))[0].closes_at == taipei("2025-02-04 00:00")


def test_a_later_rule_overrides_an_earlier_one_where_both_apply() -> None:
    """An exception stands below the rule, and touches only its own division and grades."""
    exception = UPLOAD.replace("weeks = 2", "weeks = 4").replace(
        "clause", 'divisions = ["continuing"]\ngrades = [3]\nclause'
    )
    assert spans(small(DIVISIONS, UPLOAD, exception, TERM), "113-1") == {
        ("upload", 1, "day", (1, 2, 3), "2024-08-30..2025-02-03"),
        ("upload", 1, "continuing", (1, 2), "2024-08-30..2025-02-03"),
        ("upload", 1, "continuing", (3,), "2024-08-30..2025-02-17"),
    }


def test_published_dates_touch_only_the_grades_they_name() -> None:
    """The other grades keep what the rules compute."""
    published = """
[[terms."113-1".published]]
stage = "upload"
grades = [1]
closes = 2025-02-07
"""
    assert spans(small(UPLOAD, TERM, published), "113-1") == {
        ("upload", 1, None, (1,), "2024-08-30..2025-02-07"),
        ("upload", 1, None, (2, 3), "2024-08-30..2025-02-03"),
    }


def test_a_school_may_publish_dates_without_any_rule() -> None:
    """Dates alone are enough for a window."""
    published = """
[[terms."113-1".published]]
stage = "certification"
opens = 2025-01-20
closes = 2025-02-10
closing_time = "12:00"
"""
    (window,) = derive(small(TERM, published), Term("113-1"))
    assert (window.source, window.because.computed) == ("published", None)
    assert window.closes_at == taipei("2025-02-10 12:00")


def test_published_dates_without_an_opening_wait_for_the_rule_s_anchor() -> None:
    """Where the rule cannot give the opening, the window has no date yet."""
    published = """
[terms."113-1"]
closing_ceremony = 2025-01-20
[[terms."113-1".published]]
stage = "upload"
closes = 2025-02-07
"""
    table = plan(small(UPLOAD, published), Term("113-1"))
    assert (table.windows, table.undated[0].missing) == ((), Anchor.TERM_START)


def test_published_dates_without_an_opening_leave_out_whom_no_rule_concerns() -> None:
    """A grade that no rule mentions gets no window out of half a date."""
    for_two = UPLOAD.replace("clause", "grades = [2]\nclause")
    published = '[[terms."113-1".published]]\nstage = "upload"\ncloses = 2025-02-07'
    assert spans(small(for_two, TERM, published), "113-1") == {
        ("upload", 1, None, (2,), "2024-08-30..2025-02-07")
    }


def test_windows_come_in_the_order_of_the_stages() -> None:
    """Upload, certification, selection, submission, receipt: whatever the file's order."""
    windows = derive(shipped_rulebook(), Term("112-2"))
    assert [each.stage for each in windows] == [
        Stage.SELECTION,
        Stage.SUBMISSION,
        Stage.RECEIPT,
        Stage.RECEIPT,
    ]


@given(
    st.dates(date(2020, 8, 1), date(2030, 9, 30)),
    st.integers(60, 160),
    st.integers(-30, 60),
)
def test_a_window_ends_exactly_its_offset_after_the_anchor(
    start: date, length: int, offset: int
) -> None:
    """Deriving twice gives the same, and every day counts as one."""
    ceremony = date.fromordinal(start.toordinal() + length)
    rule = UPLOAD.replace("weeks = 2", f"days = {offset}")
    term = f'[terms."113-1"]\nterm_start = {start}\nclosing_ceremony = {ceremony}'
    rulebook = small(rule, term)
    (window,) = derive(rulebook, Term("113-1"))
    assert derive(rulebook, Term("113-1")) == (window,)
    assert (window.closes_on - ceremony).days == offset
    assert window.opens_on == start


def test_the_third_school_of_the_documentation_comes_out_as_its_table_says() -> None:
    """The worked example in docs/rulebook.md parses, and every line of its table is right."""
    text = DOCUMENT.read_text(encoding="utf-8")
    example = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[-1]
    rulebook = load(example, name="example.toml")
    derived = {
        (str(window.term), *_as_shown(window))
        for code in rulebook.terms
        for window in derive(rulebook, Term(code))
    }
    rows = re.findall(
        r"^\| (\d+-\d) \| (\S+?|第 \d 次\S+?)(?:（(.*?) 年級）)? \| (\S+) \| (\S+) \|$",
        text,
        re.MULTILINE,
    )
    told = {
        (
            term,
            name,
            grades or "1、2、3",
            parse_day(first.partition("（")[0]),
            parse_day(last.partition("（")[0]),
            last.partition("）")[2],
        )
        for term, name, grades, first, last in rows
    }
    assert told == derived


_NAMES = {
    Stage.UPLOAD: "課程學習成果上傳",
    Stage.CERTIFICATION: "認證",
    Stage.SELECTION: "勾選",
    Stage.SUBMISSION: "提交",
}


def _as_shown(window: PlannedWindow) -> tuple[str, str, date, date, str]:
    name = _NAMES.get(window.stage, f"第 {window.round} 次收訖明細確認")
    grades = "、".join(map(str, window.grades))
    ends_with_day = window.closes_at == taipei(
        f"{date.fromordinal(window.closes_on.toordinal() + 1)} 00:00"
    )
    return name, grades, window.opens_on, window.closes_on, "" if ends_with_day else "17:00"


def _caotun_text() -> str:
    return shipped()["caotun"].read_text(encoding="utf-8")
