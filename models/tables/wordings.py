"""How a school words its messages, and which reminders it has stopped for the time being."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text


class MessageWording(SQLModel, table=True):
    """A sentence of one kind of message in a school's own words; the highest version holds.

    `msgid` is the product's sentence that it stands for; `said` is None where the school went back
    to that. `by_id` is the console account that wrote it.
    """

    __tablename__ = "message_wording"
    __table_args__ = (sa.UniqueConstraint("school_id", "kind", "locale", "msgid", "version"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    kind: str = Field(max_length=32)
    locale: str = Field(max_length=16)
    msgid: str = text()
    said: str | None = text(nullable=True, default=None)
    version: int
    by_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
    at: datetime = instant()


class HeldOccasion(SQLModel, table=True):
    """One occasion of the timetable that is not told until somebody lets it go: who, when, why."""

    __tablename__ = "held_occasion"
    __table_args__ = (sa.UniqueConstraint("school_id", "occasion"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    occasion: str = Field(max_length=120)
    at: datetime = instant()
    by: str = Field(max_length=120)
    reason: str = text()
