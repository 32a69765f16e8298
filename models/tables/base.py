"""What every table shares: column types for instants, days and closed words, and the metadata."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC datetime in and out, stored as whole microseconds since 1970 on every engine.

    SQLite's own DateTime drops the zone, and text of two shapes compares wrongly; an integer does
    neither, and orders and indexes the same on SQLite and PostgreSQL.
    """

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Refuse a naive datetime; keep microseconds exactly."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        return None if value is None else from_micros(value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(value: datetime) -> int:
    """Return whole microseconds since 1970; raises ValueError for a datetime without a zone."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    delta = value - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(value: int) -> datetime:
    """Return the aware UTC datetime of so many microseconds since 1970."""
    seconds, micros = divmod(value, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros)


def instant(*, nullable: bool = False, index: bool = False, **more: Any) -> Any:
    """Declare a column that holds an instant."""
    return Field(sa_type=Instant, nullable=nullable, index=index, **more)


def word(enum: type[StrEnum], *, nullable: bool = False, index: bool = False, **more: Any) -> Any:
    """Declare a column that holds one word of a closed set, checked by the database as text."""
    kind = sa.Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        name=enum.__name__.lower(),
        length=32,
    )
    return Field(sa_type=kind, nullable=nullable, index=index, **more)


def text(*, nullable: bool = False, **more: Any) -> Any:
    """Declare a column of text without a length."""
    return Field(sa_type=sa.Text, nullable=nullable, **more)


def belongs_to(target: str, *, nullable: bool = False, index: bool = True, **more: Any) -> Any:
    """Declare a foreign key to `table.id`."""
    return Field(foreign_key=target, nullable=nullable, index=index, **more)


__all__ = [
    "Instant",
    "belongs_to",
    "date",
    "datetime",
    "from_micros",
    "instant",
    "text",
    "to_micros",
    "word",
]
