"""`bot timetable`: what a registrar's colleague sees, and what a script reads."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.timetable import columns, command, display_width
from bot.i18n import words
from handlers.findings import (
    ANCHORS,
    EXPECTED,
    FAULTS,
    SEVERITIES,
    citation,
    finding_sentence,
    whom,
)
from models.rulebooks import Anchor, Clause, Expected, load
from models.rules.lawcheck import Fault, Severity, check
from models.rules.roc import Term
from models.rules.timetable import derive
from tests.rules.rulebook_texts import SMALL, shipped_rulebook, small


def timetable(*arguments: str) -> Result:
    """Run `bot timetable` and return its output and exit code."""
    return CliRunner().invoke(command, arguments)


def test_show_prints_the_published_dates_under_one_another() -> None:
    """Every term of the shipped rulebook, its windows in columns, and what has no date yet."""
    shown = timetable("show", "--lang", "en")
    assert shown.exit_code == 0
    upload = next(line for line in shown.output.splitlines() if line.startswith("Upload"))
    certification = next(
        line for line in shown.output.splitlines() if line.startswith("Certification ")
    )
    assert "114/2/3 (Mon)" in upload
    assert "closing ceremony 114/1/20 (Mon) +14 days" in upload
    assert upload.index("114/2/3") == certification.index("114/2/10")
    assert "Not dated yet:" in shown.output


def test_show_says_in_chinese_by_default() -> None:
    """Dates are written as Taiwan writes them."""
    shown = timetable("show", "--term", "113-1")
    assert shown.exit_code == 0
    assert "114/2/3（一）" in shown.output
    assert "112-2" not in shown.output


def test_show_as_json_has_instants_days_and_reasons() -> None:
    """A script reads exclusive instants in UTC, and where each window comes from."""
    data = json.loads(timetable("show", "--term", "1122", "--format", "json").output)
    receipt = next(each for each in data["terms"][0]["windows"] if each["stage"] == "receipt")
    assert data["school"] == "000001"
    assert (receipt["first_day"], receipt["last_day"]) == ("2024-10-09", "2024-10-14")
    assert receipt["closes_at"] == "2024-10-14T16:00:00+00:00"
    assert (receipt["source"], receipt["computed"]) == ("published", ["2024-10-09", "2024-10-12"])
    assert receipt["clause"]["point"] == "壹、七(3)i"
    assert data["terms"][0]["undated"][0]["missing"] == "term_start"


def test_check_refuses_with_exit_code_1_and_cites_both_clauses() -> None:
    """The second receipt round, since the letter of 114."""
    checked = timetable("check", "--on", "114/7/14", "--lang", "en")
    assert checked.exit_code == 1
    assert "round 2 (grade 1, 2) lasts 2 days. It has to last at least 3 days." in checked.output
    assert "114年國教署函第6點二 (114/7/14 (Mon))" in checked.output
    assert "草屯補充規定第六點(三) (113/10/21 (Mon))" in checked.output


def test_check_lets_pass_what_was_lawful_on_the_day() -> None:
    """Warnings are shown, the exit code is 0."""
    checked = timetable("check", "--on", "2024-10-21", "--lang", "en")
    assert checked.exit_code == 0
    assert "Warning:" in checked.output
    assert "Error:" not in checked.output


def test_check_takes_the_law_of_today_if_no_day_is_given() -> None:
    """Today lies after the letter of 114."""
    assert timetable("check").exit_code == 1


def test_check_says_so_where_nothing_is_found(tmp_path: Path) -> None:
    """An empty answer would look like a failure."""
    file = tmp_path / "school.toml"
    file.write_text(SMALL, encoding="utf-8")
    checked = timetable("check", "--school", str(file), "--lang", "en")
    assert (checked.exit_code, "Nothing was found" in checked.output) == (0, True)


def test_check_as_json_has_codes_and_clauses() -> None:
    """A script reads whether the timetable is refused, and why."""
    checked = timetable("check", "--on", "2025-07-14", "--format", "json", "--lang", "en")
    data = json.loads(checked.output)
    assert (checked.exit_code, data["refused"], data["on"]) == (1, True, "2025-07-14")
    finding = data["findings"][0]
    assert (finding["severity"], finding["code"], finding["round"]) == (
        "error",
        "receipt_too_short",
        2,
    )
    assert finding["clauses"][0] == {
        "document": "114年國教署函",
        "dated": "2025-07-14",
        "point": "第6點二",
    }
    assert finding["window"]["last_day"] == "2024-10-17"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "--school", "nowhere"), "neither a file nor one of caotun, dacheng"),
        (("show", "--term", "113"), "a term such as 113-1 is expected; found: 113"),
        (("show", "--term", "120-1"), "no dates for 120-1; it has 112-2, 113-1"),
        (("check", "--on", "someday"), "2025-07-14 or 114/7/14 is expected; found: someday"),
    ],
)
def test_bad_arguments_are_exit_code_2_and_one_line(arguments: tuple[str, ...], said: str) -> None:
    """What was expected is told, without a traceback."""
    refused = timetable(*arguments, "--lang", "en")
    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_a_bad_rulebook_is_exit_code_2_with_a_line_for_each_problem(tmp_path: Path) -> None:
    """File, line, key, what was expected, what was found, and what may have been meant."""
    file = tmp_path / "school.toml"
    file.write_text(
        SMALL + '[reminder]\n[nudges]\nteacher_pause_days = "3"\n[digest]\nweekdays = ["mo"]',
        encoding="utf-8",
    )
    refused = timetable("check", "--school", str(file), "--lang", "en")
    assert refused.exit_code == 2
    lines = refused.stderr.splitlines()
    assert lines[0].startswith("school.toml:14: reminder: there is no such key; known here: ")
    assert lines[0].endswith("; did you mean reminders?")
    assert lines[1] == (
        "school.toml:16: nudges.teacher_pause_days: a whole number from 1 to 60 is expected, "
        'without quotes; found: "3"; for example: teacher_pause_days = 3'
    )
    assert lines[2] == (
        "school.toml:18: digest.weekdays[1]: one of these is expected: "
        'mon、tue、wed、thu、fri、sat、sun; found: "mo"; for example: weekdays = ["mon", "thu"]; '
        "did you mean mon?"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[school\n", "school.toml:1: a closing bracket is missing; found: [school"),
        ("name = 學校".encode("cp950"), "school.toml:1: the file has to be a UTF-8 text file"),
    ],
)
def test_a_file_that_is_no_toml_at_all_is_exit_code_2(
    tmp_path: Path, content: bytes, said: str
) -> None:
    """Broken syntax has its line; a file in Big5 is told to be UTF-8."""
    file = tmp_path / "school.toml"
    file.write_bytes(content)
    refused = timetable("show", "--school", str(file), "--lang", "en")
    assert refused.exit_code == 2
    assert refused.stderr.startswith(said)


def test_a_file_that_notepad_saved_is_read(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends are no mistakes."""
    file = tmp_path / "school.toml"
    file.write_bytes(("\ufeff" + SMALL.replace("\n", "\r\n")).encode())
    assert timetable("show", "--school", str(file)).exit_code == 0


def test_dates_that_rest_on_no_rule_are_shown_as_published(tmp_path: Path) -> None:
    """There is nothing to compare them with."""
    file = tmp_path / "school.toml"
    published = '[[terms."113-1".published]]\nstage = "upload"\n'
    days = "opens = 2024-08-30\ncloses = 2025-02-07"
    file.write_text(SMALL + published + days, encoding="utf-8")
    shown = timetable("show", "--school", str(file), "--lang", "en").output.splitlines()[-1]
    assert (
        shown.split() == "Upload of course outcomes 113/8/30 (Fri) 114/2/7 (Fri) published".split()
    )


def test_columns_count_chinese_characters_double() -> None:
    """Cells of different scripts end at the same column of a terminal."""
    lines = columns([("項目", "x"), ("abc", "y")])
    assert lines == ["項目  x", "abc   y"]
    assert display_width("上傳a（一）") == 11


def test_every_fault_and_every_expectation_has_its_sentence() -> None:
    """Nothing that the rules can find is left without words."""
    assert set(FAULTS) == set(Fault)
    assert set(EXPECTED) == set(Expected)
    assert set(ANCHORS) == set(Anchor)
    assert set(SEVERITIES) == set(Severity)


def test_a_rule_without_a_date_is_named_by_its_stage_and_round() -> None:
    """The finding is about the rulebook, not about a window."""
    (finding,) = check(shipped_rulebook(), (), on=date(2025, 7, 14))
    assert finding_sentence(finding, shipped_rulebook(), words("en")) == (
        "Receipt confirmation, round 2 lasts 2 days. It has to last at least 3 days."
    )


@pytest.mark.parametrize(
    ("section", "whose"), [("caps", "測試高中"), ("caps.divisions.continuing", "進修部")]
)
def test_a_cap_above_the_law_says_whose_it_is(section: str, whose: str) -> None:
    """The school's, or one division's."""
    division = '[[divisions]]\nkey = "continuing"\nlabel = "進修部"\n'
    text = SMALL.replace("at_most = 6,", "at_most = 7,") if section == "caps" else SMALL
    own = f'[{section}]\noutcomes_selected_per_year = {{ at_most = 7, clause = "第九點" }}'
    rulebook = load(text + division + ("" if section == "caps" else own), name="school.toml")
    (finding,) = check(rulebook, (), on=date(2025, 7, 14))
    assert finding_sentence(finding, rulebook, words("en")) == (
        f"{whose}: at most 7 Course outcomes may be selected; the law allows 6."
    )


def test_a_clause_without_a_date_is_cited_by_its_point() -> None:
    """Not every document is dated."""
    assert citation(Clause("某規定", None, "第一點"), words("en")) == "某規定第一點"


def test_whom_a_window_concerns_is_told_only_where_it_is_not_everybody() -> None:
    """Division by its label, grades by their numbers."""
    rulebook = small(
        '[[divisions]]\nkey = "day"\nlabel = "日間部"',
        '[[divisions]]\nkey = "continuing"\nlabel = "進修部"',
        '[[windows]]\nstage = "upload"\ndivisions = ["continuing"]\ngrades = [1, 3]',
        'opens = { anchor = "term_start" }\nlasts_days = 9\nclause = "第一點"',
        '[terms."113-1"]\nterm_start = 2024-08-30',
    )
    (window,) = derive(rulebook, Term("113-1"))
    assert whom(window, rulebook, words("en")) == "進修部 grade 1, 3"
    everybody = derive(shipped_rulebook(), Term("113-1"))[0]
    assert whom(everybody, shipped_rulebook(), words("en")) == ""
