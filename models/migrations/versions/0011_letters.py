"""letters: on paper, with codes; a posted one is a delivery to no account."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
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
    "office_digest",
    "account_linked",
    "joining_paused",
    "quota_short",
    "quota_spent",
    "quota_differs",
    "answer_kept",
)


def upgrade() -> None:
    """Go forward; every delivery until now went to an account."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("deadline_at", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_letter_delivery_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_letter_school_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["receipt_statement.id"], name=op.f("fk_letter_statement_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["timetable_window.id"], name=op.f("fk_letter_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("school_id", "code", name=op.f("uq_letter_school_id_code")),
        sa.UniqueConstraint(
            "statement_id",
            "version",
            "deadline_at",
            name=op.f("uq_letter_statement_id_version_deadline_at"),
        ),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_delivery_id"), ["delivery_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_window_id"), ["window_id"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_check_constraint(
            batch_op.f("ck_delivery_to_an_account"), "account_id IS NOT NULL OR channel = 'paper'"
        )

    _allow((*KINDS, "slip_entered"))


def downgrade() -> None:
    """Go back; letters and what was said of their slips are gone."""
    op.execute("DELETE FROM notice WHERE kind = 'slip_entered'")
    op.execute("DELETE FROM mute WHERE kind = 'slip_entered'")
    op.execute("UPDATE letter SET delivery_id = NULL")
    op.execute(
        "DELETE FROM notice WHERE delivery_id IN (SELECT id FROM delivery WHERE channel = 'paper')"
    )
    op.execute("DELETE FROM delivery WHERE channel = 'paper'")
    _allow(KINDS)
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_delivery_to_an_account"), type_="check")
        batch_op.alter_column("account_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_window_id"))
        batch_op.drop_index(batch_op.f("ix_letter_person_id"))
        batch_op.drop_index(batch_op.f("ix_letter_delivery_id"))

    op.drop_table("letter")


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these kinds of notices."""
    for table, name in (("notice", "ck_notice_noticekind"), ("mute", "ck_mute_noticekind")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column("kind").in_(kinds))
