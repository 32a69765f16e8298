"""How I want to be spoken to and reminded: language, topics, quiet hours, not now."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as
from models.vocabulary import NoticeKind, QuietChoice


@packs_as("lang")
@dataclass(frozen=True, slots=True)
class ChooseLanguage(Action):
    """Speak this locale with me from now on."""

    locale: str


@packs_as("prefs")
@dataclass(frozen=True, slots=True)
class ShowPreferences(Action):
    """Show which reminders I get, when I am left alone, and my language."""


@packs_as("mute")
@dataclass(frozen=True, slots=True)
class ChooseReminder(Action):
    """Switch the optional reminders of a topic off (`wanted` 0) or on again (1)."""

    topic: NoticeKind
    wanted: int


@packs_as("quiet")
@dataclass(frozen=True, slots=True)
class ChooseQuiet(Action):
    """Leave me alone in these hours."""

    hours: QuietChoice


@packs_as("later")
@dataclass(frozen=True, slots=True)
class Snooze(Action):
    """Remind me again tomorrow morning; window 0 is the one that I was reminded of last."""

    window_id: int


@packs_as("diddone")
@dataclass(frozen=True, slots=True)
class SayDone(Action):
    """I have done this on the platform already; window 0 is the one I was reminded of last."""

    window_id: int


@packs_as("chat")
@dataclass(frozen=True, slots=True)
class PreferChat(Action):
    """Reach me on this channel; "" is the one that this is said on."""

    channel: str


@packs_as("invite")
@dataclass(frozen=True, slots=True)
class InviteChat(Action):
    """Give me a code to link my chat on this channel too; "" is the first that is not linked."""

    channel: str
