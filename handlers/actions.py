"""Everything a person can ask for, as values. Each has exactly one handler and fits 64 bytes.

Ids are rows, `version` the row's version when the card was drawn, `digest` a short check over
everything a list showed: a tap on an old card is noticed and answered with the fresh one.
"""

from dataclasses import dataclass

from handlers.codec import packs_as
from models.vocabulary import ItemKind, NoticeKind, QueryReason, QuietChoice, ReturnReason


class Action:
    """Something a person asked for by a tap, a typed command or the rich menu."""

    code: str


# --- everybody ---------------------------------------------------------------------------------


@packs_as("home")
@dataclass(frozen=True, slots=True)
class ShowHome(Action):
    """Show what is open for me, by when, and what happens then."""


@packs_as("help")
@dataclass(frozen=True, slots=True)
class ShowHelp(Action):
    """Show what can be tapped and typed."""


@packs_as("status")
@dataclass(frozen=True, slots=True)
class ShowStatus(Action):
    """Show my works through all stages, a page at a time."""

    page: int = 0


@packs_as("lang")
@dataclass(frozen=True, slots=True)
class ChooseLanguage(Action):
    """Speak this locale with me from now on."""

    locale: str


# --- how I want to be reminded -----------------------------------------------------------------


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


# --- questions in plain words ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskQuestion(Action):
    """Something was asked in plain words. Never in a button."""

    text: str


# --- joining -----------------------------------------------------------------------------------


@packs_as("agree")
@dataclass(frozen=True, slots=True)
class AgreeToLink(Action):
    """I read what data is kept; link this chat to the person of the code I sent (0: the last)."""

    code_id: int


@packs_as("decline")
@dataclass(frozen=True, slots=True)
class DeclineToLink(Action):
    """Do not link this chat."""

    code_id: int


@packs_as("unlink?")
@dataclass(frozen=True, slots=True)
class AskToUnlink(Action):
    """Show what unlinking means before it is done."""


@packs_as("unlink")
@dataclass(frozen=True, slots=True)
class Unlink(Action):
    """Take this chat account off my person."""


@dataclass(frozen=True, slots=True)
class SendCode(Action):
    """A joining code was typed. Never in a button."""

    text: str


@dataclass(frozen=True, slots=True)
class SendBrokenCode(Action):
    """Something was typed that cannot be a joining code but may have been meant as one."""


@dataclass(frozen=True, slots=True)
class SendFile(Action):
    """A picture, film or file was sent into the chat; works are uploaded on the school platform."""


@dataclass(frozen=True, slots=True)
class UnknownAction(Action):
    """Whatever could not be read; answered with the home card."""


# --- pupils: upload and certification ----------------------------------------------------------


@packs_as("item")
@dataclass(frozen=True, slots=True)
class ShowItem(Action):
    """Show one of my course outcomes with all that can be done about it."""

    outcome_id: int


@packs_as("request")
@dataclass(frozen=True, slots=True)
class RequestCertification(Action):
    """Send this work to the subject teacher for certification."""

    outcome_id: int
    version: int


@packs_as("nudget")
@dataclass(frozen=True, slots=True)
class NudgeTeacher(Action):
    """Remind the subject teacher politely; at most once in the days the rulebook says."""

    outcome_id: int


@packs_as("noup")
@dataclass(frozen=True, slots=True)
class DecideUpload(Action):
    """I have uploaded what I want for this term, or nothing: either is a decision."""

    term_id: int
    nothing: int


# --- pupils: selection -------------------------------------------------------------------------


@packs_as("pick")
@dataclass(frozen=True, slots=True)
class ShowSelection(Action):
    """Show what I can select in this year, with the live count."""

    window_id: int
    kind: ItemKind
    page: int = 0


@packs_as("sel")
@dataclass(frozen=True, slots=True)
class SelectItem(Action):
    """Select this work for submission."""

    window_id: int
    kind: ItemKind
    item_id: int


@packs_as("unsel")
@dataclass(frozen=True, slots=True)
class UnselectItem(Action):
    """Take this work out of the selection."""

    window_id: int
    kind: ItemKind
    item_id: int


@packs_as("fin?")
@dataclass(frozen=True, slots=True)
class AskToFinishSelection(Action):
    """Show what will be submitted before I say that I am done."""

    window_id: int


@packs_as("fin")
@dataclass(frozen=True, slots=True)
class FinishSelection(Action):
    """Submit what I selected; `nothing` says that I choose to submit nothing."""

    window_id: int
    nothing: int


# --- pupils: receipt ---------------------------------------------------------------------------


@packs_as("rcpt")
@dataclass(frozen=True, slots=True)
class ShowReceipt(Action):
    """Show the receipt statement of this window, a page of lines at a time."""

    window_id: int
    page: int = 0


@packs_as("rconf")
@dataclass(frozen=True, slots=True)
class ConfirmReceipt(Action):
    """The statement is right (資料正確無誤)."""

    statement_id: int
    version: int


@packs_as("rline")
@dataclass(frozen=True, slots=True)
class AskAboutLine(Action):
    """Show the reasons for which a line can be queried; line 0 is a work that is missing."""

    statement_id: int
    line_id: int


@packs_as("rqry")
@dataclass(frozen=True, slots=True)
class QueryLine(Action):
    """Raise a query about a line for one of the closed reasons."""

    statement_id: int
    line_id: int
    reason: QueryReason


# --- subject teachers --------------------------------------------------------------------------


@packs_as("pend")
@dataclass(frozen=True, slots=True)
class ShowPending(Action):
    """Show the works that wait for my certification, newest deadline first."""

    page: int = 0


@packs_as("look")
@dataclass(frozen=True, slots=True)
class ShowPendingItem(Action):
    """Open one of the works that wait for me."""

    outcome_id: int


@packs_as("cert")
@dataclass(frozen=True, slots=True)
class CertifyItem(Action):
    """Certify: this pupil made it, in this course (114函 point 2)."""

    outcome_id: int
    version: int


@packs_as("ret?")
@dataclass(frozen=True, slots=True)
class AskToReturn(Action):
    """Show the closed reasons for a return."""

    outcome_id: int
    version: int


@packs_as("ret")
@dataclass(frozen=True, slots=True)
class ReturnItem(Action):
    """Return the work for one of the closed reasons."""

    outcome_id: int
    version: int
    reason: ReturnReason


@packs_as("undo")
@dataclass(frozen=True, slots=True)
class WithdrawDecision(Action):
    """Take my decision back, within the minutes the rulebook gives."""

    certification_id: int


@packs_as("many?")
@dataclass(frozen=True, slots=True)
class ShowListToCertify(Action):
    """Show a list to look at before certifying all of it at once."""


@packs_as("many")
@dataclass(frozen=True, slots=True)
class CertifyList(Action):
    """Certify exactly the works that the list showed; the digest proves that it is unchanged."""

    count: int
    digest: str


# --- homeroom teachers -------------------------------------------------------------------------


@packs_as("class")
@dataclass(frozen=True, slots=True)
class ShowClass(Action):
    """Show my class: decided or not decided, per stage."""

    class_id: int


@packs_as("open")
@dataclass(frozen=True, slots=True)
class ShowUndecided(Action):
    """Show who of my class has something open in this window."""

    class_id: int
    window_id: int
    page: int = 0


@packs_as("nudge")
@dataclass(frozen=True, slots=True)
class NudgeClass(Action):
    """Remind exactly those who have not decided; once a day at most."""

    class_id: int
    window_id: int


@packs_as("joined")
@dataclass(frozen=True, slots=True)
class ShowJoinings(Action):
    """Show who of my class joined or joined again, and when, a page at a time."""

    class_id: int
    page: int = 0


# --- registrar ---------------------------------------------------------------------------------


@packs_as("school")
@dataclass(frozen=True, slots=True)
class ShowSchool(Action):
    """Show the school's progress per stage as counts, and what waits for the office."""


@packs_as("joineds")
@dataclass(frozen=True, slots=True)
class ShowStaffJoinings(Action):
    """Show who of the staff joined or joined again, and when, a page at a time."""

    page: int = 0


@packs_as("rules")
@dataclass(frozen=True, slots=True)
class ShowTimetable(Action):
    """Show every window of the school's timetable that is open or to come."""


@packs_as("ques")
@dataclass(frozen=True, slots=True)
class ShowQuestions(Action):
    """Show what people asked that the bot could not answer, a page at a time."""

    page: int = 0


@packs_as("que")
@dataclass(frozen=True, slots=True)
class ShowQuestion(Action):
    """Open one of the questions."""

    question_id: int


@dataclass(frozen=True, slots=True)
class AnswerQuestion(Action):
    """The answer to a question was typed. Never in a button."""

    question_id: int
    text: str
