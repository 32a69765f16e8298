"""Secret addresses under which a calendar can be subscribed to."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant


class CalendarFeed(SQLModel, table=True):
    """One secret address, kept as a keyed hash; without a person it is the whole school's.

    `ended_at` is when it was taken back: by its person, by a newer one, or with their last chat.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.UniqueConstraint("digest"),
        sa.Index("ix_calendar_feed_person_id", "person_id"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
    digest: str = Field(max_length=64)
    made_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True, default=None)
