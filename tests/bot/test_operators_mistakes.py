"""Mistakes of whoever runs the installation: one line that says what to do, and exit code 2."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.clock import SystemClock
from bot.enrolling import Signing, enrol
from bot.settings import load
from bot.wiring import installed
from tests.rules.rulebook_texts import SMALL

KEY = "a secret key that only the tests use"


def _called(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    """Call `bot` as from a terminal and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["bot", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_a_database_in_a_missing_folder_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names the setting and the file, and asks for the folder."""
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path}/nowhere/bell.db")

    assert _called(monkeypatch, "migrate") == 2
    said = capsys.readouterr().err
    for part in ("BOT_DATABASE_URL", "nowhere/bell.db", "資料夾"):
        assert part in said


async def test_another_secret_key_is_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Credentials that were stored with another key are refused in one sentence."""
    async with installed(load(database_url=sqlite_url, secret_key=KEY), SystemClock()) as here:
        await enrol(here, SMALL, Signing("s", "t"), name="small")
    monkeypatch.setenv("BOT_SECRET_KEY", "another" * 6)
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)

    assert await asyncio.to_thread(_called, monkeypatch, "school", "check") == 2
    assert "BOT_SECRET_KEY 不是" in capsys.readouterr().err


def test_every_setting_that_is_wrong_has_its_own_line_in_chinese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing, no number and no level: each is named with what it should be."""
    monkeypatch.setenv("BOT_PORT", "eighty")
    monkeypatch.setenv("BOT_LOG_LEVEL", "loud")

    assert _called(monkeypatch, "migrate") == 2
    said = capsys.readouterr().err.splitlines()
    assert sorted(line.partition("：")[0] for line in said) == [
        "BOT_LOG_LEVEL",
        "BOT_PORT",
        "BOT_SECRET_KEY",
    ]
    assert "1 到 65535" in "".join(said)


@pytest.mark.parametrize(("language", "said"), [("", "沒有 nosuch"), ("en", "No such command")])
def test_clicks_own_sentences_follow_the_one_rule(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    said: str,
) -> None:
    """Traditional Chinese, whatever LANG is; English where BOT_LANGUAGE says so."""
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("BOT_LANGUAGE", language)

    assert _called(monkeypatch, "nosuch") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "changes"), [(["serve"], "BOT_PORT"), (["simulator", "--port"], "--port")]
)
def test_a_port_that_is_taken_is_said_before_anything_else(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    changes: str,
) -> None:
    """Which port, what changes it; no secret was printed and no database made."""
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{tmp_path}/bell.db")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        monkeypatch.setenv("BOT_PORT", port)
        typed = [*words, port] if words[-1] == "--port" else words
        assert _called(monkeypatch, *typed) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert port in said.err
    assert changes in said.err
    assert not (tmp_path / "bell.db").exists()
