"""`bot paper`: letters with return slips, confirmations of receipt, notices to hang up."""

import click

from bot.commands.paper.confirmation import confirmation
from bot.commands.paper.letters import letters
from bot.commands.paper.marking import posted, returned
from bot.commands.paper.notice import notice
from bot.commands.paper.overview import overview


@click.group("paper")
def command() -> None:
    """Print letters, confirmations of receipt and class notices, as PDF on A4.

    Example: bot paper notice --class 201 --out 201-dates.pdf
    """


for each in (letters, posted, returned, overview, confirmation, notice):
    command.add_command(each)
