"""Who signs in to the console, as what, and the sessions that this opens."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, instant, text, word
from models.vocabulary import ConsoleRole


class ConsoleUser(SQLModel, table=True):
    """Somebody who may sign in to the console, by a password or by the school's own sign-in.

    `sign_in` is the e-mail address they type, in small letters; `password` an argon2id hash, None
    until they chose one; `totp` the secret of their second factor, encrypted, and `totp_step` the
    last time step whose code was taken, so that no code is taken twice. `person_id` is who they
    are at the school where they are somebody there.
    """

    __tablename__ = "console_user"

    id: int = Field(default=None, primary_key=True)
    sign_in: str = Field(max_length=120, unique=True)
    name: str = Field(max_length=80)
    person_id: int | None = belongs_to("person.id", nullable=True, default=None)
    password: str | None = text(nullable=True, default=None)
    totp: bytes | None = None
    totp_step: int | None = None
    created_at: datetime = instant()
    disabled_at: datetime | None = instant(nullable=True, default=None)


class ConsoleGrant(SQLModel, table=True):
    """A role that somebody has in the console of a school; without a school, of all of it.

    `scope` narrows it: a class's name for a homeroom teacher, a kind of list for a submitter, a
    division for a department head; empty means all.
    """

    __tablename__ = "console_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "school_id", "role", "scope"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = belongs_to("console_user.id", index=False)
    school_id: int | None = belongs_to("school.id", nullable=True, default=None)
    role: ConsoleRole = word(ConsoleRole)
    scope: str = Field(default="", max_length=64)
    granted_at: datetime = instant()


class ConsoleSession(SQLModel, table=True):
    """A browser that is signed in; `digest` is the hash of the token that only its cookie holds.

    `confirmed` is whether the second factor was given; `via` is how they signed in.
    """

    __tablename__ = "console_session"

    id: int = Field(default=None, primary_key=True)
    user_id: int = belongs_to("console_user.id")
    digest: str = Field(max_length=64, unique=True)
    via: str = Field(max_length=16)
    confirmed: bool = False
    created_at: datetime = instant()
    seen_at: datetime = instant()
    ends_at: datetime = instant(index=True)


class ConsoleInvitation(SQLModel, table=True):
    """A link that works once, to choose a first or a new password; kept as a hash."""

    __tablename__ = "console_invitation"

    id: int = Field(default=None, primary_key=True)
    user_id: int = belongs_to("console_user.id")
    digest: str = Field(max_length=64, unique=True)
    expires_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True, default=None)


class RecoveryCode(SQLModel, table=True):
    """A code that stands in once for a lost second factor; kept as a keyed hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("user_id", "digest"),)

    id: int = Field(default=None, primary_key=True)
    user_id: int = belongs_to("console_user.id", index=False)
    digest: str = Field(max_length=64)
    used_at: datetime | None = instant(nullable=True, default=None)


class FailedSignIn(SQLModel, table=True):
    """A try to sign in that failed: keyed hashes of the name typed and of the caller's address."""

    __tablename__ = "failed_sign_in"
    __table_args__ = (
        sa.Index("ix_failed_sign_in_name_at", "name", "at"),
        sa.Index("ix_failed_sign_in_address_at", "address", "at"),
    )

    id: int = Field(default=None, primary_key=True)
    name: str = Field(max_length=64)
    address: str = Field(max_length=64)
    at: datetime = instant()


class IdentityProvider(SQLModel, table=True):
    """A school's own sign-in by OpenID Connect; the secret is encrypted.

    `domain` is the hosted domain that Google has to name (`hd`); empty where the issuer serves
    this school alone.
    """

    __tablename__ = "identity_provider"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False, unique=True)
    label: str = Field(max_length=40)
    issuer: str = Field(max_length=200)
    client_id: str = Field(max_length=200)
    client_secret: bytes
    domain: str = Field(default="", max_length=120)
