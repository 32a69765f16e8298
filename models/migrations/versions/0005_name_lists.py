"""Name lists that were exported, officer records, and what a work's course was taken as."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TAKINGS = ("semester", "make_up", "retaken", "repeated_year", "transferred", "guest")


def upgrade() -> None:
    """Go forward; every work that is there was made in a course of its own semester."""
    op.create_table(
        "name_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("semester", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("exported_at", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_name_list_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_list")),
    )
    with op.batch_alter_table("name_list", schema=None) as batch_op:
        batch_op.create_index(
            "ix_name_list_school_year_code", ["school_id", "year", "semester", "code"], unique=False
        )

    op.create_table(
        "name_list_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name_list_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "outcome",
                "performance",
                "course_record",
                "officer_record",
                name="statementpart",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sheet", sa.String(length=31), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["name_list_id"], ["name_list.id"], name=op.f("fk_name_list_line_name_list_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_name_list_line_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_name_list_line_school_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_name_list_line")),
        sa.UniqueConstraint(
            "name_list_id",
            "part",
            "item_id",
            name=op.f("uq_name_list_line_name_list_id_part_item_id"),
        ),
    )
    with op.batch_alter_table("name_list_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_name_list_line_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "officer_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("position", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.String(length=40), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_officer_record_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_officer_record_school_id")
        ),
        sa.ForeignKeyConstraint(["term_id"], ["term.id"], name=op.f("fk_officer_record_term_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_record")),
    )
    with op.batch_alter_table("officer_record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_officer_record_person_id"), ["person_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_officer_record_school_id"), ["school_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_officer_record_term_id"), ["term_id"], unique=False)

    with op.batch_alter_table("course_outcome", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("taking", sa.String(length=32), nullable=False, server_default="semester")
        )
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.create_check_constraint(
            batch_op.f("ck_course_outcome_coursetaking"), sa.column("taking").in_(TAKINGS)
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("course_outcome", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_course_outcome_coursetaking"), type_="check")
        batch_op.drop_column("details")
        batch_op.drop_column("taking")

    with op.batch_alter_table("officer_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_officer_record_term_id"))
        batch_op.drop_index(batch_op.f("ix_officer_record_school_id"))
        batch_op.drop_index(batch_op.f("ix_officer_record_person_id"))

    op.drop_table("officer_record")
    with op.batch_alter_table("name_list_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_list_line_person_id"))

    op.drop_table("name_list_line")
    with op.batch_alter_table("name_list", schema=None) as batch_op:
        batch_op.drop_index("ix_name_list_school_year_code")

    op.drop_table("name_list")
