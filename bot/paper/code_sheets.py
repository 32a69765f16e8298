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
    """How people find the school: in LINE by a basic ID, in Telegram by a bot's name, or by both.

    Both begin with `@`, as people type them; what the school does not have is empty.
    """

    school: str
    line: str = ""
    telegram: str = ""

    def line_address(self, code: str) -> str:
        """Return the address that opens the chat in LINE with the code typed in."""
        return f"https://line.me/R/oaMessage/{quote(self.line, safe='')}/?{quote(code)}"

    def telegram_address(self, code: str) -> str:
        """Return the address that starts the bot in Telegram with the code."""
        return f"https://t.me/{self.telegram.removeprefix('@')}?start={quote(code)}"

    def chats(self, text: str) -> dict[str, str]:
        """Return the addresses that open the chat with a text to send, by the app's name."""
        found = {}
        if self.line:
            found["LINE"] = self.line_address(text)
        if self.telegram:
            name = self.telegram.removeprefix("@")
            found["Telegram"] = f"https://t.me/{name}?text={quote(text)}"
        return found

    def addresses(self, code: str) -> dict[str, str]:
        """Return the addresses of what the school has, by the app's name."""
        found = {}
        if self.line:
            found["LINE"] = self.line_address(code)
        if self.telegram:
            found["Telegram"] = self.telegram_address(code)
        return found


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
            *(words.say("Address for {app}", app=app) for app in account.addresses("")),
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
            *account.addresses(slip.code).values(),
        )
        table.writerow([_harmless(cell) for cell in row])
    return (_BOM + file.getvalue()).encode()


def _sheet(
    slips: Sequence[Slip], title: str, account: Account, expires_at: datetime, words: Words
) -> dict[str, Any]:
    return {
        "locale": words.locale,
        "title": words.say("{sheet}: joining codes", sheet=title),
        "school": account.school,
        "hint": words.say("Cut along the lines; give each slip to its person only."),
        "valid": words.say("Valid until {day}", day=words.deadline(expires_at)),
        "steps": [
            *_steps(account, words),
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
                "ways": [
                    {"app": app, "qr": qr_code(address)}
                    for app, address in account.addresses(slip.code).items()
                ],
            }
            for slip in slips
        ],
    }


def _steps(account: Account, words: Words) -> tuple[str, str]:
    """Return how the code is sent: by the QR code, or by hand."""
    line, telegram = account.line, account.telegram
    if line and telegram:
        return (
            words.say("Scan a QR code. In LINE send the code, in Telegram tap “Start”."),
            words.say(
                "Or type the code to {line} (LINE) or {telegram} (Telegram).",
                line=line,
                telegram=telegram,
            ),
        )
    if telegram:
        return (
            words.say("Scan the QR code: Telegram opens. Tap “Start”."),
            words.say("Or open {telegram} in Telegram and type the code.", telegram=telegram),
        )
    return (
        words.say("Scan the QR code: LINE opens with the code typed in. Send it."),
        words.say("Or add {basic_id} as a friend in LINE and type the code.", basic_id=line),
    )


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
