"""announcements: messages to a whole school that two people let out, and why one was called off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    "upload_due",
    "certification_due",
    "selection_due",
    "receipt_due",
    "receipt_opened",
    "last_call_repeated",
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
    "query_settled",
    "appeal_settled",
    "slip_entered",
    "office_digest",
    "account_linked",
    "joining_paused",
    "quota_short",
    "quota_spent",
    "quota_differs",
    "answer_kept",
    "data_stale",
)
SILENCES = (
    "nothing_outstanding",
    "decided",
    "no_account",
    "blocked",
    "muted",
    "superseded",
    "said_done",
    "stale_data",
    "extended",
    "deadline_moved",
    "deadline_passed",
    "window_retired",
    "quota",
    "capped",
    "refused",
    "expired",
    "unknown",
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "announcement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "asked",
                "sent_back",
                "approved",
                "leaving",
                "stopped",
                name="announcementstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("wanted_at", sa.BigInteger(), nullable=True),
        sa.Column("undo_minutes", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("listed", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("leaves_at", sa.BigInteger(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.Column("stopped_by_id", sa.Integer(), nullable=True),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["console_user.id"], name=op.f("fk_announcement_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["console_user.id"], name=op.f("fk_announcement_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_announcement_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["stopped_by_id"], ["console_user.id"], name=op.f("fk_announcement_stopped_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
    )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_announcement_school_id_written_at", ["school_id", "written_at"], unique=False
        )
        batch_op.create_index(
            "ix_announcement_state_leaves_at", ["state", "leaves_at"], unique=False
        )
    _allow((*KINDS, "school_announced", "announcement_asked"), (*SILENCES, "called_off"))


def downgrade() -> None:
    """Go back; announcements are gone, with what was said of them."""
    op.execute(
        "DELETE FROM notice WHERE silence = 'called_off' "
        "OR kind IN ('school_announced', 'announcement_asked')"
    )
    op.execute("DELETE FROM mute WHERE kind IN ('school_announced', 'announcement_asked')")
    _allow(KINDS, SILENCES)
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_index("ix_announcement_state_leaves_at")
        batch_op.drop_index("ix_announcement_school_id_written_at")

    op.drop_table("announcement")


def _allow(kinds: tuple[str, ...], silences: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these kinds of notices, and these reasons."""
    for table, name, column, words in (
        ("notice", "ck_notice_noticekind", "kind", kinds),
        ("mute", "ck_mute_noticekind", "kind", kinds),
        ("notice", "ck_notice_silence", "silence", silences),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column(column).in_(words))
