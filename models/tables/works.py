"""Course outcomes, diverse performances, and what teachers and pupils decided about them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import (
    CertificationDecision,
    Choice,
    CourseTaking,
    ItemKind,
    OutcomeState,
    PerformanceKind,
    ReturnReason,
    Stage,
)


class CourseOutcome(SQLModel, table=True):
    """A work made in a course (課程學習成果); `version` grows with every change of state.

    `details` are columns of the name lists that only the school's platform knows, as it calls them.
    """

    __tablename__ = "course_outcome"
    __table_args__ = (sa.Index("ix_course_outcome_state_course", "course_id", "state"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    course_id: int = belongs_to("course.id", index=False)
    term_id: int = belongs_to("term.id")
    title: str = Field(max_length=200)
    summary: str = text(default="")
    file_name: str = Field(default="", max_length=200)
    file_size: int = 0
    file_hash: str = Field(default="", max_length=64)
    state: OutcomeState = word(OutcomeState)
    version: int = 1
    uploaded_at: datetime | None = instant(nullable=True, default=None)
    requested_at: datetime | None = instant(nullable=True, default=None)
    nudged_at: datetime | None = instant(nullable=True, default=None)
    taking: CourseTaking = word(
        CourseTaking,
        default=CourseTaking.SEMESTER,
        sa_column_kwargs={"server_default": CourseTaking.SEMESTER.value},
    )
    details: dict[str, Any] = Field(
        default_factory=dict, sa_type=sa.JSON, sa_column_kwargs={"server_default": "{}"}
    )


class Performance(SQLModel, table=True):
    """A diverse performance (多元表現) of one academic year; its columns depend on its kind."""

    __tablename__ = "performance"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    year: int
    kind: PerformanceKind = word(PerformanceKind)
    title: str = Field(max_length=200)
    happened_on: date | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)


class OfficerRecord(SQLModel, table=True):
    """An office that a pupil held in one semester (校內幹部經歷), entered by staff."""

    __tablename__ = "officer_record"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id")
    term_id: int = belongs_to("term.id")
    unit: str = Field(max_length=80)
    position: str = Field(max_length=80)
    rank: str = Field(default="", max_length=40)
    begins_on: date | None = None
    ends_on: date | None = None


class Certification(SQLModel, table=True):
    """One decision of a teacher about one work; withdrawn when it was taken back in time."""

    __tablename__ = "certification"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    outcome_id: int = belongs_to("course_outcome.id")
    by_id: int = belongs_to("person.id")
    decision: CertificationDecision = word(CertificationDecision)
    reason: ReturnReason | None = word(ReturnReason, nullable=True, default=None)
    decided_at: datetime = instant()
    withdrawn_at: datetime | None = instant(nullable=True, default=None)


class PupilYear(SQLModel, table=True):
    """A pupil's academic year: the row that is locked while works are selected: exact caps."""

    __tablename__ = "pupil_year"
    __table_args__ = (sa.UniqueConstraint("person_id", "year"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    year: int
    version: int = 0


class Selection(SQLModel, table=True):
    """A work a pupil selected, in a numbered slot: the database itself refuses the seventh."""

    __tablename__ = "selection"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "year", "kind", "slot"),
        sa.UniqueConstraint("outcome_id"),
        sa.UniqueConstraint("performance_id"),
        sa.CheckConstraint(
            "slot >= 1 AND slot <= 10 AND (kind <> 'outcome' OR slot <= 6)",
            name="national_cap",
        ),
        sa.CheckConstraint("(outcome_id IS NULL) <> (performance_id IS NULL)", name="one_item"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    year: int
    kind: ItemKind = word(ItemKind)
    slot: int
    outcome_id: int | None = belongs_to(
        "course_outcome.id", nullable=True, index=False, default=None
    )
    performance_id: int | None = belongs_to(
        "performance.id", nullable=True, index=False, default=None
    )
    selected_at: datetime = instant()


class Decision(SQLModel, table=True):
    """A pupil has decided about a stage; nothing is a decision too and ends the reminders.

    `scope` is the term ("113-1") for uploads and the year ("113") for selections.
    """

    __tablename__ = "decision"
    __table_args__ = (sa.UniqueConstraint("person_id", "stage", "scope"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    stage: Stage = word(Stage)
    scope: str = Field(max_length=8)
    choice: Choice = word(Choice)
    decided_at: datetime = instant()
