"""What a rehearsal looks like: its costs, text and page, and what a changed setting changes."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import bot
from bot.i18n import words
from bot.rehearsal import comparing, costing, page, text
from bot.rehearsal.record import Rehearsal, to_json
from tests.rehearsal.conftest import SHORT, played

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def quieter() -> Rehearsal:
    """Give the short term with two reminders of each deadline instead of three."""
    return played(SHORT.replace("days_before = [14, 7, 0]", "days_before = [7, 0]"))


def test_a_month_names_the_smallest_plan_that_it_fits(caotun: Rehearsal) -> None:
    """200, 3,000 and 6,000 messages are what LINE sells; beyond, none of them fits."""
    for pupils in (1, 1_000, 1_500, 10_000):
        for month in costing.months(caotun, pupils):
            fitting = [plan for plan in (200, 3_000, 6_000) if month.estimated <= plan]
            assert month.plan == (fitting[0] if fitting else None)


def test_the_costs_grow_with_the_school(caotun: Rehearsal) -> None:
    """Twice the pupils, twice the messages, but for rounding."""
    once = costing.estimate(caotun.messages, 1_000)
    assert abs(costing.estimate(caotun.messages, 2_000) - 2 * once) <= 1


def test_the_pupils_of_a_window_for_everybody_add_up_to_the_school(caotun: Rehearsal) -> None:
    """Of a thousand, the five in a hundred are missing who blocked us or never joined."""
    opened = sum(
        (
            each.per_thousand
            for each in caotun.messages
            if "113-1/upload/all/1/opened" in each.occasions
        ),
        Fraction(0),
    )
    assert opened == 950


def test_the_rows_of_the_summary_hold_every_message(caotun: Rehearsal) -> None:
    """Nothing is counted twice, nothing is left out."""
    rows = costing.rows(caotun, 1_000)
    assert sum(row.rehearsed for row in rows) == sum(each.cost for each in caotun.messages)
    assert sum(row.times for row in rows) == len(caotun.messages)


def test_fewer_reminders_show_as_a_setting_as_messages_and_as_cost(
    short: Rehearsal, quieter: Rehearsal
) -> None:
    """What was changed, which messages disappear, and how much cheaper the term becomes."""
    found = comparing.compare(short, quieter, 1_000)
    assert found.settings["reminders.days_before"].before == "[14, 7, 0]"
    assert found.settings["reminders.days_before"].after == "[7, 0]"
    gone = {pair.before.occasions for pair in found.rows if pair.before and not pair.after}
    assert ("113-1/upload/all/1/D-14",) in gone
    assert found.windows == ()
    assert found.totals[1] < found.totals[0]


def test_two_rehearsals_that_are_the_same_do_not_differ(caotun: Rehearsal) -> None:
    """The comparison says so."""
    found = comparing.compare(caotun, caotun, 1_000)
    assert found.is_empty
    assert "兩者沒有不同。" in "\n".join(text.comparison_lines(found, words()))


def test_the_text_shows_every_message_with_its_cost(caotun: Rehearsal) -> None:
    """Summary, cards and buttons stand there, and how many it would be."""
    said = "\n".join(text.rehearsal_lines(caotun, 1_000, words()))
    for message in caotun.messages:
        assert message.summary in said
        assert all(card.title in said for card in message.cards)
    for at in ("07:30", "12:10"):
        assert f"114/2/3（一）{at}　學生：113-1 課程學習成果上傳：最後一天［125 則］" in said


def test_the_page_stands_alone_in_traditional_chinese(caotun: Rehearsal) -> None:
    """No script, no address, nothing to fetch; every message is on it."""
    html = page.rehearsal_page(caotun, 1_000, words())
    assert '<html lang="zh-Hant-TW">' in html
    assert "<script" not in html
    assert "http" not in html
    assert html.count("<article") == len(caotun.messages)


def test_long_quiet_stretches_are_folded(caotun: Rehearsal) -> None:
    """Between the second receipt round and January nothing leaves: one line says so."""
    assert "其間 94 天沒有訊息" in page.rehearsal_page(caotun, 1_000, words())


def test_what_a_message_says_never_becomes_markup(caotun: Rehearsal) -> None:
    """A title with a tag in it is shown as it was written."""
    hostile = replace(caotun.messages[0], summary="<img src=x onerror=alert(1)>")
    html = page.rehearsal_page(replace(caotun, messages=(hostile,)), 1_000, words())
    assert "<img" not in html
    assert "&lt;img src=x" in html


def test_the_comparison_page_shows_before_beside_after(
    short: Rehearsal, quieter: Rehearsal
) -> None:
    """Both values of the setting stand in one row."""
    html = page.comparison_page(comparing.compare(short, quieter, 1_000), words())
    assert "reminders.days_before" in html
    assert "[14, 7, 0]" in html
    assert "[7, 0]" in html


def test_the_command_compares_rehearsals_that_were_kept(
    short: Rehearsal, quieter: Rehearsal, tmp_path: Path
) -> None:
    """Two JSON files in, a page out; nothing is played again."""
    for name, of in (("a.json", short), ("b.json", quieter)):
        (tmp_path / name).write_text(to_json(of), "utf-8")
    asked = ["--compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    out = tmp_path / "differs.html"

    result = CliRunner().invoke(bot, ["rehearse", *asked, "--format", "html", "--out", str(out)])

    assert result.exit_code == 0, result.output
    assert "設定改變前後的差異" in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--term", "soon"], "113-1"),
        (["--term", "130-1"], "112-2, 113-1"),
        (["--school", "nowhere.toml"], "nowhere.toml"),
        (["--compare", "nowhere.json", "caotun"], "nowhere.json"),
    ],
)
def test_a_mistake_is_said_in_a_sentence(asked: list[str], said: str) -> None:
    """Exit code 2, and what to write instead."""
    result = CliRunner().invoke(bot, ["rehearse", *asked])
    assert result.exit_code == 2
    assert said in result.output
