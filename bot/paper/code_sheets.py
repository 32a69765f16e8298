"""Code sheets: a slip to cut out for each person, with name, code and QR; and the same as CSV."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.paper.printing import Press, qr_code
from handlers import labels
from handlers.words import Words

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's code; staff have no class and no seat. Its repr hides the code."""

    name: str
    number: str
    class_name: str
    seat: int
    code: str

    def __repr__(self) -> str:
        return "Slip(…)"


@dataclass(frozen=True, slots=True)
class Account:
    """The school's LINE Official Account: its basic ID such as `@bell`."""

    school: str
    basic_id: str

    def address(self, code: str) -> str:
        """Return the address that opens the chat in LINE with the code typed in."""
        return f"https://line.me/R/oaMessage/{quote(self.basic_id, safe='')}/?{quote(code)}"


def code_sheet(
    press: Press,
    slips: Sequence[Slip],
    *,
    title: str,
    account: Account,
    expires_at: datetime,
    words: Words,
) -> bytes:
    """Return the PDF of one class's slips, ten a page."""
    return press.print("code_sheet", _sheet(slips, title, account, expires_at, words))


def code_list(
    slips: Sequence[Slip], *, account: Account, expires_at: datetime, words: Words
) -> bytes:
    """Return the slips as CSV that a spreadsheet opens as UTF-8; no cell begins a formula."""
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(
        [
            words.say("Class"),
            words.say("Seat"),
            words.say("Number"),
            words.say("Name"),
            words.say("Joining code"),
            words.say("Valid until"),
            words.say("Address for LINE"),
        ]
    )
    for slip in slips:
        row = (
            slip.class_name,
            str(slip.seat or ""),
            slip.number,
            slip.name,
            slip.code,
            words.deadline(expires_at),
            account.address(slip.code),
        )
        table.writerow([_harmless(cell) for cell in row])
    return (_BOM + file.getvalue()).encode()


def _sheet(
    slips: Sequence[Slip], title: str, account: Account, expires_at: datetime, words: Words
) -> dict[str, Any]:
    return {
        "locale": words.locale,
        "title": words.say("{sheet}: joining codes for LINE", sheet=title),
        "school": account.school,
        "hint": words.say("Cut along the lines; give each slip to its person only."),
        "valid": words.say("Valid until {day}", day=words.deadline(expires_at)),
        "steps": [
            words.say("Scan the QR code: LINE opens with the code typed in. Send it."),
            words.say(
                "Or add {basic_id} as a friend in LINE and type the code.",
                basic_id=account.basic_id,
            ),
            words.say(
                "Read what data is kept, then tap “Agree and link”. Good once, for you only."
            ),
        ],
        "slips": [
            {
                "place": labels.seat(slip.class_name, slip.seat, words)
                if slip.class_name
                else slip.number,
                "name": slip.name,
                "code": slip.code,
                "qr": qr_code(account.address(slip.code)),
            }
            for slip in slips
        ],
    }


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
