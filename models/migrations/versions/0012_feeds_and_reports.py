"""feeds and reports: secret calendars, what differs after an import, and how old data is."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
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
)
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
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_calendar_feed_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_feed_person_id", ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calendar_feed_school_id"), ["school_id"], unique=False)

    op.create_table(
        "discrepancy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "item_kind",
            sa.Enum(
                "outcome",
                "performance",
                name="itemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "difference",
            sa.Enum(
                "certified_there",
                "not_certified_there",
                "withdrawn_here",
                "state",
                "title",
                "file",
                "selection",
                "not_in_file",
                name="difference",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ours", sa.String(length=200), nullable=False),
        sa.Column("theirs", sa.String(length=200), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_discrepancy_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_discrepancy_school_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["person.id"], name=op.f("fk_discrepancy_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy")),
        sa.UniqueConstraint(
            "school_id",
            "item_kind",
            "item_id",
            "difference",
            name=op.f("uq_discrepancy_school_id_item_kind_item_id_difference"),
        ),
    )
    with op.batch_alter_table("discrepancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_discrepancy_person_id"), ["person_id"], unique=False)

    op.create_table(
        "import_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data_at", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("found", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["import_run.id"], name=op.f("fk_import_report_run_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_import_report_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_report")),
    )
    with op.batch_alter_table("import_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_report_run_id"), ["run_id"], unique=False)
        batch_op.create_index("ix_import_report_school_id_at", ["school_id", "at"], unique=False)

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data_at", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("timetable_window", schema=None) as batch_op:
        batch_op.add_column(sa.Column("changed_at", sa.BigInteger(), nullable=True))

    _allow((*KINDS, "data_stale"), (*SILENCES, "stale_data"))


def downgrade() -> None:
    """Go back; what was withheld for stale data stays withheld, for a reason that is gone."""
    op.execute("DELETE FROM notice WHERE kind = 'data_stale'")
    op.execute("DELETE FROM mute WHERE kind = 'data_stale'")
    op.execute("UPDATE notice SET silence = 'superseded' WHERE silence = 'stale_data'")
    _allow(KINDS, SILENCES)
    with op.batch_alter_table("timetable_window", schema=None) as batch_op:
        batch_op.drop_column("changed_at")

    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_column("data_at")

    with op.batch_alter_table("import_report", schema=None) as batch_op:
        batch_op.drop_index("ix_import_report_school_id_at")
        batch_op.drop_index(batch_op.f("ix_import_report_run_id"))

    op.drop_table("import_report")
    with op.batch_alter_table("discrepancy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_discrepancy_person_id"))

    op.drop_table("discrepancy")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_school_id"))
        batch_op.drop_index("ix_calendar_feed_person_id")

    op.drop_table("calendar_feed")


def _allow(kinds: tuple[str, ...], silences: tuple[str, ...]) -> None:
    """Let the ledger and the mutes hold exactly these words."""
    for table, name, column, words in (
        ("notice", "ck_notice_noticekind", "kind", kinds),
        ("mute", "ck_mute_noticekind", "kind", kinds),
        ("notice", "ck_notice_silence", "silence", silences),
    ):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
            batch_op.create_check_constraint(batch_op.f(name), sa.column(column).in_(words))
