"""Appeals about certifications; and who gave more time to whom, by which decision."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
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
    "slip_entered",
    "data_stale",
)
_GRANTS_OF_ROWS = """
INSERT INTO extension_grant (school_id, window_id, whom, person_id, people, closes_at, reason,
                             reference, by_id, granted_at)
SELECT school_id, window_id, 'person', person_id, 1, closes_at, reason, '', by_id, granted_at
FROM extension
"""
_ROWS_OF_GRANTS = """
UPDATE extension SET grant_id = (
    SELECT extension_grant.id FROM extension_grant
    WHERE extension_grant.person_id = extension.person_id
      AND extension_grant.window_id = extension.window_id
)
"""


def upgrade() -> None:
    """Go forward; whoever has more time has it by a grant of their own."""
    op.create_table(
        "extension_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column(
            "whom",
            sa.Enum(
                "person",
                "class",
                "school",
                name="extendedto",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_extension_grant_by_id")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["school_class.id"], name=op.f("fk_extension_grant_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_extension_grant_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_extension_grant_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["console_user.id"], name=op.f("fk_extension_grant_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["timetable_window.id"], name=op.f("fk_extension_grant_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_grant")),
    )
    with op.batch_alter_table("extension_grant", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_extension_grant_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_extension_grant_school_id"), ["school_id"], unique=False
        )

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "granted",
                "explained",
                name="appealstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_appeal_certification_id")
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["console_user.id"], name=op.f("fk_appeal_deputy_id")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["course_outcome.id"], name=op.f("fk_appeal_outcome_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["console_user.id"], name=op.f("fk_appeal_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_appeal_school_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_appeal_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeal_outcome_id"), ["outcome_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_appeal_school_id_state", ["school_id", "state"], unique=False)
        batch_op.create_index(
            "uq_appeal_open",
            ["outcome_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("grant_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("before_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_extension_grant_id"), ["grant_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_extension_before_id"), "extension_grant", ["before_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_extension_grant_id"), "extension_grant", ["grant_id"], ["id"]
        )

    op.execute(_GRANTS_OF_ROWS)
    op.execute(_ROWS_OF_GRANTS)
    _allow((*KINDS, "appeal_settled"))


def downgrade() -> None:
    """Go back; what was said of appeals is gone."""
    op.execute("DELETE FROM notice WHERE kind = 'appeal_settled'")
    op.execute("DELETE FROM mute WHERE kind = 'appeal_settled'")
    _allow(KINDS)
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_extension_grant_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_extension_before_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_extension_grant_id"))
        batch_op.drop_column("before_id")
        batch_op.drop_column("grant_id")

    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeal_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_appeal_school_id_state")
        batch_op.drop_index(batch_op.f("ix_appeal_person_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_outcome_id"))

    op.drop_table("appeal")
    with op.batch_alter_table("extension_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_grant_school_id"))
        batch_op.drop_index(batch_op.f("ix_extension_grant_person_id"))

    op.drop_table("extension_grant")


def _allow(kinds: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these kinds of notices."""
    for table, name in (("notice", "ck_notice_noticekind"), ("mute", "ck_mute_noticekind")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column("kind").in_(kinds))
