"""What a channel says of a month's counted messages is kept; what rode free on an answer, too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "upload_due",
    "certification_due",
    "selection_due",
    "receipt_due",
    "receipt_opened",
    "receipt_deemed_confirmed",
    "item_certified",
    "item_returned",
    "certification_withdrawn",
    "certification_requested",
    "teacher_nudged",
    "pupil_nudged",
    "class_digest",
    "deadline_moved",
    "deadline_extended",
    "question_answered",
    "account_linked",
    "joining_paused",
    "answer_kept",
    "query_settled",
    "office_digest",
    "last_call_repeated",
)
NEW_KINDS = ("quota_short", "quota_spent", "quota_differs")


def upgrade() -> None:
    """Go forward; whatever was sent until now was counted."""
    op.create_table(
        "quota_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("foretold_at", sa.BigInteger(), nullable=False),
        sa.Column("ahead", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_quota_reading_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_reading")),
        sa.UniqueConstraint(
            "school_id", "channel", "month", name=op.f("uq_quota_reading_school_id_channel_month")
        ),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("free", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    _allow(KINDS + NEW_KINDS)


def downgrade() -> None:
    """Go back; what only the newer words can say is gone with them."""
    op.execute("DELETE FROM notice WHERE kind IN ('quota_short', 'quota_spent', 'quota_differs')")
    op.execute("UPDATE notice SET silence = NULL WHERE state = 'waiting'")
    _allow(KINDS)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_column("free")

    op.drop_table("quota_reading")


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these kinds of notices."""
    for table, name in (("notice", "ck_notice_noticekind"), ("mute", "ck_mute_noticekind")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column("kind").in_(kinds))
