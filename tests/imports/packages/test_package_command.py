"""`bot import package` as a registrar types it: a look, a typed number, and what is refused."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import IO, Any

import orjson
import pytest
from click.testing import CliRunner, Result

from bot.cli import bot
from bot.clock import SystemClock
from bot.commands import packages
from bot.imports import csvs
from bot.imports.packages import child
from models.store import Store
from tests.imports.packages.packing import PASSWORD, aes, hashed, part, person, usual
from tests.support import cast
from tests.support.cast import taipei

SECRETS = ("A123456789", "B123456780", "0970503", "97/5/3", PASSWORD)


@pytest.fixture
def folder(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a package of 小美 and somebody unknown, the day before the window."""

    async def settle() -> None:
        store = Store(sqlite_url)
        await cast.settle(store)
        await store.close()

    asyncio.run(settle())
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BOT_SECRET_KEY", "k" * 44)
    monkeypatch.setenv(packages.PASSWORD, PASSWORD)
    monkeypatch.setattr(SystemClock, "now", lambda _self: taipei(2024, 10, 8))
    monkeypatch.setattr("bot.imports.packages.reading.answered", _answered_here)
    monkeypatch.setattr("bot.imports.reading.read", lambda file: csvs.read(file.read_bytes()))
    monkeypatch.chdir(tmp_path)
    Path("mapping.csv").write_text("學號,身分證號,生日\n000000,A123456789,97/5/3\n", "utf-8")
    Path("package.zip").write_bytes(aes(hashed(usual())))
    stranger = person({"其他多元表現紀錄": [{"名稱": "壁畫"}]}, "B123456780")
    files = {**usual(), "多元表現.json": part("多元表現", stranger)}
    Path("strangers.zip").write_bytes(aes(hashed(files)))
    return tmp_path


def _answered_here(_module: str, content: IO[bytes], _seconds: int) -> Any:
    """Read in this process, as many short commands would spend their time on starting others."""
    asked = orjson.loads(content.readline())
    return orjson.loads(orjson.dumps(child.answer(content.read(), asked)))


def call(
    *words: str, file: str = "package.zip", mapping: str = "mapping.csv", term: str = "112-2"
) -> Result:
    """Call the command and see that no secret is said."""
    asked = ["import", "package", file, "--mapping", mapping, "--term", term]
    result = CliRunner().invoke(bot, [*asked, *words])
    assert not any(secret in result.output for secret in SECRETS)
    return result


@pytest.mark.usefixtures("folder")
def test_a_look_first_then_the_round_opens_with_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """At a terminal the number is typed; whoever types another has changed nothing."""
    look = call()
    assert (look.exit_code, "還沒有寫入任何資料" in look.output) == (0, True), look.output
    assert "無法和提交的比對：課程學習成果、多元表現、幹部經歷" in look.output

    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _self: True)
    for typed, ending in (("2", "還沒有寫入任何資料"), ("1", "已匯入")):
        asked = ["import", "package", "package.zip", "--mapping", "mapping.csv", "--term", "112-2"]
        said = CliRunner().invoke(bot, asked, input=f"{typed}\n").output
        assert "請輸入 1" in said
        assert ending in said.splitlines()[-1]
    assert "0 筆變動" in call("--take").output


@pytest.mark.usefixtures("folder")
def test_strangers_are_told_by_their_place_and_hold_the_rest_until_somebody_says_so() -> None:
    """Exit code 1, as JSON as well; --skip-bad takes the others."""
    refused = call("--take", file="strangers.zip")
    assert refused.exit_code == 1
    assert "✗ 多元表現.json 第 1 位：--mapping 的檔案裡沒有他們的身分證號" in refused.output
    data = json.loads(call("--format", "json", file="strangers.zip").output)
    assert (data["problems"][0]["reason"], data["pupils"]) == ("not_mapped", 1)
    assert "已匯入" in call("--take", "--skip-bad", file="strangers.zip").output


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_read_is_one_sentence_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wrong password, none, a file of it in other bytes, other headings, terms that are none."""
    Path("other.txt").write_text("other\nsecond line", "utf-8")
    Path("bytes.txt").write_bytes(b"\xff\xfe\xff")
    Path("none.csv").write_text("學號,姓名\n000000,小美\n", "utf-8")
    slips = {
        "密碼不對": call("--password-file", "other.txt"),
        "UTF-8": call("--password-file", "bytes.txt"),
        "身分證號、出生日期": call(mapping="none.csv"),
        "--term": call(term="112"),
        "--term 112-2 --round 1": call("--round", "2"),
        "111 學年度的檔案": _of_another_year(),
        "沒有任何變更": call(file="mapping.csv"),
    }
    monkeypatch.delenv(packages.PASSWORD)
    slips["--password-file"] = call()
    for said, result in slips.items():
        assert (result.exit_code, said in result.output) == (2, True), result.output


def _of_another_year() -> Result:
    files = {"a.json": part("多元表現", person({}), 學年度="111")}
    Path("year.zip").write_bytes(aes(hashed(files)))
    return call(file="year.zip")
