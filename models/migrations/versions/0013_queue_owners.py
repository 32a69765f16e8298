"""Somebody of the office takes a query or a question, and somebody stands in for them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deputy_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_query_owner_id"), "console_user", ["owner_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_query_deputy_id"), "console_user", ["deputy_id"], ["id"]
        )

    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("deputy_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_question_owner_id"), "console_user", ["owner_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_question_deputy_id"), "console_user", ["deputy_id"], ["id"]
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_question_deputy_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_question_owner_id"), type_="foreignkey")
        batch_op.drop_column("deputy_id")
        batch_op.drop_column("owner_id")

    with op.batch_alter_table("query", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_query_deputy_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_query_owner_id"), type_="foreignkey")
        batch_op.drop_column("deputy_id")
        batch_op.drop_column("owner_id")
