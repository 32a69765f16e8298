"""A school's own rules as values: what one TOML file says, checked and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

from models.vocabulary import ItemKind, Stage


class Anchor(StrEnum):
    """A day that a window counts from; a term's plan gives the dates."""

    TERM_START = "term_start"
    CLOSING_CEREMONY = "closing_ceremony"
    FINAL_EXAMS_END = "final_exams_end"
    SUBMISSION = "submission"
    SUBMISSION_GRADE3 = "submission_grade3"
    NEXT_TERM_START = "next_term_start"
    PREVIOUS_ROUND = "previous_round"


DATED_ANCHORS = (
    Anchor.TERM_START,
    Anchor.CLOSING_CEREMONY,
    Anchor.FINAL_EXAMS_END,
    Anchor.SUBMISSION,
    Anchor.SUBMISSION_GRADE3,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a rule is written down: the document, its date, and the point in it."""

    document: str
    dated: date | None
    point: str

    def __str__(self) -> str:
        """Return the citation as messages show it: 草屯補充規定第六點(三)."""
        return f"{self.document}{self.point}"


@dataclass(frozen=True, slots=True)
class Division:
    """A part of the school with its own pupils and posts: day 日間部, continuing 進修部."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Divisions:
    """Some of a school's divisions by their keys: one of them, or all of the school but some."""

    only: str | None = None
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cap:
    """The most there may be of something, and the clause that says so."""

    at_most: int
    clause: Clause


@dataclass(frozen=True, slots=True)
class Lapse:
    """So many days, by the calendar or by school days only; negative ones lead back."""

    days: int
    of_school: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and when a rule concerns; an empty tuple stands for all."""

    semesters: tuple[int, ...] = ()
    grades: tuple[int, ...] = ()
    divisions: tuple[str, ...] = ()

    def covers(self, *, semester: int | None, grade: int | None, division: str | None) -> bool:
        """Say whether a rule concerns somebody; what is not known (None) fits no narrower rule."""
        return (
            (not self.semesters or semester in self.semesters)
            and (not self.grades or grade in self.grades)
            and (not self.divisions or division in self.divisions)
        )


@dataclass(frozen=True, slots=True)
class Caps:
    """How many works a pupil may upload and select; a cap is never a demand (114函 point 1)."""

    outcomes_uploaded_per_semester: Cap
    performances_uploaded_per_year: Cap
    outcomes_selected_per_year: Cap
    performances_selected_per_year: Cap

    def selected(self, kind: ItemKind) -> Cap:
        """Return how many works of a kind a pupil may select in an academic year."""
        if kind is ItemKind.OUTCOME:
            return self.outcomes_selected_per_year
        return self.performances_selected_per_year

    def uploaded(self, kind: ItemKind) -> Cap:
        """Return how many a pupil may upload: outcomes in a semester, performances in a year."""
        if kind is ItemKind.OUTCOME:
            return self.outcomes_uploaded_per_semester
        return self.performances_uploaded_per_year


@dataclass(frozen=True, slots=True)
class CapException:
    """Caps that differ for some: by the names of `Caps`, only those that differ."""

    scope: Scope
    caps: Mapping[str, Cap]


class DayOff(StrEnum):
    """What becomes of a last day on which the school is closed, weekends among them."""

    KEEP = "keep"
    NEXT_SCHOOL_DAY = "next_school_day"
    PREVIOUS_SCHOOL_DAY = "previous_school_day"


@dataclass(frozen=True, slots=True)
class AnchoredDay:
    """A day counted from an anchor: first `days` of the calendar, then school days."""

    anchor: Anchor
    days: int = 0
    school_days: int = 0


@dataclass(frozen=True, slots=True)
class WindowRule:
    """How one stage's window is counted: `closes` is an anchored day, or `lasts` a length.

    The last day is included, and so is the first in a length. `opening_time` is None where the
    window opens with its first day, `closing_time` where it runs to the end of its last one.
    """

    stage: Stage
    round: int
    semesters: tuple[int, ...]
    grades: tuple[int, ...]
    divisions: tuple[str, ...]
    opens: AnchoredDay
    closes: AnchoredDay | None
    lasts: Lapse | None
    opening_time: time | None
    closing_time: time | None
    day_off: DayOff
    clause: Clause


@dataclass(frozen=True, slots=True)
class PublishedDates:
    """Dates that the school announced for one term; they override what the rules compute.

    An empty `divisions` means every division. `opens` is None where only the end was announced,
    the times of day where the rule's own hold; midnight as `closing_time` is the day's end.
    """

    stage: Stage
    round: int
    grades: tuple[int, ...]
    divisions: tuple[str, ...]
    opens: date | None
    closes: date
    opening_time: time | None
    closing_time: time | None
    clause: Clause | None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How much later one pupil's own deadline may be at most (個別展延, 補登), with whose leave.

    `approved_by` is as people read it, such as 導師, and empty where the rules name nobody.
    """

    stage: Stage
    scope: Scope
    within: Lapse
    approved_by: str
    clause: Clause


@dataclass(frozen=True, slots=True)
class SlipRule:
    """That a stage has a paper slip (確認單), and when it is to be back, from its last day on."""

    stage: Stage
    scope: Scope
    back: Lapse
    clause: Clause


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Within how many days somebody at the school does something, and the clause that says so."""

    within: Lapse
    clause: Clause


@dataclass(frozen=True, slots=True)
class TermPlan:
    """What one term adds to the rules: the dates of its anchors and its published dates."""

    code: str
    anchors: Mapping[Anchor, date]
    published: tuple[PublishedDates, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of the night in Taipei when nothing is sent: from `starts` until `ends`."""

    starts: time
    ends: time

    def cover(self, clock: time) -> bool:
        """Say whether a time of day lies in the quiet hours; the end itself does not."""
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends


@dataclass(frozen=True, slots=True)
class StaffHours:
    """The hours of a school day in Taipei in which the staff may be told of their work."""

    starts: time = time(7, 30)
    ends: time = time(17, 30)

    def cover(self, clock: time) -> bool:
        """Say whether a time of day lies in these hours; the end itself does not."""
        return self.starts <= clock < self.ends


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """How many messages one person gets at most, on a day and in a week from Monday on."""

    per_day: int = 5
    per_week: int = 15


@dataclass(frozen=True, slots=True)
class DigestMornings:
    """When homeroom teachers get their class digest; weekdays count from Monday as 0.

    A digest speaks of the windows that end within so many days: months ahead it is only noise.
    """

    weekdays: tuple[int, ...]
    at: time
    within_days: int = 14


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """When people are told: days before a last day, at one time of day in Taipei, and when not.

    It is the school's plan, or that of one division, which may have other hours. So many hours
    before a receipt window ends, who has not tapped since the last call gets it in their other chat
    too; 0 is never.
    """

    at: time
    days_before: Mapping[Stage, tuple[int, ...]]
    quiet: QuietHours
    digest: DigestMornings
    other_chat_hours: int = 12
    staff: StaffHours = StaffHours()
    messages: MessageLimits = MessageLimits()


@dataclass(frozen=True, slots=True)
class NudgeLimits:
    """How often people may nudge: one teacher every so many days (a class once a day, always)."""

    teacher_pause_days: int


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """A school's own exceptions to the public calendar: days off by name, and days it is open."""

    holidays: Mapping[date, str] = field(default_factory=dict)
    school_days: frozenset[date] = frozenset()
