"""Fits the cells of a name list into CSV: as they are, or not at all, or as the school chose."""

from dataclasses import dataclass, field

from bot.exports.columns import Formulas, NameListMap
from bot.exports.writing import CP950
from models.rules.namelists.cells import begins_a_formula
from models.rules.namelists.lists import Listed

MOST_SHOWN = 100
"""So many cells are kept to be shown; all are counted."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A cell that cannot be written: `character` is what cp950 lacks, "" for a formula."""

    pupil: Listed | None
    sheet: str
    row: int
    column: str
    character: str = ""


@dataclass(slots=True)
class Exactly:
    """Fits cells in; `pupil` is whose row is being written."""

    layout: NameListMap
    encoding: str
    pupil: Listed | None = None
    unfit: list[Unfit] = field(default_factory=list)
    unfit_count: int = 0

    def fit(self, text: str, sheet: str, row: int, column: str) -> str:
        """Return the text as it can stand there; what cannot is noted, and nothing is published."""
        if begins_a_formula(text):
            if self.layout.formulas is Formulas.REFUSE:
                self._object(sheet, row, column)
            elif self.layout.formulas is Formulas.APOSTROPHE:
                text = f"'{text}"
        if self.encoding != CP950 or _fits(text):
            return text
        text = "".join(
            each if _fits(each) else self.layout.instead.get(each, each) for each in text
        )
        lacking = "".join(dict.fromkeys(each for each in text if not _fits(each)))
        for character in lacking:
            self._object(sheet, row, column, character)
        return "" if lacking else text

    def _object(self, sheet: str, row: int, column: str, character: str = "") -> None:
        self.unfit_count += 1
        if len(self.unfit) < MOST_SHOWN:
            self.unfit.append(Unfit(self.pupil, sheet, row, column, character))


def _fits(text: str) -> bool:
    try:
        text.encode(CP950)
    except UnicodeEncodeError:
        return False
    return True
