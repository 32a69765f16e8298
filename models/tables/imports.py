"""What was taken over from files, how each time can be undone, and where the files differed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import Difference, ItemKind


class ImportRun(SQLModel, table=True):
    """One import that changed something; `inverse` undoes it exactly, until later runs empty it.

    `data_at` is the moment at which the file was true (資料時間).
    """

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
    data_at: datetime | None = instant(nullable=True, default=None)


class ImportReport(SQLModel, table=True):
    """What an import of works found to differ; kept also where nothing was written.

    `found` is compressed JSON: a list of differences as the file and our record had them then.
    """

    __tablename__ = "import_report"
    __table_args__ = (sa.Index("ix_import_report_school_id_at", "school_id", "at"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    run_id: int | None = belongs_to("import_run.id", nullable=True, default=None)
    at: datetime = instant()
    data_at: datetime = instant()
    rows: int
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    found: bytes


class Discrepancy(SQLModel, table=True):
    """A work about which the platform and our record differ now: somebody has to look.

    The work is named, not referred to: undoing an import may take it away. `settled_at` is when a
    person said that it is put right; a later import that still differs opens it again.
    """

    __tablename__ = "discrepancy"
    __table_args__ = (sa.UniqueConstraint("school_id", "item_kind", "item_id", "difference"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    item_kind: ItemKind = word(ItemKind)
    item_id: int
    difference: Difference = word(Difference)
    title: str = text()
    ours: str = Field(default="", max_length=200)
    theirs: str = Field(default="", max_length=200)
    found_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True, default=None)
    settled_by_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
