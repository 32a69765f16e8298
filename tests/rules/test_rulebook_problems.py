"""What is wrong in a rulebook: every problem at once, with file, line, key and expectation."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import words
from handlers.findings import problem_sentence
from models.rulebooks import Expected, Problem, RulebookError, load, shipped
from tests.rules.rulebook_texts import SMALL

FIRST_LINE = len(SMALL.splitlines()) + 1
RULE = 'stage = "upload"\nopens = { anchor = "term_start" }\nclause = "第三點"\n'


def problems(text: str) -> tuple[Problem, ...]:
    """Return the problems of a text, at least one."""
    with pytest.raises(RulebookError) as refused:
        load(text, name="school.toml")
    return refused.value.problems


@pytest.mark.parametrize(
    ("section", "line", "key", "expected", "found"),
    [
        (
            "[nudges]\nteacher_pause_dys = 2",
            2,
            "nudges.teacher_pause_dys",
            Expected.KNOWN_KEY,
            '"teacher_pause_dys"',
        ),
        ("[remainders]", 1, "remainders", Expected.KNOWN_KEY, '"remainders"'),
        ("windows = 3", 0, "caps.windows", Expected.KNOWN_KEY, '"windows"'),
        ("[windows]", 1, "windows", Expected.TABLES, "{  }"),
        ("[[quiet_hours]]", 1, "quiet_hours", Expected.TABLE, "[{  }]"),
        (
            '[nudges]\nteacher_pause_days = "3"',
            2,
            "nudges.teacher_pause_days",
            Expected.NUMBER,
            '"3"',
        ),
        (
            "[nudges]\nteacher_pause_days = true",
            2,
            "nudges.teacher_pause_days",
            Expected.NUMBER,
            "true",
        ),
        ("[nudges]\nteacher_pause_days = 0", 2, "nudges.teacher_pause_days", Expected.NUMBER, "0"),
        (
            "[certification]\n\nundo_minutes = 1.5",
            3,
            "certification.undo_minutes",
            Expected.NUMBER,
            "1.5",
        ),
        ("[reminders]\ndays_before = 3", 2, "reminders.days_before", Expected.LIST, "3"),
        ("[reminders]\ndays_before = []", 2, "reminders.days_before", Expected.LIST, "[]"),
        (
            "[reminders]\ndays_before = [3, 3]",
            2,
            "reminders.days_before",
            Expected.DISTINCT,
            "[3, 3]",
        ),
        (
            "[reminders]\ndays_before = [3,\n -1]",
            2,
            "reminders.days_before[2]",
            Expected.NUMBER,
            "-1",
        ),
        ('[reminders]\nat = "7:30"', 2, "reminders.at", Expected.CLOCK, '"7:30"'),
        ("[reminders]\nat = 07:30:00", 2, "reminders.at", Expected.CLOCK, "07:30:00"),
        ('[reminders]\nat = "23:00"', 2, "reminders.at", Expected.OUTSIDE_QUIET_HOURS, '"23:00"'),
        ('[digest]\nat = "05:00"', 2, "digest.at", Expected.OUTSIDE_QUIET_HOURS, '"05:00"'),
        ('[staff_hours]\nuntil = "7:30"', 2, "staff_hours.until", Expected.CLOCK, '"7:30"'),
        ('[staff_hours]\nuntil = "07:00"', 2, "staff_hours.until", Expected.LATER, '"07:00"'),
        (
            '[staff_hours]\nfrom = "07:50"\n[digest]\nat = "07:40"',
            4,
            "digest.at",
            Expected.INSIDE_STAFF_HOURS,
            '"07:40"',
        ),
        ("[messages]\nper_day = 0", 2, "messages.per_day", Expected.NUMBER, "0"),
        ("[messages]\nper_day = 9\nper_week = 8", 3, "messages.per_week", Expected.NUMBER, "8"),
        (
            '[reminders.divisions.evening]\nat = "16:30"',
            1,
            "reminders.divisions.evening",
            Expected.KNOWN_KEY,
            '"evening"',
        ),
        ('[digest]\nweekdays = ["mon", "Thu"]', 2, "digest.weekdays[2]", Expected.ONE_OF, '"Thu"'),
        (
            "[calendar]\nschool_days = 2025-11-15",
            2,
            "calendar.school_days",
            Expected.LIST,
            "2025-11-15",
        ),
        (
            '[calendar]\nschool_days = ["11/15"]',
            2,
            "calendar.school_days[1]",
            Expected.DATE,
            '"11/15"',
        ),
        (
            '[[calendar.holidays]]\ndate = 2025-11-15T08:00:00\nname = "x"',
            2,
            "calendar.holidays[1].date",
            Expected.DATE,
            "2025-11-15 08:00:00",
        ),
        ("[terms.1131]", 1, "terms.1131", Expected.TERM, '"1131"'),
        (
            '[terms."113-1"]\nterm_start = "8/30"',
            2,
            'terms."113-1".term_start',
            Expected.DATE,
            '"8/30"',
        ),
        (
            '[terms."113-1"]\nnext_term_start = 2025-02-11',
            2,
            'terms."113-1".next_term_start',
            Expected.KNOWN_KEY,
            '"next_term_start"',
        ),
        (
            '[[terms."113-1".published]]\nstage = "upload"\ncloses = 2025-02-03',
            1,
            'terms."113-1".published[1].opens',
            Expected.OPENING_FROM_A_RULE,
            None,
        ),
        (
            '[[terms."113-1".published]]\nstage = "upload"\nopens = 2025-02-03',
            1,
            'terms."113-1".published[1].closes',
            Expected.PRESENT,
            None,
        ),
        ('[[divisions]]\nkey = "day"\nlabel = " "', 3, "divisions[1].label", Expected.TEXT, '" "'),
        (
            '[[divisions]]\nkey = "d"\nlabel = "a"\n[[divisions]]\nkey = "d"\nlabel = "b"',
            5,
            "divisions[2].key",
            Expected.DISTINCT,
            '"d"',
        ),
        ("[caps.divisions.evening]", 1, "caps.divisions.evening", Expected.KNOWN_KEY, '"evening"'),
        (f"[[windows]]\n{RULE}", 1, "windows[1]", Expected.EXACTLY_ONE, None),
        (
            f'[[windows]]\n{RULE}lasts_days = 3\ncloses = {{ anchor = "submission" }}',
            1,
            "windows[1]",
            Expected.EXACTLY_ONE,
            None,
        ),
        (f"[[windows]]\n{RULE}lasts_days = 0", 5, "windows[1].lasts_days", Expected.NUMBER, "0"),
        (
            f"[[windows]]\n{RULE}closes = 2025-02-03",
            5,
            "windows[1].closes",
            Expected.ANCHORED_DAY,
            "2025-02-03",
        ),
        (
            f'[[windows]]\n{RULE}closes = {{ anchor = "opening" }}',
            5,
            "windows[1].closes.anchor",
            Expected.ONE_OF,
            '"opening"',
        ),
        (
            f'[[windows]]\n{RULE}closes = {{ anchor = "previous_round" }}',
            5,
            "windows[1].closes.anchor",
            Expected.AFTER_FIRST_ROUND,
            '"previous_round"',
        ),
        (
            f'[[windows]]\n{RULE}lasts_days = 3\nclosing_time = "00:00"',
            6,
            "windows[1].closing_time",
            Expected.CLOCK,
            '"00:00"',
        ),
        (
            f"[[windows]]\n{RULE}lasts_days = 3\ngrades = [4]",
            6,
            "windows[1].grades[1]",
            Expected.NUMBER,
            "4",
        ),
        (
            f'[[windows]]\n{RULE}lasts_days = 3\ndivisions = ["day"]',
            6,
            "windows[1].divisions",
            Expected.NO_DIVISIONS,
            '["day"]',
        ),
        (
            f"[[windows]]\n{RULE.replace('第三點', 'minute: 三')}lasts_days = 3",
            4,
            "windows[1].clause",
            Expected.CLAUSE,
            '"minute: 三"',
        ),
        (
            f"[[windows]]\n{RULE.replace('upload', 'up-load')}lasts_days = 3",
            2,
            "windows[1].stage",
            Expected.ONE_OF,
            '"up-load"',
        ),
        (
            '[[windows]]\nstage = "upload"\nlasts_days = 3\nclause = "三"',
            1,
            "windows[1].opens",
            Expected.PRESENT,
            None,
        ),
    ],
)
def test_a_problem_says_where_it_is_and_what_was_expected(
    section: str, line: int, key: str, expected: Expected, found: str | None
) -> None:
    """One mistake is one problem, on the line where it stands."""
    at = FIRST_LINE + line - (0 if line == 0 else 1)
    (problem,) = problems(SMALL + section)
    assert problem == Problem("school.toml", at, key, expected, found, problem.values)


@pytest.mark.parametrize(
    ("key", "value", "low", "high"),
    [
        ("semesters", "[3]", 1, 2),
        ("semesters", "[0]", 1, 2),
        ("round", "10", 1, 9),
        ("round", "0", 1, 9),
        ("lasts_days", "367", 1, 366),
        ("opens.weeks", "58", -57, 57),
        ("opens.days", "401", -400, 400),
    ],
)
def test_a_number_out_of_bounds_is_told_its_bounds(
    key: str, value: str, low: int, high: int
) -> None:
    """A slip such as a zero too many is found before it becomes a deadline."""
    given = {"opens.anchor": '"term_start"', "lasts_days": "3", key: value}
    lines = "\n".join(f"{name} = {text}" for name, text in given.items())
    text = f'{SMALL}[[windows]]\nstage = "upload"\nclause = "第三點"\n{lines}'
    (problem,) = problems(text)
    assert problem.key.startswith(f"windows[1].{key}")
    assert (problem.values["low"], problem.values["high"]) == (low, high)


def test_a_misspelt_key_is_met_with_the_nearest_one() -> None:
    """The message can ask whether that was meant."""
    (problem,) = problems(SMALL + "[nudges]\nteacher_pause_dys = 2")
    assert problem.values["meant"] == "teacher_pause_days"
    assert problem.values["known"] == "teacher_pause_days"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ('[school]\ncode = "000000\n', 2, Expected.CLOSED_QUOTE),
        ("[school]\nname = '學校\n", 2, Expected.CLOSED_QUOTE),
        ('[school]\nname = "青田"高中"', 2, Expected.CLOSED_QUOTE),
        ("[school]\nname = 國立\n", 2, Expected.QUOTED_TEXT),
        ("a = yes", 1, Expected.QUOTED_TEXT),
        ("name = “青田高中”", 1, Expected.HALF_WIDTH),
        ("grades = [1，2]", 1, Expected.HALF_WIDTH),
        ("undo_minutes ＝ 3", 1, Expected.HALF_WIDTH),
        ("[school]\n[school]\n", 2, Expected.SAID_ONCE),
        ("a = 1\na = 2", 2, Expected.SAID_ONCE),
        ('[windows]\na = 1\n[[windows]]\nstage = "upload"', 3, Expected.SAID_ONCE),
        ('[school]\ncode = ["1",\n"2"', 3, Expected.CLOSED_BRACKET),
        ('[[windows]\nstage = "upload"', 1, Expected.CLOSED_BRACKET),
        ('[terms."113-1"\nterm_start = 2024-08-30', 1, Expected.CLOSED_BRACKET),
        ('a = [1, 2\nb = "x"', 2, Expected.CLOSED_BRACKET),
        ("code = 000001", 1, Expected.NO_LEADING_ZERO),
        ("term_start = 2025-2-3", 1, Expected.REAL_DATE),
        ("term_start = 2025-02-30", 1, Expected.REAL_DATE),
        ("term_start = 114/2/3", 1, Expected.REAL_DATE),
        ("at = 7:30", 1, Expected.QUOTED_CLOCK),
        ('a = "x" b = "y"', 1, Expected.ONE_LINE),
        ('a = "x",', 1, Expected.ONE_LINE),
        ("at_most =", 1, Expected.A_VALUE),
        ("at_most : 6", 1, Expected.AN_EQUALS_SIGN),
        ("// 說明\na = 1", 1, Expected.QUOTED_KEY),
        ("[學校]\n", 1, Expected.QUOTED_KEY),
        ('學校 = "青田高中"', 1, Expected.QUOTED_KEY),
        ('a = { at_most = 6, clause = "二"\n}', 1, Expected.ONE_LINE_BRACES),
        ('a = { at_most = 6 clause = "二" }', 1, Expected.A_COMMA),
        ("a = [1 2]", 1, Expected.A_COMMA),
        ('a = "第\\六點"', 1, Expected.NO_BACKSLASH),
        ("grades = [1、2]", 1, Expected.HALF_WIDTH),
        ("開學日 = 2025-09-01", 1, Expected.QUOTED_KEY),
        ('a = { at_most = 10件, clause = "二" }', 1, Expected.BARE_NUMBER),
        ("a = 10%", 1, Expected.BARE_NUMBER),
        ("a = +", 1, Expected.TOML),
    ],
)
def test_broken_toml_is_one_problem_on_its_line(text: str, line: int, expected: Expected) -> None:
    """A slip of the keyboard is named as what it is, and its line is shown."""
    (problem,) = problems(text)
    assert (problem.file, problem.line, problem.expected) == ("school.toml", line, expected)
    assert problem.found == text.splitlines()[line - 1].strip()


def test_all_problems_are_told_at_once_in_the_order_of_their_lines() -> None:
    """The author mends everything in one go."""
    text = SMALL.replace("at_most = 6", "at_most = -1").replace("2024-08-01", '"113/8/1"')
    found = problems(text + "[nudges]\nx = 1\n[digest]\ny = 1")
    assert [problem.key for problem in found] == [
        "documents.rules.dated",
        "caps.outcomes_selected_per_year.at_most",
        "nudges.x",
        "digest.y",
    ]
    assert [problem.line for problem in found] == sorted(problem.line for problem in found)


def test_a_missing_section_is_one_problem_not_one_for_each_of_its_keys() -> None:
    """An empty file is told what it lacks, and no more."""
    assert {problem.key for problem in problems("")} == {"school", "documents", "caps"}


def test_a_problem_reads_as_one_technical_line() -> None:
    """Logs and tracebacks show file, line and key."""
    with pytest.raises(RulebookError, match=r"school\.toml:\d+: nudges\.x: expected known_key"):
        load(SMALL + "[nudges]\nx = 1", name="school.toml")


PAGE = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text(encoding="utf-8")
THIRD = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[-1]
SOUND = (shipped()["caotun"].read_text(encoding="utf-8"), THIRD)


@given(st.data())
def test_a_damaged_rulebook_is_read_or_refused_but_never_breaks(data: st.DataObject) -> None:
    """Whatever a slip of the hand leaves behind, there is a rulebook or sentences about it."""
    sound = data.draw(st.sampled_from(SOUND))
    start = data.draw(st.integers(0, len(sound)))
    length = data.draw(st.integers(0, 30))
    slipped = data.draw(st.text("[]{}\"=.,#0a\n'，“、", max_size=6))
    text = sound[:start] + slipped + sound[start + length :]
    try:
        load(text, name="school.toml")
        found: tuple[Problem, ...] = ()
    except RulebookError as error:
        found = error.problems
        assert found
    last = max(1, len(text.splitlines()))
    for problem in found:
        assert 1 <= problem.line <= last
        assert problem_sentence(problem, words("zh_Hant_TW")).startswith("school.toml:")


@pytest.mark.parametrize(
    ("section", "expected", "meant"),
    [
        (
            f"[[windows]]\n{RULE.replace('upload', '收訖')}lasts_days = 3",
            Expected.ONE_OF,
            "receipt",
        ),
        (
            f"[[windows]]\n{RULE.replace('term_start', '開學日')}lasts_days = 3",
            Expected.ONE_OF,
            "term_start",
        ),
        ('[digest]\nweekdays = ["一"]', Expected.ONE_OF, "mon"),
        (
            f'[[windows]]\n{RULE}lasts_days = 3\nif_day_off = "順延"',
            Expected.ONE_OF,
            "next_school_day",
        ),
        (
            (
                f'[[divisions]]\nkey = "night"\nlabel = "進修部"\n[[windows]]\n{RULE}'
                'lasts_days = 3\ndivisions = ["進修部"]'
            ),
            Expected.ONE_OF,
            "night",
        ),
        ('[[divisions]]\nkey = "日"\nlabel = "日間部"', Expected.DIVISION_KEY, None),
        ("[[caps.exceptions]]\ngrades = [3]", Expected.SOME_CAP, None),
        (
            (
                "[[caps.exceptions]]\nsemesters = [1]\n"
                'outcomes_selected_per_year = { at_most = 5, clause = "二" }'
            ),
            Expected.YEARLY_CAP,
            None,
        ),
        ('[[extensions]]\nstage = "submission"\ndays = 3\nclause = "一"', Expected.ONE_OF, None),
        (
            '[[extensions]]\nstage = "upload"\ndays = 3\nschool_days = 3\nclause = "一"',
            Expected.EXACTLY_ONE,
            None,
        ),
        ('[[slips]]\nstage = "receipt"\nclause = "一"', Expected.EXACTLY_ONE, None),
        ("[certification]\nwithin = 5", Expected.WITH_A_PERIOD, None),
        ('[queries]\nanswered_within = { clause = "一" }', Expected.EXACTLY_ONE, None),
        (
            f"[[windows]]\n{RULE}lasts_days = 3\nlasts_school_days = 3",
            Expected.EXACTLY_ONE,
            None,
        ),
    ],
)
def test_what_a_colleague_writes_instead_leads_to_what_is_meant(
    section: str, expected: Expected, meant: str | None
) -> None:
    """The words of the school are known, and the sentence shows the right form."""
    (problem,) = problems(SMALL + section)
    assert (problem.expected, problem.values.get("meant")) == (expected, meant)
    said = problem_sentence(problem, words("zh_Hant_TW"))
    assert "；例如：" in said
    assert (f"是不是 {meant}？" in said) is bool(meant)


def test_a_cap_is_more_than_a_number() -> None:
    """Its clause is missing: the whole form is shown."""
    text = re.sub(r"outcomes_selected_per_year = .*", "outcomes_selected_per_year = 5", SMALL)
    (problem,) = problems(text)
    assert (problem.key, problem.expected) == ("caps.outcomes_selected_per_year", Expected.A_CAP)


@pytest.mark.parametrize("code", ["06040", "０６０４０２", "060 402"])
def test_a_school_code_has_six_half_width_characters(code: str) -> None:
    """A digit too few, or full-width digits, would never be found again."""
    (problem,) = problems(SMALL.replace('"000000"', f'"{code}"'))
    assert (problem.key, problem.expected) == ("school.code", Expected.SCHOOL_CODE)
