"""The national rules that bind a timetable, each with the day from which it is in force."""

from dataclasses import dataclass
from datetime import date

from models.rulebooks import Clause

_DIRECTIONS = "高級中等學校學生學習歷程檔案作業要點"
_DIRECTIONS_ON = date(2019, 7, 15)
_LETTER_111 = "111年教育部函"
_LETTER_111_ON = date(2022, 3, 30)
_LETTER_114 = "114年國教署函"
_LETTER_114_ON = date(2025, 7, 14)


@dataclass(frozen=True, slots=True)
class NationalRule:
    """One rule of the law; `figure` is its number: works, or days."""

    document: str
    in_force_from: date
    point: str
    figure: int = 0

    def binds(self, on: date) -> bool:
        """Say whether the rule was in force on a day."""
        return self.in_force_from <= on

    @property
    def clause(self) -> Clause:
        """The rule as a citation."""
        return Clause(self.document, self.in_force_from, self.point)


CERTIFIED_BY_TEACHER = NationalRule(_DIRECTIONS, _DIRECTIONS_ON, "第四點(二)1")
OUTCOMES_SELECTED = NationalRule(_DIRECTIONS, _DIRECTIONS_ON, "第四點(二)2", 6)
PERFORMANCES_SELECTED = NationalRule(_DIRECTIONS, _DIRECTIONS_ON, "第四點(三)2", 10)
SELECTED_THEN_SUBMITTED = NationalRule(_DIRECTIONS, _DIRECTIONS_ON, "第四點(二)2")
GRADE3_IN_ITS_YEAR = NationalRule(_DIRECTIONS, _DIRECTIONS_ON, "第四點(二)2但書")
DECIDED_BY_WORKING_GROUP = NationalRule(_LETTER_111, _LETTER_111_ON, "附件第三點")
UPLOAD_AFTER_CEREMONY = NationalRule(_LETTER_114, _LETTER_114_ON, "第3點", 14)
RECEIPT_AFTER_SUBMISSION = NationalRule(_LETTER_114, _LETTER_114_ON, "第6點一")
RECEIPT_LASTS = NationalRule(_LETTER_114, _LETTER_114_ON, "第6點二", 3)
