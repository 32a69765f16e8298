"""A person's messages are counted by day and week, and that may be why somebody is not told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

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
    "unknown",
)
NEW_SILENCES = ("capped",)


def upgrade() -> None:
    """Go forward; the new index finds by person alone as well."""
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_person_id"))
        batch_op.create_index("ix_delivery_person_id_created_at", ["person_id", "created_at"])
    _allow(SILENCES + NEW_SILENCES)


def downgrade() -> None:
    """Go back; what only the newer word can say becomes the nearest older one."""
    op.execute("UPDATE notice SET silence = 'deadline_passed' WHERE silence = 'capped'")
    _allow(SILENCES)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_person_id_created_at")
        batch_op.create_index(batch_op.f("ix_delivery_person_id"), ["person_id"])


def _allow(silences: tuple[str, ...]) -> None:
    """Let the ledger hold exactly these reasons."""
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_notice_silence"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_notice_silence"), sa.column("silence").in_(silences)
        )
