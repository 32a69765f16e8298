"""A school, its terms, its timetable, and what the law had to say about it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import Stage


class School(SQLModel, table=True):
    """One school; `rulebook` is the text of its TOML file, so that every process reads the same.

    `wordings` is another mark after every change of how it words its messages, and 0 before the
    first: a process that remembers them by another mark reads them anew.
    """

    __tablename__ = "school"

    id: int = Field(default=None, primary_key=True)
    code: str = Field(max_length=16, unique=True)
    name: str = Field(max_length=80)
    rulebook: str = text()
    planned_until: datetime | None = instant(nullable=True, default=None)
    wordings: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class ChannelCredential(SQLModel, table=True):
    """How one school's bot signs in to one channel; secret and token are encrypted at rest."""

    __tablename__ = "channel_credential"
    __table_args__ = (sa.UniqueConstraint("school_id", "channel"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    channel: str = Field(max_length=16)
    secret: bytes
    token: bytes
    bot_address: str = Field(default="", max_length=64)
    basic_id: str = Field(default="", max_length=64)


class Term(SQLModel, table=True):
    """One semester of a school (113-1: year 113, semester 1), with the anchors dates count from."""

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("school_id", "year", "semester"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    year: int
    semester: int
    starts_on: date | None = None
    closing_on: date | None = None
    exams_end_on: date | None = None
    submission_on: date | None = None


class Window(SQLModel, table=True):
    """When one stage is open to some grades and one division; `closes_at` is exclusive.

    `retired_at` is when a newer rulebook dropped it: the row stays for what refers to it.
    `changed_at` is when its dates were last changed; None where they never were.
    """

    __tablename__ = "timetable_window"
    __table_args__ = (
        sa.Index("ix_timetable_window_school_id_closes_at", "school_id", "closes_at"),
        sa.CheckConstraint("opens_at < closes_at", name="upright"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    term_id: int = belongs_to("term.id")
    stage: Stage = word(Stage)
    division: str | None = Field(default=None, max_length=32)
    grades: str = Field(default="1,2,3", max_length=16)
    round: int = 1
    opens_at: datetime = instant()
    closes_at: datetime = instant()
    source: str = Field(default="computed", max_length=16)
    because: str = text(default="")
    version: int = 1
    retired_at: datetime | None = instant(nullable=True, default=None)
    changed_at: datetime | None = instant(nullable=True, default=None)


class Finding(SQLModel, table=True):
    """What the checker said when a timetable was taken over, with the clause it cites."""

    __tablename__ = "finding"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    found_at: datetime = instant()
    severity: str = Field(max_length=16)
    code: str = Field(max_length=64)
    message: str = text()
    clauses: str = text(default="")


class Setting(SQLModel, table=True):
    """One setting of a school, or of the installation when `school_id` is null."""

    __tablename__ = "setting"
    __table_args__ = (sa.UniqueConstraint("school_id", "key"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int | None = belongs_to("school.id", nullable=True, default=None)
    key: str = Field(max_length=64)
    value: str = text()
