"""Name lists (名冊) that were written for the central database, row by row as they were written.

A receipt package is compared with the latest list of its kind, batch and year (`NameList.code`
says kind and batch in one): every row that went out should come back, cell for cell. Neither table
ever holds an identity number, a birth date, or a hash of either.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, word
from models.vocabulary import StatementPart


class NameList(SQLModel, table=True):
    """One name list that was exported; `semester` is 0 for a list of a whole year.

    `code` is the 名冊別: 24 to 28, 34 to 38 for grade 12's first batch, 74 to 78 for its second.
    `sha256` is the workbook's, or that of the lines `filename,sha256` of the CSV files. A later
    export is another row: the one with the highest id is what counts as submitted.
    """

    __tablename__ = "name_list"
    __table_args__ = (
        sa.Index("ix_name_list_school_year_code", "school_id", "year", "semester", "code"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    year: int
    semester: int
    code: str = Field(max_length=4)
    exported_at: datetime = instant()
    sha256: str = Field(max_length=64)
    rows: int


class NameListLine(SQLModel, table=True):
    """One row of an exported name list.

    `part` says what `item_id` is of: a course outcome, a performance, or an officer record.
    `cells` are the row's texts by column name, as written, without 身分證號 and 出生日期; `title`
    is what the work is called here, which the lists of course outcomes have no column for.
    """

    __tablename__ = "name_list_line"
    __table_args__ = (sa.UniqueConstraint("name_list_id", "part", "item_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    name_list_id: int = belongs_to("name_list.id", index=False)
    person_id: int = belongs_to("person.id")
    part: StatementPart = word(StatementPart)
    sheet: str = Field(max_length=31)
    item_id: int
    title: str = Field(max_length=200)
    cells: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
