"""How a school words its messages, and the reminders that are held back one by one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; every school says what the product says."""
    op.create_table(
        "held_occasion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(length=120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_held_occasion_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_occasion")),
        sa.UniqueConstraint(
            "school_id", "occasion", name=op.f("uq_held_occasion_school_id_occasion")
        ),
    )
    op.create_table(
        "message_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["console_user.id"], name=op.f("fk_message_wording_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_message_wording_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_wording")),
        sa.UniqueConstraint(
            "school_id",
            "kind",
            "locale",
            "msgid",
            "version",
            name=op.f("uq_message_wording_school_id_kind_locale_msgid_version"),
        ),
    )
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wordings", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Go back; what schools worded themselves is gone, and nothing is held back one by one."""
    with op.batch_alter_table("school", schema=None) as batch_op:
        batch_op.drop_column("wordings")

    op.drop_table("message_wording")
    op.drop_table("held_occasion")
