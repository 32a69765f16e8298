"""What was taken over from files, and how each time can be undone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant


class ImportRun(SQLModel, table=True):
    """One import that changed something; `inverse` undoes it exactly, until later runs empty it."""

    __tablename__ = "import_run"
    __table_args__ = (sa.Index("ix_import_run_school_id_at", "school_id", "at"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    subject: str = Field(max_length=16)
    at: datetime = instant()
    rows: int
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    inverse: bytes | None = None
    undone_at: datetime | None = instant(nullable=True, default=None)
