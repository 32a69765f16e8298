"""Chat accounts, and the one-time codes that link them to people."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import AccountState


class ChatAccount(SQLModel, table=True):
    """One address on one channel; at most one person uses it, and only after they agreed.

    `menu` is what the chat was last dressed in, a duty and a locale: "pupil/en".
    """

    __tablename__ = "chat_account"
    __table_args__ = (
        sa.UniqueConstraint("school_id", "channel", "address"),
        sa.UniqueConstraint("person_id", "channel"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    channel: str = Field(max_length=16)
    address: str = Field(max_length=64)
    person_id: int | None = belongs_to("person.id", nullable=True, index=False, default=None)
    state: AccountState = word(AccountState, default=AccountState.OPEN)
    state_at: datetime = instant()
    linked_at: datetime | None = instant(nullable=True, default=None)
    seen_at: datetime | None = instant(nullable=True, default=None)
    menu: str = Field(default="", max_length=64)


class LinkCode(SQLModel, table=True):
    """A one-time joining code, kept as a keyed hash; `claimed_by_id` is the chat that sent it."""

    __tablename__ = "link_code"
    __table_args__ = (sa.UniqueConstraint("school_id", "digest"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id")
    digest: str = Field(max_length=64)
    expires_at: datetime = instant()
    claimed_by_id: int | None = belongs_to("chat_account.id", nullable=True, default=None)
    used_at: datetime | None = instant(nullable=True, default=None)


class WrongCode(SQLModel, table=True):
    """A chat typed a joining code that does not hold; only when, never what was typed."""

    __tablename__ = "wrong_code"
    __table_args__ = (
        sa.Index("ix_wrong_code_school_id_typed_at", "school_id", "typed_at"),
        sa.Index("ix_wrong_code_account_id_typed_at", "account_id", "typed_at"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    account_id: int = belongs_to("chat_account.id", index=False)
    typed_at: datetime = instant()


class InboundEvent(SQLModel, table=True):
    """One event as it came in, stored before it was answered; it acts once, whatever is resent.

    `raw` is the event's JSON; `answer` the frozen answer until it has left (both are emptied then).
    """

    __tablename__ = "inbound_event"
    __table_args__ = (
        sa.UniqueConstraint("school_id", "channel", "event_key"),
        sa.Index("ix_inbound_event_state_received_at", "state", "received_at"),
        sa.Index("ix_inbound_event_account_id_state", "account_id", "state"),
    )

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    channel: str = Field(max_length=16)
    event_key: str = Field(max_length=64)
    received_at: datetime = instant()
    happened_at: datetime = instant()
    raw: bytes
    state: str = Field(default="received", max_length=16)
    done_at: datetime | None = instant(nullable=True, default=None)
    account_id: int | None = belongs_to("chat_account.id", nullable=True, default=None, index=False)
    answer: bytes | None = None
    problem: str = text(default="")
