"""What is stored of a school already, as far as files are compared with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.rules.roc import Term
from models.vocabulary import (
    CourseTaking,
    ItemKind,
    OutcomeState,
    PerformanceKind,
    PersonKind,
    StatementPart,
)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A stored person."""

    id: int
    kind: PersonKind
    number: str
    name: str
    departed: bool


@dataclass(frozen=True, slots=True)
class KnownClass:
    """A stored class of one academic year."""

    id: int
    year: int
    grade: int
    name: str
    division: str
    homeroom_teacher_id: int | None


@dataclass(frozen=True, slots=True)
class KnownPlacement:
    """A stored place in a class."""

    id: int
    person_id: int
    class_id: int
    seat: int


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Everything of a school that a list of people is compared with."""

    school_id: int
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    classes: Mapping[int, KnownClass] = field(default_factory=dict)
    placements: Sequence[KnownPlacement] = ()
    registrars: Mapping[int, int] = field(default_factory=dict)
    """Role ids by person id."""


@dataclass(frozen=True, slots=True)
class KnownCourse:
    """A stored course of a term (`term` is a year and a semester)."""

    id: int
    term: tuple[int, int]
    code: str
    name: str
    teacher_id: int


@dataclass(frozen=True, slots=True)
class KnownCourses:
    """Everything of a school that a list of courses is compared with.

    `class_pupils` are the pupils of a class by (year, name); `enrolments` ids by (course, pupil);
    `with_works` are the (course, pupil) pairs that a work holds in place.
    """

    school_id: int
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    class_pupils: Mapping[tuple[int, str], Sequence[int]] = field(default_factory=dict)
    terms: Mapping[tuple[int, int], int] = field(default_factory=dict)
    courses: Sequence[KnownCourse] = ()
    enrolments: Mapping[tuple[int, int], int] = field(default_factory=dict)
    with_works: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class KnownOutcome:
    """A stored course outcome.

    `touched_at` is when something was last done to it through the bot; `withdrawn` says that a
    certification was taken back there.
    """

    id: int
    person_id: int
    course_id: int
    title: str
    summary: str
    file_name: str
    file_size: int
    file_hash: str
    state: OutcomeState
    version: int
    uploaded_at: datetime | None
    requested_at: datetime | None
    taking: CourseTaking
    details: dict[str, Any]
    touched_at: datetime | None
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class KnownPerformance:
    """A stored diverse performance."""

    id: int
    person_id: int
    year: int
    kind: PerformanceKind
    title: str
    happened_on: date | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownSelection:
    """A stored selection; `item_id` is an outcome's or a performance's."""

    person_id: int
    year: int
    kind: ItemKind
    slot: int
    item_id: int


@dataclass(frozen=True, slots=True)
class KnownWorks:
    """Everything of a school that a list of works is compared with.

    `places` are the grade and division of a pupil in a year, `caps` the most selected works of a
    year by kind and such a place; (0, "") stands for a pupil without a class in that year.
    `true_at` is the moment of the works that were imported last.
    """

    school_id: int
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    places: Mapping[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    caps: Mapping[tuple[ItemKind, tuple[int, str]], int] = field(default_factory=dict)
    terms: Mapping[tuple[int, int], int] = field(default_factory=dict)
    courses: Sequence[KnownCourse] = ()
    enrolled: frozenset[tuple[int, int]] = frozenset()
    outcomes: Sequence[KnownOutcome] = ()
    performances: Sequence[KnownPerformance] = ()
    selections: Sequence[KnownSelection] = ()
    true_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class KnownOfficer:
    """A stored officer record of a term."""

    id: int
    person_id: int
    term_id: int
    unit: str
    position: str
    rank: str
    begins_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class KnownOfficers:
    """Everything of a school that a list of officers is compared with."""

    school_id: int
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    terms: Mapping[tuple[int, int], int] = field(default_factory=dict)
    records: Sequence[KnownOfficer] = ()


Entry = tuple[StatementPart, str, str]
"""What a line of a receipt statement says: its part, title and detail."""


@dataclass(frozen=True, slots=True)
class KnownStatement:
    """A stored receipt statement of a round; `lines` have their ids and numbers, in that order."""

    id: int
    version: int
    lines: Sequence[tuple[int, int, Entry]] = ()


@dataclass(frozen=True, slots=True)
class KnownSpan:
    """When a pupil can answer a round's statement; the end is exclusive, and may be their own."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class KnownReceipts:
    """Everything of a school that a round's receipt statements are compared with.

    `spans`, `statements` and `in_doubt` go by person id: whom the round's windows concern, what is
    stored, and whose query of an earlier round is open. `begun` says that somebody has answered.
    """

    school_id: int
    term: Term
    round: int
    term_id: int
    submission_id: int | None = None
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    spans: Mapping[int, KnownSpan] = field(default_factory=dict)
    statements: Mapping[int, KnownStatement] = field(default_factory=dict)
    in_doubt: frozenset[int] = frozenset()
    begun: bool = False
