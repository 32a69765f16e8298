"""The ledger: what is to be said, the messages that said it, every call, and every change."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import (
    AttemptOutcome,
    DeliveryState,
    NoticeKind,
    NoticeState,
    Silence,
)


class Notice(SQLModel, table=True):
    """What is to be said to one person; unique on (person, occasion), so planning may overlap.

    `facts` holds what the message needs besides the current rows (ids and dates, never names).
    `silence` says why it was not sent; one that waits with a reason is held back for the month's
    messages. `deadline_at` is when it stops making sense; `refused_id` is the delivery that was
    refused for good before this went to another chat of the person.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "occasion"),
        sa.Index("ix_notice_state_school_id_due_at", "state", "school_id", "due_at"),
        sa.Index("ix_notice_school_id_created_at", "school_id", "created_at"),
        sa.Index(
            "ix_notice_answers",
            "school_id",
            "state",
            "kind",
            sqlite_where=sa.text("kind = 'answer_kept' AND state = 'bundled'"),
            postgresql_where=sa.text("kind = 'answer_kept' AND state = 'bundled'"),
        ),
        sa.CheckConstraint("state <> 'skipped' OR silence IS NOT NULL", name="reason_for_silence"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    kind: NoticeKind = word(NoticeKind)
    occasion: str = Field(max_length=120)
    window_id: int | None = belongs_to("timetable_window.id", nullable=True, default=None)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    required: bool = False
    due_at: datetime = instant()
    deadline_at: datetime | None = instant(nullable=True, default=None)
    created_at: datetime = instant()
    state: NoticeState = word(NoticeState, default=NoticeState.WAITING)
    silence: Silence | None = word(Silence, nullable=True, default=None)
    delivery_id: int | None = belongs_to("delivery.id", nullable=True, default=None)
    refused_id: int | None = belongs_to("delivery.id", nullable=True, index=False, default=None)


class Delivery(SQLModel, table=True):
    """One message to one account; its key is fixed before the first try, `body` at it.

    `free` is one that rode on the answer to a tap: nobody counts it. A letter that was posted or
    handed over is a free one too: on the channel "paper", to no account.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        sa.Index("ix_delivery_state_school_id_try_at", "state", "school_id", "try_at"),
        sa.Index("ix_delivery_person_id_created_at", "person_id", "created_at"),
        sa.CheckConstraint("account_id IS NOT NULL OR channel = 'paper'", name="to_an_account"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    account_id: int | None = belongs_to("chat_account.id", nullable=True, default=None)
    channel: str = Field(max_length=16)
    retry_key: str = Field(max_length=36, unique=True)
    state: DeliveryState = word(DeliveryState, default=DeliveryState.QUEUED)
    body: bytes | None = None
    created_at: datetime = instant()
    try_at: datetime = instant()
    leased_until: datetime | None = instant(nullable=True, default=None)
    first_tried_at: datetime | None = instant(nullable=True, default=None)
    attempts: int = 0
    settled_at: datetime | None = instant(nullable=True, default=None)
    reason: str = text(default="")
    free: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})


class Attempt(SQLModel, table=True):
    """One call for a delivery, written before the call; left open by a crash it is *unknown*."""

    __tablename__ = "attempt"

    id: int = Field(default=None, primary_key=True)
    delivery_id: int = belongs_to("delivery.id")
    started_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True, default=None)
    outcome: AttemptOutcome = word(AttemptOutcome, default=AttemptOutcome.OPEN)
    status: int | None = None
    request_id: str = Field(default="", max_length=80)


class Pace(SQLModel, table=True):
    """How far the calls of a school's channel are given away, over all workers of an installation.

    What is sent next may begin at `free_at`; before `alone_until` the channel wants no call.
    """

    __tablename__ = "pace"
    __table_args__ = (sa.UniqueConstraint("school_id", "channel"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    channel: str = Field(max_length=16)
    free_at: datetime = instant()
    alone_until: datetime | None = instant(nullable=True, default=None)


class AuditEntry(SQLModel, table=True):
    """Who did what, for whom, when, through which channel, under which rule: one row a change.

    `position` and `seal` are its place in the school's chain, given soon after (decision 0014).
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_school_id_at", "school_id", "at"),
        sa.Index(
            "ix_audit_entry_unsealed",
            "school_id",
            "id",
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        ),
        sa.UniqueConstraint("school_id", "position"),
        sa.CheckConstraint("(position IS NULL) = (seal IS NULL)", name="sealed_in_place"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    at: datetime = instant()
    actor_id: int | None = belongs_to("person.id", nullable=True, default=None)
    person_id: int | None = belongs_to("person.id", nullable=True, default=None)
    deed: str = Field(max_length=64)
    thing: str = Field(default="", max_length=64)
    via: str = Field(default="", max_length=16)
    clause: str = text(default="")
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    position: int | None = None
    seal: str | None = Field(default=None, max_length=64)


class QuotaReading(SQLModel, table=True):
    """What a channel says of a month's counted messages, beside what we count: the newest reading.

    `limit` is None on a plan without one; `used` is the channel's own count, `counted` ours at that
    moment. `read_at` is None as long as the channel has not answered in this month: then the limit
    is that of the month before. `month` is the month as it is counted, "2026-11". `ahead` is what
    the timetable needs, as models/rules/budget.py sees it, foretold at `foretold_at`.
    """

    __tablename__ = "quota_reading"
    __table_args__ = (sa.UniqueConstraint("school_id", "channel", "month"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    channel: str = Field(max_length=16)
    month: str = Field(max_length=7)
    limit: int | None = None
    used: int = 0
    counted: int = 0
    read_at: datetime | None = instant(nullable=True, default=None)
    foretold_at: datetime = instant()
    ahead: list[dict[str, Any]] = Field(default_factory=list, sa_type=sa.JSON)
