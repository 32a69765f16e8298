"""A query is settled, a window that a rulebook drops is retired, the office has a digest."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
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
)
OLD_KINDS = ("query_raised",)
NEW_KINDS = ("query_settled", "office_digest")
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
)
NEW_SILENCES = ("window_retired",)


def upgrade() -> None:
    """Go forward; what told the registrar of one query is a digest of what waits."""
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.add_column(sa.Column("settled_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("settled_by_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("explanation", sa.Text(), nullable=False, server_default=""))
        batch_op.create_foreign_key(
            batch_op.f("fk_query_settled_by_id"), "person", ["settled_by_id"], ["id"]
        )
    with op.batch_alter_table("timetable_window", schema=None) as batch_op:
        batch_op.add_column(sa.Column("retired_at", sa.BigInteger(), nullable=True))
    _allow(KINDS + OLD_KINDS + NEW_KINDS, SILENCES + NEW_SILENCES)
    op.execute("UPDATE notice SET kind = 'office_digest' WHERE kind = 'query_raised'")
    _allow(KINDS + NEW_KINDS, SILENCES + NEW_SILENCES)


def downgrade() -> None:
    """Go back; what only the newer words can say is gone with them."""
    op.execute("DELETE FROM notice WHERE kind IN ('query_settled', 'office_digest')")
    op.execute("UPDATE notice SET silence = 'superseded' WHERE silence = 'window_retired'")
    _allow(KINDS + OLD_KINDS, SILENCES)
    with op.batch_alter_table("timetable_window", schema=None) as batch_op:
        batch_op.drop_column("retired_at")
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_query_settled_by_id"), type_="foreignkey")
        batch_op.drop_column("explanation")
        batch_op.drop_column("settled_by_id")
        batch_op.drop_column("settled_at")


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
