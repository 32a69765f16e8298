"""docs/rulebook.md keeps step: every line of the shipped files, every key, and the third school."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from bot.i18n import words
from handlers.late import late_lines
from models.rulebooks import Rulebook, examples, load, shipped
from models.rulebooks.reading import Table, dotted
from models.rules.roc import Term
from models.rules.timetable import plan
from tests.rules.rulebook_texts import SMALL

PAGE = (Path(__file__).parents[2] / "docs" / "rulebook.md").read_text(encoding="utf-8")
SECTIONS = {"caotun": "### 草屯商工", "dacheng": "### 大誠高中"}
OWN_NAMES = {"rules", "day", "114-1"}
"""Keys that the author of EVERY_SECTION chose."""

EVERY_SECTION = """
[[divisions]]
key = "day"
label = "日間部"
[caps.divisions.day]
[[caps.exceptions]]
grades = [3]
outcomes_selected_per_year = { at_most = 5, clause = "一" }
[[windows]]
stage = "upload"
opens = { anchor = "term_start" }
closes = { anchor = "closing_ceremony" }
clause = "一"
[[extensions]]
stage = "upload"
days = 1
clause = "一"
[[slips]]
stage = "receipt"
back_days = 1
clause = "一"
[certification]
within = { days = 1, clause = "一" }
[queries]
answered_within = { days = 1, clause = "一" }
[imports]
[reminders]
[reminders.by_stage]
[reminders.divisions.day]
[digest]
[digest.divisions.day]
[nudges]
[quiet_hours]
[quiet_hours.divisions.day]
[staff_hours]
[staff_hours.divisions.day]
[messages]
[[calendar.holidays]]
date = 2025-11-17
name = "校慶補假"
[terms."114-1"]
[[terms."114-1".published]]
stage = "upload"
closes = 2026-02-03
"""


def part(heading: str) -> str:
    """Return the part of the page under a heading, up to the next one of its rank or above."""
    ranks = {"## ", heading.partition(" ")[0] + " "}
    following = "|".join(f"^{rank}" for rank in sorted(ranks))
    found = re.search(
        rf"^{re.escape(heading)}.*?(?={following}|\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    assert found, heading
    return found.group()


def code_of(text: str) -> list[str]:
    """Return the lines of the TOML blocks in a text, without comments and empty lines."""
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    lines = (re.sub(r"\s*#.*", "", line) for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


@cache
def known_keys() -> frozenset[str]:
    """Return every key that the reader asks a rulebook for, as a path."""
    asked: set[str] = set()
    done = Table.done

    def remembering(table: Table) -> None:
        asked.update(dotted((*table.path, key)) for key in table.known())
        done(table)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "done", remembering)
        load(SMALL + EVERY_SECTION, name="every.toml")
    return frozenset(path for path in asked if path.rpartition(".")[2].strip('"') not in OWN_NAMES)


@pytest.mark.parametrize("name", SECTIONS)
def test_the_page_quotes_every_line_of_a_shipped_file_in_its_order(name: str) -> None:
    """A line that is changed or added there has to be explained here."""
    file = shipped()[name].read_text(encoding="utf-8")
    lines = [re.sub(r"\s*#.*", "", line) for line in file.splitlines()]
    assert code_of(part(SECTIONS[name])) == [line for line in lines if line]


@pytest.mark.parametrize("name", SECTIONS)
def test_every_block_of_a_shipped_file_is_followed_by_what_it_means(name: str) -> None:
    """No block stands there without a word."""
    text = part(SECTIONS[name])
    assert text.count("```toml") == len(re.findall(r"```\n\n- ", text))


def test_every_key_has_its_place_in_the_reference_and_a_right_form() -> None:
    """What the reader knows, an author can look up, and sees in a message about it."""
    reference = part("## 各段落")
    for path in known_keys():
        key = path.rpartition(".")[2]
        assert re.search(rf"\b{key}\b", reference), path
        assert examples.of(path), path


@pytest.mark.parametrize("key", sorted(known_keys()))
def test_the_right_form_of_a_key_is_toml_that_names_it(key: str) -> None:
    """An example can be copied as it stands; ⏎ is where a new line begins."""
    example = examples.of(key)
    text = example.replace(" ⏎ ", "\n")
    assert tomllib.loads(text)
    assert key.rpartition(".")[2] in example


def test_the_third_school_s_late_ends_and_slips_are_those_of_its_second_table() -> None:
    """What single pupils and homeroom teachers are told, day by day."""
    school = third_school()
    said = set()
    for code in school.terms:
        heading = ""
        for line in late_lines(plan(school, Term(code)), school, words("zh_Hant_TW")):
            if not line.startswith(" "):
                heading = line
                continue
            day = re.search(r"\d+/\d+/\d+（.）(\d+:\d+)?", line)
            assert day
            said.add((code, heading + line.strip().partition("：")[0], day.group()))
    table = re.findall(
        r"^\| (\d+-\d) \| ((?:個別展延|紙本確認單)：\S+(?: \S+)*) \| (\S+) \|$", PAGE, re.MULTILINE
    )
    assert {(term, name, day) for term, name, day in table} == said


def third_school() -> Rulebook:
    """Return the worked example of the page."""
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    return load(blocks[-1], name="third.toml")


def test_the_third_school_differs_where_schools_differ() -> None:
    """It shows what neither shipped file has, so that an author finds it done once."""
    school = third_school()
    assert school.cap_exceptions
    assert school.extensions
    assert school.slips
    assert school.answer_within
    assert school.certify_within
    assert {rule.closing_time for rule in school.windows} > {None}
    assert len({rule.day_off for rule in school.windows}) > 1
