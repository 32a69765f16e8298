"""How people want to be reminded, what they say they have done, and what the school grants them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import NoticeKind, QuestionState, QuietChoice


class Preference(SQLModel, table=True):
    """When a person does not want to be disturbed; no row: only the school's own quiet hours.

    `channel` is the one on which they want to be reached where they are linked on several; empty:
    the one they linked first.
    """

    __tablename__ = "preference"
    __table_args__ = (sa.UniqueConstraint("person_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id", index=False)
    quiet: QuietChoice = word(QuietChoice, default=QuietChoice.SCHOOL)
    channel: str = Field(default="", max_length=16)


class Mute(SQLModel, table=True):
    """An optional reminder that a person does not want, by the kind that stands for its topic."""

    __tablename__ = "mute"
    __table_args__ = (sa.UniqueConstraint("person_id", "kind"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id", index=False)
    kind: NoticeKind = word(NoticeKind)
    muted_at: datetime = instant()


class DoneClaim(SQLModel, table=True):
    """A person says that a window's work is done on the platform; holds until the next import."""

    __tablename__ = "done_claim"
    __table_args__ = (sa.UniqueConstraint("person_id", "window_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id", index=False)
    window_id: int = belongs_to("timetable_window.id")
    said_at: datetime = instant()


class Extension(SQLModel, table=True):
    """One pupil's own end of a window, later than everybody's; `closes_at` is exclusive.

    `by_id` is who granted it, None for the person at the console.
    """

    __tablename__ = "extension"
    __table_args__ = (sa.UniqueConstraint("person_id", "window_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id", index=False)
    window_id: int = belongs_to("timetable_window.id")
    closes_at: datetime = instant()
    reason: str = text()
    by_id: int | None = belongs_to("person.id", nullable=True, default=None)
    granted_at: datetime = instant()
    version: int = 1


class Question(SQLModel, table=True):
    """What a person asked and the bot could not answer: for the office's eyes, never for logs.

    `owner_id` is who of the office has taken it, `deputy_id` who stands in for them.
    """

    __tablename__ = "question"
    __table_args__ = (sa.Index("ix_question_school_id_state", "school_id", "state"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    account_id: int | None = belongs_to("chat_account.id", nullable=True, default=None)
    wording: str = text()
    asked_at: datetime = instant()
    state: QuestionState = word(QuestionState, default=QuestionState.OPEN)
    answer: str = text(default="")
    answered_at: datetime | None = instant(nullable=True, default=None)
    answered_by_id: int | None = belongs_to("person.id", nullable=True, default=None)
    owner_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
    deputy_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
