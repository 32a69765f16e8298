"""How people want to be reminded, what they say they have done, and what the school grants them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import ExtendedTo, NoticeKind, QuestionState, QuietChoice


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


class ExtensionGrant(SQLModel, table=True):
    """More time in a window that was given to a pupil, a class or the whole school, and why.

    `reference` is the decision that it rests on, such as minutes of the working group (111函 三).
    Pupils that it gave time to are counted in `people`. `user_id` is the account of the console
    that gave it, None for the terminal; `revoked_at` is when it was taken back.
    """

    __tablename__ = "extension_grant"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    window_id: int = belongs_to("timetable_window.id", index=False)
    whom: ExtendedTo = word(ExtendedTo)
    person_id: int | None = belongs_to("person.id", nullable=True, default=None)
    class_id: int | None = belongs_to("school_class.id", nullable=True, index=False, default=None)
    people: int = 1
    closes_at: datetime = instant()
    reason: str = text()
    reference: str = text(default="")
    by_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
    user_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
    granted_at: datetime = instant()
    revoked_at: datetime | None = instant(nullable=True, default=None)


class Extension(SQLModel, table=True):
    """One pupil's own end of a window, later than everybody's; `closes_at` is exclusive.

    `by_id` is who granted it, None for the person at the console. `grant_id` is the grant that
    gave it; `before_id` the one whose end held until then, which comes back with its end where
    this grant is taken back.
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
    grant_id: int | None = belongs_to("extension_grant.id", nullable=True, default=None)
    before_id: int | None = belongs_to(
        "extension_grant.id", nullable=True, index=False, default=None
    )


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
