"""The audit's hash chain: an entry's place in its school's chain, and its seal."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; entries from before are sealed by the worker's first tick."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("seal", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(
            batch_op.f("uq_audit_entry_school_id_position"), ["school_id", "position"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_audit_entry_sealed_in_place"), "(position IS NULL) = (seal IS NULL)"
        )
        batch_op.create_index(
            "ix_audit_entry_unsealed",
            ["school_id", "id"],
            unique=False,
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_unsealed")
        batch_op.drop_constraint(batch_op.f("ck_audit_entry_sealed_in_place"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_audit_entry_school_id_position"), type_="unique")
        batch_op.drop_column("seal")
        batch_op.drop_column("position")
