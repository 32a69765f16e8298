"""The cards of subject teachers: what waits for them, one work, and what they decided.

Every card that asks for a decision says what a certification means (114函 point 2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import deadlines, labels
from handlers.actions import (
    Action,
    AskToReturn,
    CertifyItem,
    CertifyList,
    ReturnItem,
    ShowListToCertify,
    ShowPending,
    ShowPendingItem,
    WithdrawDecision,
)
from handlers.replies import Block, Button, Card, Entry, Fact, Paragraph, Tone, Weight
from handlers.words import N_, Words
from models.queries.certifying import Submitted
from models.queries.windows import TermWindow
from models.rules.certification import list_digest
from models.rules.taipei import last_moment
from models.tables import Certification
from models.vocabulary import CertificationDecision, OutcomeState, ReturnReason

A_PAGE = 8
"""Entries of one card: more would not fit the largest bubble of a chat."""

MEANING = N_(
    "Certification only confirms that this is the pupil's own work, made in this course. "
    "It says nothing about marks or quality (K12EA letter of 2025, point 2)."
)
OTHERWISE = N_("A work that is not certified by then cannot be selected for submission.")

REASON_LABELS = {
    ReturnReason.NOT_OWN_WORK: N_("Not their own work"),
    ReturnReason.NOT_THIS_COURSE: N_("Not of this course"),
    ReturnReason.WRONG_COURSE_OR_TEACHER: N_("Wrong course chosen"),
    ReturnReason.UNREADABLE_OR_WRONG_FILE: N_("File is not right"),
}
"""The closed reasons as they fit a button."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits for a teacher now: `open` can be certified, `closed` are out of their window."""

    open: Sequence[Submitted]
    closed: int

    @property
    def first_deadline(self) -> TermWindow | None:
        """Return the window that ends first among those of the open works."""
        spans = [work.window for work in self.open if work.window]
        return min(spans, key=lambda window: window.closes_at, default=None)


def desk(works: Sequence[Submitted], now: datetime) -> Desk:
    """Split what waits by whether it can be certified now."""
    opened = [work for work in works if work.is_open(now)]
    return Desk(opened, len(works) - len(opened))


def summary_card(found: Desk, words: Words, now: datetime) -> Card:
    """Draw what waits in one glance, for the overview."""
    buttons = [Button(words.say("One by one"), ShowPending(), Weight.PRIMARY)]
    if len(found.open) > 1:
        buttons.append(_list_button(words))
    blocks = [*_deadlines(found, words, now), Paragraph(words.say(MEANING), quiet=True)]
    if not found.open:
        return nothing_card(found, words)
    return Card(waiting_title(found, words), tuple(blocks), tuple(buttons), Tone.DUE)


def nothing_card(found: Desk, words: Words) -> Card:
    """Draw an empty desk."""
    title = words.say("No work waits for your certification now.")
    return Card(title, tuple(_out_of_window(found, words)), tone=Tone.DONE)


def pending_card(found: Desk, page: int, words: Words, now: datetime) -> Card:
    """Draw a page of the works that wait, each with a button that opens it."""
    if not found.open:
        return nothing_card(found, words)
    shown = found.open[page * A_PAGE : (page + 1) * A_PAGE]
    blocks: list[Block] = [
        *_deadlines(found, words, now),
        *(_entry(work, words, now) for work in shown),
        *_out_of_window(found, words),
        Paragraph(words.say(MEANING), quiet=True),
    ]
    buttons = [_list_button(words)] if len(found.open) > 1 else []
    if (page + 1) * A_PAGE < len(found.open):
        buttons.append(Button(words.say("Next page"), ShowPending(page + 1)))
    return Card(waiting_title(found, words), tuple(blocks), tuple(buttons), Tone.DUE)


def waiting_title(found: Desk, words: Words) -> str:
    """Return how many works wait; a teacher's own desk is no ranking of anybody."""
    return words.count(
        "{n} work waits for your certification",
        "{n} works wait for your certification",
        len(found.open),
    )


def item_card(work: Submitted, words: Words, now: datetime) -> Card:
    """Draw one work that waits, with everything needed to decide about it."""
    outcome = work.outcome
    sent_at = outcome.requested_at
    blocks: list[Block] = [Fact(words.say("Pupil"), _pupil(work, words))]
    if outcome.summary:
        blocks.append(Fact(words.say("Description"), outcome.summary))
    if outcome.file_name:
        blocks.append(Fact(words.say("File"), outcome.file_name))
    if sent_at:
        blocks.append(Fact(words.say("Sent for certification"), words.moment(sent_at)))
    blocks += _until(work, words, now)
    blocks.append(Paragraph(words.say(MEANING), quiet=True))
    return Card(name_of(work, words), tuple(blocks), _decisions(work, words, now), Tone.DUE)


def reasons_card(work: Submitted, words: Words, now: datetime) -> Card:
    """Draw the closed reasons for a return; there is no other."""
    blocks: tuple[Block, ...] = (
        Fact(words.say("Pupil"), _pupil(work, words)),
        Paragraph(words.say("Why does the work go back? The pupil is told the reason.")),
        *_until(work, words, now),
        Paragraph(words.say(MEANING), quiet=True),
    )
    buttons = [
        Button(
            words.say(label),
            ReturnItem(work.id, work.outcome.version, reason),
            said=words.say(
                "Return “{title}”: {reason}",
                title=work.outcome.title,
                reason=labels.word(reason, words),
            ),
        )
        for reason, label in REASON_LABELS.items()
    ]
    back = Button(words.say("Back"), ShowPendingItem(work.id), Weight.QUIET)
    return Card(
        words.say("Return {name}", name=name_of(work, words)), blocks, (*buttons, back), Tone.DUE
    )


def decided_card(work: Submitted, said: str, words: Words, undo: Certification | None) -> Card:
    """Draw a work that was decided about; `undo` is the decision that can still be taken back."""
    buttons = [Button(words.say("What still waits"), ShowPending(), Weight.PRIMARY)]
    if undo:
        buttons.append(undo_button(undo, words))
    blocks = (Fact(words.say("Pupil"), _pupil(work, words)), Paragraph(said))
    return Card(name_of(work, words), blocks, tuple(buttons), Tone.DONE)


def list_card(shown: Sequence[Submitted], words: Words, now: datetime) -> Card:
    """Draw a list to look at, with one button that certifies exactly these works."""
    digest = list_digest(work.key for work in shown)
    blocks = (
        *_deadlines(Desk(shown, 0), words, now),
        *(_line(work, words) for work in shown),
        Paragraph(words.say("Please look at each file on the school platform first.")),
        Paragraph(words.say(MEANING), quiet=True),
    )
    certify = words.count("Certify {n} work", "Certify {n} works", len(shown))
    buttons = (
        Button(certify, CertifyList(len(shown), digest), Weight.PRIMARY),
        Button(words.say("One by one"), ShowPending()),
    )
    title = words.count("{n} work to look at", "{n} works to look at", len(shown))
    return Card(title, blocks, buttons, Tone.DUE)


def undo_button(certification: Certification, words: Words) -> Button:
    """Return the button that takes a decision back."""
    return Button(words.say("Take it back"), WithdrawDecision(certification.id))


def name_of(work: Submitted, words: Words) -> str:
    """Return a work as people call it: 物理「斜面實驗報告」."""
    return words.say("{course}: “{title}”", course=work.course, title=work.outcome.title)


def place_of(work: Submitted, words: Words) -> str:
    """Return where the pupil sat in the year of the work, or their name where they had no class."""
    if not work.class_name:
        return work.pupil
    return labels.seat(work.class_name, work.seat, words)


def _pupil(work: Submitted, words: Words) -> str:
    if not work.class_name:
        return work.pupil
    return words.say("{place} {name}", place=place_of(work, words), name=work.pupil)


def _entry(work: Submitted, words: Words, now: datetime) -> Entry:
    line = _line(work, words)
    until = words.left(work.window.closes_at, now) if work.window else ""
    opening = Button(words.say("Look at it"), ShowPendingItem(work.id))
    return Entry(line.title, line.detail, until, Tone.DUE, opening)


def _line(work: Submitted, words: Words) -> Entry:
    detail = words.say("{course} · {pupil}", course=work.course, pupil=_pupil(work, words))
    return Entry(work.outcome.title, detail)


def _until(work: Submitted, words: Words, now: datetime) -> list[Block]:
    if work.window is None:
        return [Paragraph(words.say("No certification window is planned for this work."))]
    return [_deadline(work.window, words, now), Paragraph(words.say(OTHERWISE))]


def _deadlines(found: Desk, words: Words, now: datetime) -> list[Block]:
    first = found.first_deadline
    return [_deadline(first, words, now), Paragraph(words.say(OTHERWISE))] if first else []


def _deadline(window: TermWindow, words: Words, now: datetime) -> Fact:
    value = deadlines.until(words, window.closes_at, now)
    return Fact(words.say("Certify until"), value, Tone.DUE, last_moment(window.closes_at))


def _out_of_window(found: Desk, words: Words) -> list[Block]:
    if not found.closed:
        return []
    said = words.count(
        "{n} more work waits outside its certification window; "
        "the registrar can tell whether the window is opened again.",
        "{n} more works wait outside their certification window; "
        "the registrar can tell whether the window is opened again.",
        found.closed,
    )
    return [Paragraph(said, quiet=True)]


def _decisions(work: Submitted, words: Words, now: datetime) -> tuple[Button, ...]:
    back = Button(words.say("What still waits"), ShowPending(), Weight.QUIET)
    if work.outcome.state is not OutcomeState.AWAITING or not work.is_open(now):
        return (back,)
    title, version = work.outcome.title, work.outcome.version
    certify: Action = CertifyItem(work.id, version)
    return (
        Button(
            words.say("Certify"),
            certify,
            Weight.PRIMARY,
            words.say("Certify “{title}”", title=title),
        ),
        Button(words.say("Return it"), AskToReturn(work.id, version)),
        back,
    )


def _list_button(words: Words) -> Button:
    return Button(words.say("Look, certify all"), ShowListToCertify())


DECIDED_TITLES = {
    CertificationDecision.CERTIFIED: N_("✅ Certified: {name} ({place})"),
    CertificationDecision.RETURNED: N_("Returned: {name} ({place})"),
}
