"""The command `bot demo`: what it says when it cannot begin."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import bot

ROOT = Path(__file__).parents[2]


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Give a terminal in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def test_a_port_that_is_taken_is_named_with_the_option_to_use(runner: CliRunner) -> None:
    """Exit code 2 and one sentence; no folder is left behind."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = runner.invoke(bot, ["demo", "--port", str(port)])

    assert said.exit_code == 2
    assert f"埠號 {port}" in said.output
    assert "--port" in said.output
    assert not Path(".demo").exists()


def test_a_database_that_is_there_is_not_overwritten(runner: CliRunner) -> None:
    """A file that somebody named is theirs: the command says how to go on with it."""
    Path("mine.db").write_text("mine")

    said = runner.invoke(bot, ["demo", "--database", "mine.db"])

    assert said.exit_code == 2
    assert "--keep" in said.output
    assert Path("mine.db").read_text() == "mine"


def test_an_address_that_is_not_ours_is_explained(runner: CliRunner) -> None:
    """Whatever keeps it from listening is said with the options that change it."""
    said = runner.invoke(bot, ["demo", "--host", "192.0.2.1", "--port", "0"])

    assert said.exit_code == 2
    assert "--host" in said.output


def test_the_demonstration_begins_and_stops_at_a_key(tmp_path: Path) -> None:
    """One command prints an address; Ctrl-C ends it without a word of complaint."""
    with subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "demo", "--port", "0"],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as running:
        assert running.stdout is not None
        said = [running.stdout.readline()]
        while said[-1] and "http://127.0.0.1:" not in said[-1]:
            said.append(running.stdout.readline())
        running.send_signal(signal.SIGINT)
        rest = running.stdout.read()

    assert "http://127.0.0.1:" in said[-1]
    assert (running.returncode, rest) == (0, "")
    assert (tmp_path / ".demo" / "school.sqlite3").exists()
