"""Everything that is said unasked: one function a message, and several messages as one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from handlers.actions import ShowHome
from handlers.replies import Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.in_doubt import AGAIN
from models.queries.wanted import Saying
from models.rules.bundling import urgency
from models.vocabulary import NoticeKind
from scheduler.messages.account_linked import account_linked
from scheduler.messages.announcement_asked import announcement_asked
from scheduler.messages.appeal_settled import appeal_settled
from scheduler.messages.certification_due import certification_due
from scheduler.messages.certification_requested import certification_requested
from scheduler.messages.certification_withdrawn import certification_withdrawn
from scheduler.messages.class_digest import class_digest
from scheduler.messages.data_stale import data_stale
from scheduler.messages.deadline_extended import deadline_extended
from scheduler.messages.deadline_moved import deadline_moved
from scheduler.messages.item_certified import item_certified
from scheduler.messages.item_returned import item_returned
from scheduler.messages.joining_paused import joining_paused
from scheduler.messages.last_call_repeated import last_call_repeated
from scheduler.messages.office_digest import office_digest
from scheduler.messages.pupil_nudged import pupil_nudged
from scheduler.messages.query_settled import query_settled
from scheduler.messages.question_answered import question_answered
from scheduler.messages.quota_differs import quota_differs
from scheduler.messages.quota_short import quota_short
from scheduler.messages.quota_spent import quota_spent
from scheduler.messages.receipt_deemed_confirmed import receipt_deemed_confirmed
from scheduler.messages.receipt_due import receipt_due
from scheduler.messages.receipt_opened import receipt_opened
from scheduler.messages.scene import Scene
from scheduler.messages.school_announced import school_announced
from scheduler.messages.selection_due import selection_due
from scheduler.messages.slip_entered import slip_entered
from scheduler.messages.teacher_nudged import teacher_nudged
from scheduler.messages.upload_due import upload_due

log = structlog.get_logger()

Message = Callable[[Saying, Scene, Words], Reply]

MESSAGES: dict[NoticeKind, Message] = {
    NoticeKind.UPLOAD_DUE: upload_due,
    NoticeKind.CERTIFICATION_DUE: certification_due,
    NoticeKind.SELECTION_DUE: selection_due,
    NoticeKind.RECEIPT_DUE: receipt_due,
    NoticeKind.RECEIPT_OPENED: receipt_opened,
    NoticeKind.LAST_CALL_REPEATED: last_call_repeated,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED: receipt_deemed_confirmed,
    NoticeKind.ITEM_CERTIFIED: item_certified,
    NoticeKind.ITEM_RETURNED: item_returned,
    NoticeKind.CERTIFICATION_WITHDRAWN: certification_withdrawn,
    NoticeKind.CERTIFICATION_REQUESTED: certification_requested,
    NoticeKind.TEACHER_NUDGED: teacher_nudged,
    NoticeKind.PUPIL_NUDGED: pupil_nudged,
    NoticeKind.CLASS_DIGEST: class_digest,
    NoticeKind.DEADLINE_MOVED: deadline_moved,
    NoticeKind.DEADLINE_EXTENDED: deadline_extended,
    NoticeKind.QUESTION_ANSWERED: question_answered,
    NoticeKind.QUERY_SETTLED: query_settled,
    NoticeKind.APPEAL_SETTLED: appeal_settled,
    NoticeKind.SLIP_ENTERED: slip_entered,
    NoticeKind.OFFICE_DIGEST: office_digest,
    NoticeKind.ACCOUNT_LINKED: account_linked,
    NoticeKind.JOINING_PAUSED: joining_paused,
    NoticeKind.QUOTA_SHORT: quota_short,
    NoticeKind.QUOTA_SPENT: quota_spent,
    NoticeKind.QUOTA_DIFFERS: quota_differs,
    NoticeKind.DATA_STALE: data_stale,
    NoticeKind.SCHOOL_ANNOUNCED: school_announced,
    NoticeKind.ANNOUNCEMENT_ASKED: announcement_asked,
}
"""The message of every kind of notice; an answer that was kept is drawn already."""

MOST_CARDS = 5


@dataclass(frozen=True, slots=True)
class Drawn:
    """One person's message, or None where nothing could be drawn; and the notices that broke."""

    reply: Reply | None
    refused: tuple[int, ...] = ()


def draw(sayings: Sequence[Saying], scene: Scene, words: Words) -> Drawn:
    """Draw one person's notices as one message, the most urgent first.

    A notice that cannot be drawn is refused and spoils nothing else.
    """
    replies: list[Reply] = []
    refused: list[int] = []
    for saying in sorted(sayings, key=urgency):
        try:
            reply = MESSAGES[saying.kind](saying, scene, scene.worded(saying.kind, words))
            replies.append(_again(reply, words) if saying.facts.get(AGAIN) else reply)
        except Exception as error:  # noqa: BLE001 - one poison row must not hold up a person's rest
            log.error("undrawable", notice=saying.id, kind=type(error).__name__)
            refused.append(saying.id)
    return Drawn(_together(replies, words), tuple(refused))


def repeated(reply: Reply, words: Words) -> Reply:
    """Return a message with a word that it may be there already."""
    return _noted(reply, words.say("You may have had this message a moment ago."))


def _again(reply: Reply, words: Words) -> Reply:
    """Return a message with a word that it may have come before the database was put back."""
    return _noted(reply, words.say("You may have had this message before."))


def _noted(reply: Reply, note: str) -> Reply:
    first, *rest = reply.cards
    blocks = (*first.blocks, Paragraph(note, quiet=True))
    return replace(reply, cards=(replace(first, blocks=blocks), *rest))


def _together(replies: Sequence[Reply], words: Words) -> Reply | None:
    if not replies:
        return None
    first = replies[0]
    if len(replies) == 1:
        return first
    cards = [card for reply in replies for card in reply.cards]
    if len(cards) > MOST_CARDS:
        more = len(cards) - MOST_CARDS + 1
        cards = [*cards[: MOST_CARDS - 1], _more(more, words)]
    summary = words.count(
        "{first} (and one more)", "{first} (and {n} more)", len(replies) - 1, first=first.summary
    )
    return replace(first, summary=summary, cards=tuple(cards))


def _more(more: int, words: Words) -> Card:
    title = words.count("And {n} more message", "And {n} more messages", more)
    text = words.say("Your home shows all that is open, with its dates.")
    return Card(title, (Paragraph(text),), (Button(words.say("Home"), ShowHome(), Weight.PRIMARY),))
