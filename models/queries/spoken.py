"""What messages speak of, as plain values: works, statements, verdicts, queries, progress."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from models.queries.digests import ClassProgress
from models.vocabulary import AppealState, OutcomeState, QueryReason, QueryState, ReturnReason


@dataclass(frozen=True, slots=True)
class Work:
    """A course outcome as a message names it."""

    id: int
    version: int
    term_id: int
    title: str
    course: str
    state: OutcomeState


@dataclass(frozen=True, slots=True)
class Chosen:
    """How much a pupil has selected of what could be, and the class whose caps hold."""

    outcomes: int = 0
    performances: int = 0
    certified: int = 0
    grade: int | None = None
    division: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A receipt statement, and how many lines it has."""

    id: int
    version: int
    lines: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a teacher decided about a work."""

    work: Work
    reason: ReturnReason | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A query that the office settled; `title` is empty for a work that was missing."""

    title: str
    reason: QueryReason
    state: QueryState
    explanation: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Looked:
    """An appeal that the school has looked into, with the work that it is about."""

    work: Work
    state: AppealState
    explanation: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class InQueue:
    """How much waits for the office; counts, never whose."""

    queries: int = 0
    questions: int = 0
    appeals: int = 0


@dataclass(frozen=True, slots=True)
class Answered:
    """What somebody asked, and what the office answered, in their own words."""

    wording: str
    answer: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """What a school says in its own words; `link` is "" where there is none."""

    title: str
    wording: str
    link: str
    school: str


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the notices of one batch speak of.

    `doubted` are the people, each with a window, whose query of the round before was corrected.
    """

    unsent: Mapping[tuple[int, int], list[Work]] = field(default_factory=dict)
    chosen: Mapping[tuple[int, int], Chosen] = field(default_factory=dict)
    statements: Mapping[tuple[int, int], Statement] = field(default_factory=dict)
    pending: Mapping[int, int] = field(default_factory=dict)
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    works: Mapping[int, Work] = field(default_factory=dict)
    settled: Mapping[int, Settled] = field(default_factory=dict)
    queue: InQueue = field(default_factory=InQueue)
    class_names: Mapping[int, str] = field(default_factory=dict)
    progress: Mapping[int, list[ClassProgress]] = field(default_factory=dict)
    nudged: frozenset[tuple[int, int]] = frozenset()
    answers: Mapping[int, Answered] = field(default_factory=dict)
    announced: Mapping[int, Announced] = field(default_factory=dict)
    appeals: Mapping[int, Looked] = field(default_factory=dict)
    doubted: frozenset[tuple[int, int]] = frozenset()
