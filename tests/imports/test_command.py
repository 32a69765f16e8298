"""`bot import` as a registrar types it: samples, reports, exit codes, JSON, and what is refused."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.exc import OperationalError

from bot.cli import bot
from bot.clock import SystemClock
from bot.i18n import words
from bot.imports.gathering import gathered, ranges
from bot.imports.showing import lines
from bot.imports.taking import Ending, Report, Subject
from models.rulebooks import shipped
from models.rules.importing.problems import Place, Problem, Reason
from models.rules.roc import Term
from models.rules.taipei import day_of
from models.store import Store
from models.tables import School, Window
from models.tables import Term as TermRow
from models.vocabulary import Stage
from scheduler.taking_over import take_over
from tests.imports.files import csv_file, people

RULES = shipped()["caotun"].read_text("utf-8")


@pytest.fixture
def installation(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the environment of an installation with one school in it."""
    monkeypatch.setenv("BOT_DATABASE_URL", database_url.replace("+aiosqlite", ""))
    monkeypatch.setenv("BOT_SECRET_KEY", "a-key-of-more-than-thirty-two-characters")
    add_school(database_url, "060402")
    return database_url


def add_school(url: str, code: str) -> None:
    """Write a school."""

    async def write() -> None:
        store = Store(url)
        async with store.writing() as session:
            session.add(School(code=code, name="測試高中", rulebook=RULES))
        await store.close()

    asyncio.run(write())


def add_receipt_window(url: str) -> None:
    """Give the samples' term a receipt window that is open."""

    async def write() -> None:
        now = SystemClock().now()
        store = Store(url)
        async with store.writing() as session:
            term = TermRow(school_id=1, year=Term.on(day_of(now)).year - 1, semester=2)
            session.add(term)
            await session.flush()
            session.add(
                Window(
                    school_id=1,
                    term_id=term.id,
                    stage=Stage.RECEIPT,
                    opens_at=now,
                    closes_at=now + timedelta(days=4),
                )
            )
        await store.close()

    asyncio.run(write())


async def plan_of_caotun(url: str) -> None:
    """Take the school's timetable over, as of the day it was published."""
    store = Store(url)
    async with store.writing() as session:
        school = await session.get_one(School, 1)
        await take_over(session, school, RULES, datetime(2024, 10, 21, tzinfo=UTC))
    await store.close()


def call(*words: str | Path) -> Result:
    """Call the command."""
    return CliRunner().invoke(bot, ["import", *map(str, words)])


def test_the_samples_import_cleanly_and_only_once(installation: str, tmp_path: Path) -> None:
    """XLSX first, then the CSV files say the same and change nothing."""
    add_receipt_window(installation)
    term = f"{Term.on(day_of(SystemClock().now())).year - 1}-2"
    more = {"receipts": ("--term", term)}
    assert call("samples", tmp_path).exit_code == 0
    assert call("people", tmp_path / "people-last-year.xlsx").exit_code == 0
    for subject in ("people", "courses", "works", "receipts"):
        file = tmp_path / f"{subject}.xlsx"
        result = call(subject, file, "--format", "json", *more.get(subject, ()))
        told = json.loads(result.output)
        assert (result.exit_code, told["problems"], told["ending"]) == (0, [], "written")
    for subject in ("people", "courses", "works", "receipts"):
        file = tmp_path / f"{'outcomes' if subject == 'works' else subject}.csv"
        result = call(subject, file, "--format", "json", *more.get(subject, ()))
        assert json.loads(result.output)["ending"] == "nothing_new"
    assert call("undo").exit_code == 0


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(("term", "says"), [("113", "113-1"), ("113-1", "--term 112-2 --round 1")])
def test_a_receipt_round_that_cannot_be_is_said_with_what_can(
    installation: str, tmp_path: Path, term: str, says: str
) -> None:
    """How a term is written, or which rounds the timetable has."""
    asyncio.run(plan_of_caotun(installation))
    file = csv_file(tmp_path / "list.csv", [("學號", "類別", "名稱"), ("1", "多元表現", "甲")])
    result = call("receipts", file, "--term", term)
    assert (result.exit_code, says in result.output) == (2, True), result.output


@pytest.mark.usefixtures("installation")
def test_bad_rows_are_shown_with_their_place_and_exit_with_1(tmp_path: Path) -> None:
    """The sentence has row, column as the file calls it, value and reason."""
    rows = [*people(1), ("000002", "小二", "學生", "日間部", 115, "九", "201", 2, "")]
    result = call("people", csv_file(tmp_path / "list.csv", rows))
    assert result.exit_code == 1
    (line,) = [line for line in result.output.splitlines() if line.startswith("✗")]
    assert all(part in line for part in ("5", "年級", "九"))
    assert "--skip-bad" in result.output


@pytest.mark.usefixtures("installation")
def test_rows_with_the_same_slip_are_one_line_and_json_has_each(tmp_path: Path) -> None:
    """Which rows, some of what they hold, why, and how many; of many kinds the first ones."""
    heading, *rows = people(70)
    bad = [
        (*row[:5], "九", *row[6:]) if 10 <= place < 70 else row for place, row in enumerate(rows)
    ]
    file = csv_file(tmp_path / "list.csv", [heading, *bad])

    told = call("people", file)
    (line,) = [line for line in told.output.splitlines() if line.startswith("✗")]
    assert all(part in line for part in ("12–71", "年級", "九", "60 列")), line
    assert len(json.loads(call("people", file, "--format", "json").output)["problems"]) == 60


def test_many_kinds_of_problems_end_with_how_many_more_there_are() -> None:
    """Twenty lines, then the number of cells that only JSON shows."""
    problems = [
        Problem(Place(f"表{number}", 2), "name", "", Reason.MISSING) for number in range(25)
    ]
    groups = gathered([*problems, *problems[:1]])
    assert len(groups) == 25
    assert [len(group.problems) for group in groups[:2]] == [2, 1]
    report = Report(Subject.PEOPLE, Ending.BAD_ROWS, 25, problems, [], [], {}, {})
    said = list(lines(report, words()))
    assert sum(line.startswith("✗") for line in said) == 20
    assert any("5" in line and "--format json" in line for line in said)


@pytest.mark.parametrize(
    ("rows", "said"),
    [([5], "5"), ([5, 6, 7, 9], "5–7、9"), (list(range(2, 30, 2)), "2、4、6、8、10、12…")],
)
def test_rows_are_said_as_stretches(rows: list[int], said: str) -> None:
    """Of many stretches only the first ones."""
    assert ranges(rows) == said


@pytest.mark.usefixtures("installation")
def test_a_dangerous_file_names_the_number_that_goes_on(tmp_path: Path) -> None:
    """A script gives it as --yes-remove."""
    call("people", csv_file(tmp_path / "list.csv", people(20)))
    fewer = csv_file(tmp_path / "fewer.csv", people(10))
    result = call("people", fewer)
    assert (result.exit_code, "--yes-remove 10" in result.output) == (1, True)
    assert call("people", fewer, "--yes-remove", "10").exit_code == 0


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    ("content", "says"),
    [("", "list.csv"), ("甲,乙\n1,2\n", "--columns"), ("%PDF-1.7", "XLSX")],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(
    tmp_path: Path, content: str, says: str
) -> None:
    """What to do stands in it; no traceback."""
    (tmp_path / "list.csv").write_text(content, "utf-8")
    result = call("people", tmp_path / "list.csv")
    assert (result.exit_code, says in result.output) == (2, True)


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    "text", ["[people", "[people.colums]\nname=['x']", "[people.columns]\nname=1"]
)
def test_a_slip_in_a_file_of_columns_is_named(tmp_path: Path, text: str) -> None:
    """The key that is unknown or not a list."""
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    file = csv_file(tmp_path / "list.csv", people(1))
    result = call("people", file, "--columns", tmp_path / "mine.toml")
    assert (result.exit_code, "--columns" in result.output) == (2, True)


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize("broken", [KeyboardInterrupt(), OperationalError("", None, OSError())])
def test_an_import_that_is_broken_off_says_what_that_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: BaseException
) -> None:
    """Ctrl-C, or a database that went away: one sentence, and the next import does all of it."""
    file = csv_file(tmp_path / "list.csv", people(1))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("models.queries.import_runs.pour", Mock(side_effect=broken))
        result = call("people", file)
    assert (result.exit_code, "中斷" in result.output) == (1, True), result.output
    assert json.loads(call("people", file, "--format", "json").output)["ending"] == "written"


def test_several_schools_need_a_choice(installation: str, tmp_path: Path) -> None:
    """The message names the codes there are."""
    add_school(installation, "193404")
    file = csv_file(tmp_path / "list.csv", people(1))
    result = call("people", file)
    assert (result.exit_code, "193404" in result.output) == (2, True)
    assert call("people", file, "--school", "193404").exit_code == 0
    assert call("people", file, "--school", "999999").exit_code == 2


@pytest.mark.usefixtures("installation")
def test_without_an_import_there_is_nothing_to_take_back() -> None:
    """One line, exit code 1."""
    assert call("undo").exit_code == 1


def test_the_columns_are_printed_as_they_can_be_given_back(tmp_path: Path) -> None:
    """What `bot import columns` prints is a file of columns itself."""
    from bot.imports.columns import load

    (tmp_path / "mine.toml").write_text(call("columns").output, "utf-8")
    assert load(tmp_path / "mine.toml") == load()
