"""收訖明細確認通知: a letter with the statement, what silence means, ways to answer, and a slip."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.paper.code_sheets import Account
from bot.paper.confirmations import submission_label
from bot.paper.mailing import Address
from bot.paper.printing import Press, qr_code
from handlers import labels
from handlers.words import N_, Words
from models.queries.letters import Addressee
from models.queries.receipts import Receipt
from models.rules.letters import Why, shown_code
from models.rules.taipei import day_of
from models.vocabulary import StatementPart

_TOGETHER = "\N{WORD JOINER}"
"""Keeps a code on one line."""
CALLED = "收訖明細"
"""What opens the statement when it is sent to the chat (handlers/typed.py)."""

REASONS = {
    Why.DEPARTED: N_("has left the school"),
    Why.NO_ACCOUNT: N_("has not joined"),
    Why.BLOCKED: N_("has blocked the account"),
    Why.REFUSED: N_("the channel refused it"),
    Why.CUT: N_("no message left for it"),
    Why.NO_REACTION: N_("no reaction so far"),
    Why.CHOSEN: N_("chosen by class"),
}
_BECAUSE = {
    Why.DEPARTED: N_(
        "You have left the school and cannot confirm on its platform any more, so the school "
        "tells you by letter (Ministry letter of 2022, point 5(3))."
    ),
    Why.CHOSEN: "",
}
_NOT_SURE = N_(
    "This has an effect in law, and the school cannot be sure that you have heard of it in a chat; "
    "so it tells you on paper as well."
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one letter says, and to whom. `joining` is a joining code for who has none yet, or "".

    Its repr hides the code and the address.
    """

    to: Addressee
    why: Why
    receipt: Receipt
    code: str
    address: Address | None = None
    joining: str = ""

    def __repr__(self) -> str:
        return "Letter(…)"


@dataclass(frozen=True, slots=True)
class Sender:
    """The school as a letter names it: where slips go and who answers, and its chats."""

    account: Account
    office: str


def letters(
    press: Press, written: Sequence[Letter], *, sender: Sender, now: datetime, words: Words
) -> bytes:
    """Return the PDF with these letters, each beginning a page."""
    return press.print("letter", sheet(written, sender=sender, now=now, words=words))


def sheet(
    written: Sequence[Letter], *, sender: Sender, now: datetime, words: Words
) -> dict[str, Any]:
    """Return what the template of letters is filled with."""
    number = words.say("no.")
    return {
        "locale": words.locale,
        "title": words.say("Please check your receipt statement"),
        "school": sender.account.school,
        "office": sender.office,
        "printed": words.say("Printed {moment}", moment=words.day(day_of(now))),
        "code-label": words.say("Code of this letter"),
        "silence": words.say(
            "Whoever neither confirms nor raises a query by then is deemed to have confirmed "
            "(K12EA letter of 2025, point 6). After that nothing can be corrected."
        ),
        "nothing": words.say("Nothing was received of this kind."),
        "heads": [words.say("No."), words.say("Title"), words.say("Detail")],
        "how": words.say("How to answer (one of these)"),
        "slip": words.say("Return slip: receipt statement"),
        "scissors": "✂",
        "all-correct": words.say("All is correct; I confirm."),
        "some-doubt": words.say("Something is not as I uploaded and selected it:"),
        "doubts": [
            (words.say("A work is missing:"), "", ""),
            (words.say("Wrong file:"), number, words.say("(line)")),
            (words.say("Wrong course:"), number, words.say("(line)")),
            (words.say("Another difference:"), number, words.say("(line)")),
        ],
        "signatures": [
            words.say("Pupil's signature"),
            words.say("Parent or guardian (if the pupil cannot sign)"),
            words.say("Date"),
        ],
        "letters": [_letter(each, sender, now, words) for each in written],
    }


def _letter(one: Letter, sender: Sender, now: datetime, words: Words) -> dict[str, Any]:
    to, closes_at = one.to, one.to.window.closes_at
    place = labels.seat(to.class_name, to.seat, words) if to.class_name else ""
    term = submission_label(one.receipt, words)
    code = shown_code(one.code)
    deadline = words.deadline(closes_at)
    qrs = _qrs(one, sender, words)
    return {
        "whose": f"{place} {to.name}".strip(),
        "term": term,
        "to": one.address.lines if one.address else [place] if place else [],
        "recipient": _recipient(one, words),
        "marks": [(words.say("Number"), to.number), *([(words.say("Class"), place)] * bool(place))],
        "code": code,
        "paragraphs": _paragraphs(one, words),
        "until": words.say("Please answer by {deadline}", deadline=deadline),
        "left": words.say(
            "Counted from the day of printing: {left}", left=words.left(closes_at, now)
        ),
        "parts": _parts(one.receipt, words),
        "ways": _ways(one, sender, deadline, words),
        "qrs": qrs,
        "slip-whose": words.say("; ").join(
            each for each in (to.name, to.number, place, term) if each
        ),
        "back": words.say(
            "At the school by {deadline}: {office}", deadline=deadline, office=sender.office
        ),
    }


def _recipient(one: Letter, words: Words) -> str:
    if one.address and one.address.recipient:
        return one.address.recipient
    return words.say("To {name}", name=one.to.name)


def _paragraphs(one: Letter, words: Words) -> list[str]:
    because = _BECAUSE.get(one.why, _NOT_SURE)
    return [
        words.say("Dear {name},", name=one.to.name),
        words.count(
            "on {day} the school submitted your learning portfolio to the central database, which "
            "received the {n} entry below. Please check whether that is what you uploaded and "
            "selected.",
            "on {day} the school submitted your learning portfolio to the central database, which "
            "received the {n} entries below. Please check whether that is what you uploaded and "
            "selected.",
            len(one.receipt.lines),
            day=words.day(day_of(one.receipt.submission.submitted_at)),
        ),
        *([words.say(because)] if because else []),
    ]


def _parts(receipt: Receipt, words: Words) -> list[dict[str, Any]]:
    """Return a table for each part of the statement, empty ones too: something may be missing."""
    rows = defaultdict(list)
    for line in receipt.lines:
        rows[line.part].append((str(line.number), line.title, line.detail))
    return [{"name": labels.word(part, words), "rows": rows[part]} for part in StatementPart]


def _ways(one: Letter, sender: Sender, deadline: str, words: Words) -> list[str]:
    """Return how to answer: in a chat for who is at the school, on the slip, by telephone."""
    slip = words.say(
        "Fill in the slip below; it has to be at the school by {deadline}.", deadline=deadline
    )
    ask = words.say("Questions, or no time for the post: {office}", office=sender.office)
    account = sender.account
    if one.why is Why.DEPARTED or not (account.line or account.telegram):
        return [slip, ask]
    if one.joining:
        chat = words.say(
            "With a telephone: scan the QR code, send the code {code}, tap “Agree and link”, then "
            "type “{called}”. The code is for you only.",
            code=one.joining.replace("-", f"-{_TOGETHER}"),
            called=CALLED,
        )
    elif one.why is Why.BLOCKED:
        chat = words.say(
            "With a telephone: lift the block of the school's account, scan the QR code and send "
            "“{called}”.",
            called=CALLED,
        )
    else:
        chat = words.say("With a telephone: scan the QR code and send “{called}”.", called=CALLED)
    return [chat, slip, ask]


def _qrs(one: Letter, sender: Sender, words: Words) -> list[dict[str, str]]:
    """Return a QR code for each app in which the pupil can answer; none for who has left."""
    if one.why is Why.DEPARTED:
        return []
    account = sender.account
    found = account.addresses(one.joining) if one.joining else account.chats(CALLED)
    return [
        {
            "app": app,
            "svg": qr_code(address),
            "alt": words.say("QR code that opens the school's account in {app}", app=app),
        }
        for app, address in found.items()
    ]
