"""Messages to the whole school, or a part of it, that two people let out together."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import AnnouncementState


class Announcement(SQLModel, table=True):
    """What one person wrote and a second one lets out; what is sent of it is in the ledger.

    `audience` is whom it is for, as models/rules/announcing.py defines it: never a list of people.
    `wanted_at` is when it is to leave, None for at once; `undo_minutes` how long it then waits
    after the approval. `digest` is of the content as it was written. `listed` are the ids of those
    who were on the list when somebody asked, then when somebody approved, to tell a difference by.
    `leaves_at` is when the first may leave, `left_at` when it was given to the ledger. `reason` is
    why somebody sent it back; "" where it came back by itself, for want of one who let it out.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        sa.Index("ix_announcement_state_leaves_at", "state", "leaves_at"),
        sa.Index("ix_announcement_school_id_written_at", "school_id", "written_at"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    state: AnnouncementState = word(AnnouncementState, default=AnnouncementState.DRAFT)
    title: str = Field(max_length=60)
    wording: str = text()
    link: str = Field(default="", max_length=500)
    audience: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    wanted_at: datetime | None = instant(nullable=True, default=None)
    undo_minutes: int
    author_id: int = belongs_to("console_user.id", index=False)
    written_at: datetime = instant()
    digest: str = Field(default="", max_length=64)
    asked_at: datetime | None = instant(nullable=True, default=None)
    listed: list[int] = Field(default_factory=list, sa_type=sa.JSON)
    decided_by_id: int | None = belongs_to(
        "console_user.id", nullable=True, index=False, default=None
    )
    decided_at: datetime | None = instant(nullable=True, default=None)
    reason: str = text(default="")
    leaves_at: datetime | None = instant(nullable=True, default=None)
    left_at: datetime | None = instant(nullable=True, default=None)
    stopped_by_id: int | None = belongs_to(
        "console_user.id", nullable=True, index=False, default=None
    )
    stopped_at: datetime | None = instant(nullable=True, default=None)
