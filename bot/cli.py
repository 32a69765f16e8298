"""The command `bot`: each sub-command lives in a module of its own, loaded when it is called."""

import gettext
import importlib
import sys
from typing import Any

import click

from bot import language
from bot.mistakes import Mistake

COMMANDS = {
    "demo": "Show a school term in LINE and Telegram, in the browser.",
    "serve": "Run webhooks, reminders and everything else in one process.",
    "web": "Answer webhooks.",
    "worker": "Plan and send reminders.",
    "simulator": "Run LINE's side by itself.",
    "migrate": "Bring the database to the newest shape.",
    "doctor": "Examine this installation and say what to do.",
    "school": "Set up a school and its channel.",
    "codes": "Print one-time joining codes: a sheet for each class.",
    "paper": "Print letters, confirmations of receipt and class notices.",
    "import": "Take over people, courses and works from XLSX and CSV.",
    "timetable": "Show and check a timetable.",
    "calendar": "Let people subscribe to the school's timetable.",
    "extend": "Give one pupil more time, with a reason.",
    "remind": "Show what would be said, to how many, at what cost.",
    "quota": "Show the month's messages: used, left, and what will be cut.",
    "rehearse": "Live through a term in seconds: every message and its cost.",
    "console": "Let people into the web console.",
    "audit": "Verify that nobody changed the audit.",
    "backup": "Copy the database while processes run, and verify the copy.",
    "restore": "Put a backup in the place of the database.",
    "hold": "Stop all sending until `bot release`.",
    "release": "Let messages leave again.",
    "export": "Write what was done, and name lists for the central database, as XLSX or CSV.",
}

MODULES = {"import": "importing"}
"""Commands whose module has another name, since theirs is a word of Python's own."""


def loaded(name: str) -> click.Command:
    """Return a sub-command as it stands in its module."""
    module = importlib.import_module(f"bot.commands.{MODULES.get(name, name)}")
    command: click.Command = module.command
    return command


class Commands(click.Group):
    """Knows every sub-command by name and loads only the one that is called."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Begin to read what was typed, in the language of the terminal from the first word on."""
        language.speak()
        return super().make_context(info_name, args, parent, **extra)

    def invoke(self, context: click.Context) -> Any:
        """Run the command; a mistake that only the operator can mend is said and exits with 2."""
        try:
            return super().invoke(context)
        except Mistake as mistake:
            said = language.words().say(mistake.sentence, **mistake.values)
            refusal = click.ClickException(said)
            refusal.exit_code = 2  # type: ignore[misc]  # click's own is 1 for all of its kind
            raise refusal from None

    def get_help(self, context: click.Context) -> str:
        """Return the help in the language of the terminal."""
        return click.Group.get_help(language.explained(self), context)

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names in the order of the help."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """Load the module of a sub-command."""
        return language.explained(loaded(name)) if name in COMMANDS else None

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the sub-commands without loading any of them: help comes at once."""
        with formatter.section(gettext.gettext("Commands")):
            formatter.write_dl([(name, gettext.gettext(told)) for name, told in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portfolio-bell")
def bot() -> None:
    """歷程鈴 (Portfolio Bell): deadlines of 學生學習歷程檔案, told in LINE.

    To see it: bot demo
    """


def main() -> None:
    """Run `bot`; a user's mistake is one clear line and exit code 2, never a traceback."""
    try:
        code = bot(standalone_mode=False)
    except click.ClickException as mistake:
        mistake.show()
        sys.exit(mistake.exit_code)
    except click.Abort:
        click.echo(gettext.gettext("Aborted!"), err=True)
        sys.exit(130)
    sys.exit(code if isinstance(code, int) else 0)
