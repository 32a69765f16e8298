"""The command `bot demo`: what it says when it cannot begin."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.demo import command


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
        said = runner.invoke(command, ["--port", str(port)])

    assert said.exit_code == 2
    assert f"port {port}" in said.output
    assert "--port" in said.output
    assert not Path(".demo").exists()


def test_a_database_that_is_there_is_not_overwritten(runner: CliRunner) -> None:
    """A file that somebody named is theirs: the command says how to go on with it."""
    Path("mine.db").write_text("mine")

    said = runner.invoke(command, ["--database", "mine.db"])

    assert said.exit_code == 2
    assert "--keep" in said.output
    assert Path("mine.db").read_text() == "mine"
