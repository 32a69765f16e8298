"""What a pupil objects to in a certification, and what the school answered."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import AppealState


class Appeal(SQLModel, table=True):
    """A pupil's appeal (申訴) about a work that was returned, or that nobody certified in time.

    `certification_id` is the decision that it is about, None where there was none. `wording` is
    what the pupil added in words of their own: for the office's eyes, never for logs. `owner_id` is
    who of the office has taken it, `deputy_id` who stands in for them.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        sa.Index("ix_appeal_school_id_state", "school_id", "state"),
        sa.Index(
            "uq_appeal_open",
            "outcome_id",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    outcome_id: int = belongs_to("course_outcome.id")
    certification_id: int | None = belongs_to(
        "certification.id", nullable=True, index=False, default=None
    )
    wording: str = text(default="")
    state: AppealState = word(AppealState, default=AppealState.OPEN)
    raised_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True, default=None)
    settled_by_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
    explanation: str = text(default="")
    owner_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
    deputy_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
