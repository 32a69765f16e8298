"""`bot export name-list` as a registrar types it: what is said, and what is never said."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import bot
from models.store import Store
from models.tables import Selection
from models.vocabulary import ItemKind, OutcomeState
from tests.support import cast
from tests.support.cast import taipei

OWN_LINES = {"[writing]\ndays = 3\n": "第 2 行", '[lists.other]\nname = "x"\n': "第 1 行"}


@pytest.fixture
def folder(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder beside a school whose pupils 小美 and 阿明 have each selected a work."""

    async def settle() -> None:
        store = Store(sqlite_url)
        school = await cast.settle(store)
        async with store.writing() as session:
            for name, title in (("小美", "小說改寫"), ("阿明", "作文")):
                work = await cast.outcome(
                    session,
                    school,
                    by=name,
                    course="國文",
                    title=title,
                    state=OutcomeState.CERTIFIED,
                )
                work.summary = "-第一點" if name == "阿明" else "摘要"
                session.add(
                    Selection(
                        school_id=school.school.id,
                        person_id=work.person_id,
                        year=112,
                        kind=ItemKind.OUTCOME,
                        slot=1,
                        outcome_id=work.id,
                        selected_at=taipei(2024, 9, 10),
                    )
                )
        await store.close()

    asyncio.run(settle())
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BOT_SECRET_KEY", "k" * 44)
    monkeypatch.chdir(tmp_path)
    Path("two.csv").write_text(
        "學號,身分證號,生日\n000000,A123456789,97/5/3\n000001,B123456780,0971231\n", "utf-8"
    )
    Path("one.csv").write_text("學號,身分證號,生日\n000000,A123456788,97/5/3\n", "utf-8")
    return tmp_path


def _call(*words: str, file: str = "two.csv", term: str = "112", name: str = "outcomes") -> Result:
    asked = ["export", "name-list", name, "--term", term, "--identities", file, "--out", "lists"]
    return CliRunner().invoke(bot, [*asked, *words])


@pytest.mark.usefixtures("folder")
def test_a_registrar_sees_what_was_written_and_no_identity_number() -> None:
    """File, 名冊別, rows and pupils, what is empty; scripts get the same as JSON."""
    written, data = _call(), _call("--format", "json")

    assert written.exit_code == 0, written.output
    assert "lists/112_0_學生課程學習成果名冊.xlsx" in written.output
    assert "名冊別 26：2 位學生，共 2 筆" in written.output
    assert "「修課學分」是空白，中央資料庫需要這一欄——學期課程學習成果：2 筆" in written.output
    assert json.loads(data.output)["rows"]["學期課程學習成果"] == 2
    for said in (written.output, data.output):
        assert not any(secret in said for secret in ("A123456789", "0970503", "97/5/3", "小美"))


@pytest.mark.usefixtures("folder")
def test_who_cannot_be_written_is_told_by_class_and_number_with_what_to_do() -> None:
    """Exit code 1 and no file; with the number agreed the others are written, if there are any."""
    refused = _call(file="one.csv")

    assert refused.exit_code == 1
    assert "身分證號檔裡的身分證號檢查碼不對：101 班 12 號（000000）" in refused.output
    assert "身分證號檔裡沒有：101 班 13 號（000001）" in refused.output
    assert "--leave-out 2" in refused.output
    assert not list(Path("lists").iterdir())

    other = _call("--leave-out", "1", file="one.csv")
    assert other.exit_code == 1
    assert "現在寫不出來的是 2 位" in other.output
    nobody = _call("--leave-out", "2", file="one.csv")
    assert (nobody.exit_code, "一筆都不剩" in nobody.output) == (1, True)

    Path("half.csv").write_text("學號,身分證號,生日\n000000,A123456789,97/5/3\n", "utf-8")
    assert _call("--leave-out", "1", file="half.csv").exit_code == 0


@pytest.mark.usefixtures("folder")
def test_a_cell_that_csv_cannot_hold_is_told_with_the_way_out() -> None:
    """Whose, where, why, and which line of the school's own file would settle it."""
    refused = _call("--as", "csv")
    assert refused.exit_code == 1
    assert "學期課程學習成果 第 3 列「成果簡述」（101 班 13 號（000001））" in refused.output
    assert "[writing] formulas" in refused.output

    Path("own.toml").write_text('[writing]\nformulas = "as_is"\n', "utf-8")
    written = _call("--as", "csv", "--encoding", "cp950", "--columns", "own.toml")
    assert written.exit_code == 0, written.output
    sheet = Path("lists/112_0_學生課程學習成果名冊_學期課程學習成果.csv").read_text("cp950")
    assert "-第一點" in sheet


@pytest.mark.usefixtures("folder")
def test_a_slip_is_one_sentence_and_exit_code_2() -> None:
    """A term of the wrong kind, a year that is not there, columns that are missing."""
    Path("none.csv").write_text("學號,姓名\n1,小美\n", "utf-8")
    slips = {
        "學年度計": _call(term="112-1"),
        "學期計": _call(term="112", name="officers"),
        "99": _call(term="99"),
        "--as csv": _call("--encoding", "cp950"),
        "身分證號、出生日期": _call(file="none.csv"),
    }
    for own, line in OWN_LINES.items():
        Path("own.toml").write_text(own, "utf-8")
        slips[line] = _call("--columns", "own.toml")
    for said, result in slips.items():
        assert (result.exit_code, said in result.output) == (2, True), result.output
