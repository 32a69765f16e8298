"""What pupils ask for, stage by stage: upload, certification, selection, receipt."""

from dataclasses import dataclass

from handlers.actions.action import Action
from handlers.codec import packs_as
from models.vocabulary import ItemKind, QueryReason


@packs_as("status")
@dataclass(frozen=True, slots=True)
class ShowStatus(Action):
    """Show my works through all stages, a page at a time."""

    page: int = 0


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


@packs_as("appl?")
@dataclass(frozen=True, slots=True)
class AskToAppeal(Action):
    """Show what an appeal about this work's certification is, who answers it, and by when."""

    outcome_id: int


@packs_as("appl")
@dataclass(frozen=True, slots=True)
class RaiseAppeal(Action):
    """Raise with the school that this work was returned, or not certified in time."""

    outcome_id: int


@dataclass(frozen=True, slots=True)
class AppealInWords(Action):
    """The pupil's own words about an appeal were typed; it is raised by them. Never in a button."""

    outcome_id: int
    text: str


@packs_as("noup")
@dataclass(frozen=True, slots=True)
class DecideUpload(Action):
    """I have uploaded what I want for this term, or nothing: either is a decision."""

    term_id: int
    nothing: int


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
