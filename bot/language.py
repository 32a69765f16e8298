"""Which language commands speak: Traditional Chinese, or English where BOT_LANGUAGE is en.

LANG is not asked: a server's says nothing about who sits before it. What click says by itself and
the help of every command stand in a catalogue of their own, locales/*/LC_MESSAGES/terminal.po.
"""

import copy
import gettext
import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from handlers.words import Words

LANGUAGES = {"zh": "zh_Hant_TW", "en": "en"}
CATALOGUES = Path(__file__).parent.parent / "locales"
DOMAIN = "terminal"


def chosen() -> str:
    """Return zh, or en where BOT_LANGUAGE asks for English."""
    return "en" if os.environ.get("BOT_LANGUAGE", "").lower().startswith("en") else "zh"


def words() -> "Words":
    """Return the words in which a command answers whoever typed it."""
    from bot.i18n import words as words_in

    return words_in(LANGUAGES[chosen()])


def speak() -> None:
    """Have click say its own sentences in the language of the terminal."""
    os.environ["LANGUAGE"] = LANGUAGES[chosen()]
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)


def explained(command: click.Command) -> click.Command:
    """Return a copy of a command, and of those below it, whose help is in that language."""
    told = copy.copy(command)
    told.help = _help(command.help)
    told.short_help = _said(command.short_help)
    told.params = [_explained_parameter(each) for each in command.params]
    if isinstance(command, click.Group) and isinstance(told, click.Group):
        told.commands = {name: explained(below) for name, below in command.commands.items()}
    return told


def _explained_parameter(parameter: click.Parameter) -> click.Parameter:
    told = copy.copy(parameter)
    if isinstance(told, click.Option):
        told.help = _said(told.help)
    return told


def _help(text: str | None) -> str | None:
    """Return a help text, paragraph by paragraph; examples are typed as they are."""
    if text is None:
        return None
    return "\n\n".join(_paragraph(each) for each in inspect.cleandoc(text).split("\n\n"))


def _paragraph(text: str) -> str:
    """Return a paragraph; of an example only its heading is put into words."""
    mark = "\b\n" if text.startswith("\b") else ""
    plain = text.removeprefix(mark)
    heading, _, example = plain.partition(":")
    if heading in ("Example", "Examples"):
        return f"{mark}{_said(heading + ':')}{example}"
    return mark + (_said(" ".join(plain.split())) or "")


def _said(text: str | None) -> str | None:
    return gettext.gettext(text) if text else text
