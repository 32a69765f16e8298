"""How a value is written into a cell of a name list: texts exactly, days in one calendar."""

import re
from datetime import date
from enum import StrEnum

from models.rules.roc import any_day

_ROC = 1911
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Calendar(StrEnum):
    """How days are written: 0970503, or 2008/05/03."""

    ROC = "roc"
    GREGORIAN = "gregorian"


def written_day(day: date, calendar: Calendar) -> str:
    """Return a day as a list writes it; one before the ROC calendar begins is Gregorian."""
    if calendar is Calendar.ROC and day.year > _ROC:
        return f"{day.year - _ROC:03}{day:%m%d}"
    return f"{day:%Y/%m/%d}"


def rewritten_day(said: str, calendar: Calendar) -> str | None:
    """Return a day that the school's platform wrote in the list's way, None if it is no day."""
    try:
        return written_day(any_day(said.strip()), calendar)
    except ValueError:
        return None


def tidy(text: str) -> str:
    """Return a text with one kind of line end, without characters that no cell can hold."""
    return _UNWRITABLE.sub("", _LINE_END.sub("\n", text))


def begins_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet program would take a text in a CSV file for a formula."""
    return text.startswith(_FORMULA)
