"""What was submitted, what the central database says it received, and what pupils answered."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import QueryReason, QueryState, StatementPart


class Submission(SQLModel, table=True):
    """One submission of a year's data to the central database."""

    __tablename__ = "submission"
    __table_args__ = (sa.UniqueConstraint("school_id", "term_id", "round"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    term_id: int = belongs_to("term.id")
    round: int = 1
    submitted_at: datetime = instant()


class ReceiptStatement(SQLModel, table=True):
    """A pupil's receipt statement (收訖明細) of one submission round."""

    __tablename__ = "receipt_statement"
    __table_args__ = (sa.UniqueConstraint("submission_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    submission_id: int = belongs_to("submission.id", index=False)
    person_id: int = belongs_to("person.id")
    imported_at: datetime = instant()
    version: int = 1


class ReceiptLine(SQLModel, table=True):
    """One line of a receipt statement, as the central database wrote it."""

    __tablename__ = "receipt_line"
    __table_args__ = (sa.UniqueConstraint("statement_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    statement_id: int = belongs_to("receipt_statement.id", index=False)
    number: int
    part: StatementPart = word(StatementPart)
    title: str = Field(max_length=200)
    detail: str = text(default="")


class Confirmation(SQLModel, table=True):
    """A pupil confirmed a statement; silence past the window is derived, never stored here."""

    __tablename__ = "confirmation"
    __table_args__ = (sa.UniqueConstraint("statement_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    statement_id: int = belongs_to("receipt_statement.id", index=False)
    person_id: int = belongs_to("person.id")
    confirmed_at: datetime = instant()


class Query(SQLModel, table=True):
    """A pupil's doubt (疑義) about a line, or about a work that the statement lacks (no line).

    The office settles it: corrected, so that the next round shows it, or explained in its words.
    `owner_id` is who of the office has taken it, `deputy_id` who stands in for them.
    """

    __tablename__ = "query"
    __table_args__ = (sa.UniqueConstraint("statement_id", "line_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    statement_id: int = belongs_to("receipt_statement.id", index=False)
    line_id: int | None = belongs_to("receipt_line.id", nullable=True, default=None)
    person_id: int = belongs_to("person.id")
    reason: QueryReason = word(QueryReason)
    state: QueryState = word(QueryState, default=QueryState.OPEN)
    raised_at: datetime = instant()
    settled_at: datetime | None = instant(nullable=True, default=None)
    settled_by_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
    explanation: str = text(default="")
    owner_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
    deputy_id: int | None = belongs_to("console_user.id", nullable=True, index=False, default=None)
