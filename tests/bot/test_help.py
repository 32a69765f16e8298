"""Every command explains itself: an example to copy, and nothing of click's own marks."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bot.cli import COMMANDS, bot


def _leaves(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    """Yield the words that call each command below this one."""
    if not isinstance(command, click.Group):
        yield path
        return
    for name, below in command.commands.items():
        yield from _leaves((*path, name), below)


def _every_command() -> list[tuple[str, ...]]:
    """Return the words of every command there is."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = bot.get_command(click.Context(bot), name)
        assert command is not None
        found.extend(_leaves((name,), command))
    return found


@pytest.mark.parametrize("called", _every_command(), ids=" ".join)
def test_every_commands_help_shows_how_it_is_typed(called: tuple[str, ...]) -> None:
    """The help has an example that calls this very command."""
    said = CliRunner().invoke(bot, [*called, "--help"]).output

    _, _, examples = said.partition("Example")
    assert f"bot {' '.join(called)}" in examples


@pytest.mark.parametrize("name", list(COMMANDS))
def test_no_help_shows_a_mark_meant_for_click(name: str) -> None:
    """The mark that keeps lines as they are is read by click, not by people."""
    assert "\\b" not in CliRunner().invoke(bot, [name, "--help"]).output
