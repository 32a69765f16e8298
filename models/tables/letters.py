"""Letters on paper about a receipt statement: printed here, posted and answered by people."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant


class Letter(SQLModel, table=True):
    """One letter to one pupil about one version of a statement and one deadline; it has a slip.

    Printing again gives the same letter. Once a person says that it was posted or handed over,
    `delivery_id` is its row in the ledger (decision 0030). `code` stands on the slip, without its
    hyphen. `answered_at` is when a returned slip was entered; the audit says by whom.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("school_id", "code"),
        sa.UniqueConstraint("statement_id", "version", "deadline_at"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    statement_id: int = belongs_to("receipt_statement.id", index=False)
    window_id: int = belongs_to("timetable_window.id")
    version: int
    code: str = Field(max_length=8)
    deadline_at: datetime = instant()
    printed_at: datetime = instant()
    delivery_id: int | None = belongs_to("delivery.id", nullable=True, default=None)
    answered_at: datetime | None = instant(nullable=True, default=None)
