"""What one row of a file says, checked cell by cell and not yet compared with anything."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.rules.importing.problems import Place
from models.rules.roc import Term
from models.vocabulary import (
    CourseTaking,
    OutcomeState,
    PerformanceKind,
    PersonKind,
    StatementPart,
)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A pupil with a class of one academic year, or a member of staff.

    `class_name` of staff is the class they are homeroom teacher of; `homeroom_teacher` is a
    number or a name.
    """

    place: Place
    number: str
    name: str
    kind: PersonKind
    division: str = ""
    year: int = 0
    grade: int = 0
    class_name: str = ""
    seat: int = 0
    homeroom_teacher: str = ""
    is_registrar: bool = False


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course of a term for a class, or for the pupils named by their numbers."""

    place: Place
    term: Term
    code: str
    name: str
    teacher: str
    class_name: str = ""
    pupils: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A course outcome as the school's platform has it; `selected` says 已勾選.

    `taking` and `details` (columns of the name lists) are None where the file says nothing of them.
    """

    place: Place
    pupil: str
    term: Term
    course_code: str
    course_name: str
    title: str
    summary: str
    file_name: str
    file_size: int
    file_hash: str
    state: OutcomeState
    selected: bool = False
    taking: CourseTaking | None = None
    details: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """A diverse performance as the platform has it; `details` are its kind's own columns.

    `selected` is None where the file does not say.
    """

    place: Place
    pupil: str
    year: int
    kind: PerformanceKind
    title: str
    happened_on: date | None = None
    details: dict[str, Any] = field(default_factory=dict)
    selected: bool | None = None


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An office that a pupil held in a semester, as staff entered it on the platform."""

    place: Place
    pupil: str
    term: Term
    unit: str
    position: str
    rank: str = ""
    begins_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One line of a pupil's receipt statement, as the central database wrote it."""

    place: Place
    pupil: str
    part: StatementPart
    title: str
    detail: str = ""
