"""A person on two channels prefers one; what one refused goes to the other, and the last call too."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
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
)
NEW_KINDS = ("last_call_repeated",)
SILENCES = (
    "nothing_outstanding",
    "decided",
    "no_account",
    "blocked",
    "muted",
    "superseded",
    "said_done",
    "extended",
    "deadline_moved",
    "deadline_passed",
    "quota",
    "refused",
    "expired",
    "window_retired",
)
NEW_SILENCES = ("unknown",)


def upgrade() -> None:
    """Go forward; nobody prefers a channel yet."""
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("channel", sa.String(length=16), nullable=False, server_default="")
        )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_notice_refused_id"), "delivery", ["refused_id"], ["id"]
        )
    _allow(KINDS + NEW_KINDS, SILENCES + NEW_SILENCES)


def downgrade() -> None:
    """Go back; what only the newer words can say is gone with them."""
    op.execute("DELETE FROM notice WHERE kind = 'last_call_repeated'")
    op.execute("UPDATE notice SET silence = 'expired' WHERE silence = 'unknown'")
    _allow(KINDS, SILENCES)
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_notice_refused_id"), type_="foreignkey")
        batch_op.drop_column("refused_id")
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_column("channel")


def _allow(kinds: tuple[str, ...], silences: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these words."""
    for table, column, name, words in (
        ("notice", "kind", "ck_notice_noticekind", kinds),
        ("notice", "silence", "ck_notice_silence", silences),
        ("mute", "kind", "ck_mute_noticekind", kinds),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column(column).in_(words))
