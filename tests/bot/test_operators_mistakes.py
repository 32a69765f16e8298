"""Mistakes of whoever runs the installation: one line that says what to do, and exit code 2."""

import asyncio
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
    for part in ("BOT_DATABASE_URL", "nowhere/bell.db", "folder"):
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
    assert "BOT_SECRET_KEY is not the key" in capsys.readouterr().err
