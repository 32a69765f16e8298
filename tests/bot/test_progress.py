"""Long work shows how far it is at a terminal, and nothing to a script."""

import sys

import pytest

from bot.commands.progress import advancing


@pytest.mark.parametrize(("at_a_terminal", "shown"), [(True, "42/42"), (False, "")])
def test_a_bar_is_for_terminals_only(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    at_a_terminal: bool,
    shown: str,
) -> None:
    """It stands on standard error, so that what is printed can be read by a program."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: at_a_terminal)
    with advancing("列印中") as advance:
        for done in range(1, 43):
            advance(done, 42)
    said = capsys.readouterr()
    assert said.out == ""
    assert shown in said.err
    assert bool(said.err) is at_a_terminal
