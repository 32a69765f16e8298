"""Says what became of messages in plain sentences, and what the office can do about it."""

from dataclasses import dataclass

from handlers.words import N_, Words
from models.queries.console.deliveries import Told
from models.rules.endings import Ending
from models.vocabulary import AttemptOutcome, Silence


@dataclass(frozen=True, slots=True)
class Said:
    """Why something is as it is, and what to do about it, if anything; msgids."""

    why: str
    do: str = ""


ENDINGS: dict[Ending, str] = {
    Ending.WAITING: N_("Waits for its hour"),
    Ending.HELD: N_("Held back"),
    Ending.ON_ITS_WAY: N_("On its way"),
    Ending.ACCEPTED: N_("Accepted by the channel"),
    Ending.SEEN: N_("Tapped in that chat afterwards"),
    Ending.ACTED: N_("Did it afterwards"),
    Ending.ON_PAPER: N_("On paper"),
    Ending.BLOCKED: N_("Blocked us"),
    Ending.UNKNOWN: N_("Unknown"),
    Ending.NOT_SENT: N_("Not sent"),
}
MEANINGS: dict[Ending, str] = {
    Ending.WAITING: N_("It is planned and leaves by itself when its hour comes."),
    Ending.HELD: N_(
        "It waits for room among the messages of the month or of the day; it rides on the answer "
        "to the next tap."
    ),
    Ending.ON_ITS_WAY: N_("It is being sent, or tried again."),
    Ending.ACCEPTED: N_(
        "The channel took it. Whether it was seen nobody knows: neither LINE nor Telegram says."
    ),
    Ending.SEEN: N_("After it came they tapped or wrote something in that chat."),
    Ending.ACTED: N_("After it came they did what it asked for."),
    Ending.ON_PAPER: N_("It was posted or handed over on paper."),
    Ending.BLOCKED: N_("They have blocked the school's account: nothing can be sent there."),
    Ending.UNKNOWN: N_(
        "The connection broke while it was being sent: it may be there or not. It is not said "
        "twice."
    ),
    Ending.NOT_SENT: N_("It was not sent; the reason stands beside it."),
}
SILENCES: dict[Silence, Said] = {
    Silence.NOTHING_OUTSTANDING: Said(
        N_("When it fell due, this person had nothing left to do in this window."),
    ),
    Silence.DECIDED: Said(N_("They had decided already, so there was nothing to remind them of.")),
    Silence.NO_ACCOUNT: Said(
        N_("They have not joined: there is no chat to send it to."),
        N_("Print a code sheet and let them join, or tell them in person or on paper."),
    ),
    Silence.BLOCKED: Said(
        N_("They have blocked the school's account."),
        N_("Tell them in person; as soon as they unblock the account, messages go there again."),
    ),
    Silence.MUTED: Said(
        N_("They have switched this kind of reminder off."),
        N_("They can switch it on again in the chat. Last calls come all the same."),
    ),
    Silence.SUPERSEDED: Said(N_("A nearer reminder about the same thing said it.")),
    Silence.SAID_DONE: Said(
        N_("They said in the chat that it is done on the platform."),
        N_("The next import of works shows whether it is; if not, reminders go on."),
    ),
    Silence.STALE_DATA: Said(
        N_("The data from the platform was too old to say that something is missing."),
        N_("Import the newest list of works."),
    ),
    Silence.EXTENDED: Said(
        N_("They have a later deadline of their own and are reminded by that."),
    ),
    Silence.DEADLINE_MOVED: Said(
        N_("The deadline was moved; reminders of the new one come instead."),
    ),
    Silence.DEADLINE_PASSED: Said(
        N_("It could not leave before the deadline, and afterwards it would have been useless."),
        N_("Ask them in person; more time can be granted as an extension."),
    ),
    Silence.WINDOW_RETIRED: Said(N_("The timetable no longer has this window.")),
    Silence.QUOTA: Said(
        N_("The month's messages were used up or kept for last days."),
        N_("Tell them in person or by a notice on paper; a larger LINE plan makes room at once."),
    ),
    Silence.CAPPED: Said(
        N_("This person had as many messages that day as the school allows; it goes with a later."),
    ),
    Silence.REFUSED: Said(
        N_("The channel refused it for good, and they have no other chat."),
        N_("Look at the reason beside it; let them join anew, or tell them in person."),
    ),
    Silence.EXPIRED: Said(
        N_("It could not be sent for so long that it was given up."),
        N_("See what failed on the overview; if it still matters, tell them in person."),
    ),
    Silence.UNKNOWN: Said(
        N_("It may have arrived before the connection broke or a backup was put back."),
        N_("If it matters, ask them whether they have seen it."),
    ),
    Silence.CALLED_OFF: Said(N_("The office stopped this message before it left.")),
}
REASONS: dict[str, str] = {
    "quota": N_("the month's messages are used up"),
    "rate": N_("too many at once; it is tried again"),
    "same_user": N_("too many to one person at once; it is tried again"),
    "concurrency": N_("too many at once; it is tried again"),
    "credentials": N_("the channel does not accept the school's key"),
    "no_such_person": N_("the channel does not know this person"),
    "conflict": N_("the channel has had this message before"),
    "connect": N_("the channel could not be reached"),
    "connection_lost": N_("the connection broke"),
    "timeout": N_("no answer in time"),
    "bug": N_("a fault of ours"),
    "unknown": N_("nobody knows whether it arrived"),
    "expired": N_("waited too long"),
    "unlinked": N_("the chat was unlinked"),
    "changed": N_("the content changed; it goes out anew"),
    "not wanted any more": N_("no longer needed"),
    "not at this hour": N_("not at this hour"),
    "undrawable": N_("it could not be drawn for this channel"),
    "deadline moved": N_("the deadline has moved"),
    "window retired": N_("the timetable has dropped this window"),
    "merged": N_("joined with another message"),
    "held": N_("its reminder is held back"),
    "no ride": N_("the answer that it was to ride on did not leave"),
    "lease over": N_("another process took it over"),
    "posted": N_("by post"),
    "handed": N_("handed over"),
    "slip": N_("its slip came back"),
}
OUTCOMES: dict[AttemptOutcome, str] = {
    AttemptOutcome.OPEN: N_("not ended yet"),
    AttemptOutcome.ACCEPTED: N_("accepted"),
    AttemptOutcome.TRANSIENT: N_("failed; tried again later"),
    AttemptOutcome.PERMANENT: N_("refused for good"),
    AttemptOutcome.UNKNOWN: N_("unknown: the connection broke"),
}
_CHANNELS = {"line": "LINE", "telegram": "Telegram", "paper": N_("paper")}


def channel(name: str, words: Words) -> str:
    """Return what people call a channel; "" stays empty."""
    return words.say(_CHANNELS.get(name, name)) if name else ""


def explained(told: Told) -> Said | None:
    """Return why something was not said, None where it was; what may have arrived is unknown."""
    if told.ending is Ending.UNKNOWN:
        return SILENCES[Silence.UNKNOWN]
    return SILENCES[told.silence] if told.silence is not None else None


def reason(word: str, words: Words) -> str:
    """Return why a message met trouble, as people say it; "" where it met none."""
    if word.startswith("http_"):
        return words.say("the channel answered {status}", status=word.removeprefix("http_"))
    return words.say(REASONS.get(word, word)) if word else ""
