"""Makes one person of two rows.

What was done stays in the audit under the row by which it was done: its entries are sealed. Hence
the row that went stays as well, without anything else, as somebody who has left.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from models.rulebooks import Rulebook
from models.rules.transfers import Traces, new_slots
from models.tables import (
    AuditEntry,
    ChatAccount,
    Decision,
    Person,
    Placement,
    ReceiptStatement,
    SchoolClass,
    Selection,
    Submission,
    Term,
)
from models.vocabulary import ItemKind, NoticeState, Silence

MERGED_AWAY = "merged away"
"""The deed under which a row that became one with another stands in the audit."""
SEALED = frozenset({"audit_entry"})
"""Tables that go on naming the row that went."""
KEPT_COUNTS = frozenset(
    {
        "decision",
        "done_claim",
        "enrolment",
        "mute",
        "preference",
        "pupil_year",
        "role",
    }
)
"""Tables with one row a person and thing: where both have it, that of the row that stays counts."""
LOOKED_AFTER = frozenset(
    {"chat_account", "extension", "notice", "placement", "receipt_statement", "selection"}
)
"""Tables with such rows for which there is a rule of its own, here or among the conflicts."""

_placement: sa.Table = Placement.__table__  # type: ignore[attr-defined]


async def traces(session: AsyncSession, person: Person) -> Traces:
    """Return what could stand against making a row one with another."""
    channels = await session.scalars(
        sa.select(col(ChatAccount.channel)).where(col(ChatAccount.person_id) == person.id)
    )
    statements = await session.execute(
        sa.select(col(Submission.id), col(Term.year), col(Term.semester), col(Submission.round))
        .join(ReceiptStatement, col(ReceiptStatement.submission_id) == col(Submission.id))
        .join(Term, col(Term.id) == col(Submission.term_id))
        .where(col(ReceiptStatement.person_id) == person.id)
    )
    decisions = await session.execute(
        sa.select(col(Decision.stage), col(Decision.scope), col(Decision.choice)).where(
            col(Decision.person_id) == person.id
        )
    )
    selected: dict[tuple[int, ItemKind], set[int]] = defaultdict(set)
    for row in await _selections(session, person.id):
        selected[row.year, row.kind].add(row.slot)
    return Traces(
        person.id,
        person.name,
        person.kind,
        person.departed,
        frozenset(channels),
        {id_: f"{year}-{semester}" for id_, year, semester, _ in statements},
        {(stage, scope): choice for stage, scope, choice in decisions},
        {key: frozenset(slots) for key, slots in selected.items()},
    )


async def caps(
    session: AsyncSession, rulebook: Rulebook, person: Person, both: tuple[Traces, Traces]
) -> dict[tuple[int, ItemKind], int]:
    """Return how many works a pupil may select in each year in which either row has any."""
    rows: Any = await session.execute(
        sa.select(col(SchoolClass.year), col(SchoolClass.grade), col(SchoolClass.division))
        .join(Placement, col(Placement.class_id) == col(SchoolClass.id))
        .where(col(Placement.person_id) == person.id)
    )
    sat = {year: (division, grade) for year, grade, division in rows}
    return {
        (year, kind): rulebook.caps_for(*sat.get(year, (None, None))).selected(kind).at_most
        for year, kind in both[0].selected.keys() | both[1].selected.keys()
    }


async def held_in(session: AsyncSession, person_id: int) -> frozenset[str]:
    """Return the tables that say anything of a person, by name; never how much."""
    columns = [(name, column) for name, column in naming_people() if name not in SEALED]
    asked = [sa.select(column).where(column == person_id).exists() for _, column in columns]
    row = (await session.execute(sa.select(*asked))).one()
    return frozenset(name for (name, _), there in zip(columns, row, strict=True) if there)


async def merge(
    session: AsyncSession, kept: Person, gone: Person, both: tuple[Traces, Traces]
) -> None:
    """Let everything that is of `gone` be of `kept`, who are both locked; `both` are their traces.

    Nothing may stand against it (models/rules/transfers.py).
    """
    await _void_codes(session, gone.id)
    await _leave_places(session, kept.id, gone.id)
    await _settle_notices(session, kept.id, gone.id)
    await _keep_later_ends(session, kept.id, gone.id)
    await _select_beside(session, kept.id, gone.id, both)
    for name, column in naming_people():
        if name in SEALED:
            continue
        for others in one_a_person(column):
            await session.execute(_twins(column, others, kept.id, gone.id))
        await session.execute(
            sa.update(column.table).where(column == gone.id).values({column.name: kept.id})
        )
    gone.departed = True
    await session.flush()


async def became(session: AsyncSession, school_id: int, person_id: int) -> int | None:
    """Return the person with whom a row became one; None where it never did, or came back."""
    found = (
        sa.select(col(AuditEntry.thing))
        .where(
            col(AuditEntry.school_id) == school_id,
            col(AuditEntry.person_id) == person_id,
            col(AuditEntry.deed) == MERGED_AWAY,
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    thing = await session.scalar(found)
    return int(thing.removeprefix("person:")) if thing else None


def naming_people() -> Iterator[tuple[str, "sa.Column[Any]"]]:
    """Yield every column that names a person, with its table's name, in one order."""
    for name, table in sorted(SQLModel.metadata.tables.items()):
        for column in table.columns:
            if any(each.target_fullname == "person.id" for each in column.foreign_keys):
                yield name, column


def one_a_person(column: "sa.Column[Any]") -> Iterator[list["sa.Column[Any]"]]:
    """Yield, for each rule that something is there once a person, what else it goes by."""
    rules = [each for each in column.table.constraints if isinstance(each, sa.UniqueConstraint)]
    for rule in rules:
        if column.name in rule.columns:
            yield [each for each in rule.columns if each is not column]


def _twins(
    column: "sa.Column[Any]", others: list["sa.Column[Any]"], kept: int, gone: int
) -> sa.Delete:
    """Build the deletion of what `gone` has and `kept` has as well."""
    twin = column.table.alias("twin")
    same = [twin.c[each.name] == each for each in others]
    there = sa.select(sa.literal(1)).where(twin.c[column.name] == kept, *same).exists()
    return sa.delete(column.table).where(column == gone, there)


async def _void_codes(session: AsyncSession, gone: int) -> None:
    """Forget the joining codes of the row that goes: their slips name a number that is no more."""
    codes = SQLModel.metadata.tables["link_code"]
    await session.execute(
        sa.delete(codes).where(codes.c.person_id == gone, codes.c.used_at.is_(None))
    )


async def _leave_places(session: AsyncSession, kept: int, gone: int) -> None:
    """Give up the places of `gone` in years in which `kept` has one: a pupil has one a year."""
    own, other = _placement.alias("own"), SchoolClass.__table__.alias("other")  # type: ignore[attr-defined]
    years = (
        sa.select(other.c.year)
        .join(own, own.c.class_id == other.c.id)
        .where(own.c.person_id == kept)
    )
    rooms = sa.select(col(SchoolClass.id)).where(col(SchoolClass.year).in_(years))
    await session.execute(
        sa.delete(_placement).where(
            _placement.c.person_id == gone, _placement.c.class_id.in_(rooms)
        )
    )


async def _settle_notices(session: AsyncSession, kept: int, gone: int) -> None:
    """Say nothing twice: of two notices about one occasion, at most one is still to be said."""
    notice = SQLModel.metadata.tables["notice"]
    twin = notice.alias("twin")

    def about_the_same(whose: int, *more: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        same = (twin.c.person_id == whose, twin.c.occasion == notice.c.occasion, *more)
        return sa.select(sa.literal(1)).where(*same).exists()

    silent = {"state": NoticeState.SKIPPED, "silence": Silence.SUPERSEDED}
    waits = notice.c.state == NoticeState.WAITING
    said = twin.c.state.in_((NoticeState.TOLD, NoticeState.BUNDLED))
    for condition in (
        (notice.c.person_id == kept, waits, about_the_same(gone, said)),
        (notice.c.person_id == gone, waits, about_the_same(kept)),
    ):
        await session.execute(sa.update(notice).where(*condition).values(silent))
    await session.execute(
        sa.update(notice)
        .where(notice.c.person_id == gone, about_the_same(kept))
        .values(occasion=notice.c.occasion + f"/of-{gone}")
    )


async def _keep_later_ends(session: AsyncSession, kept: int, gone: int) -> None:
    """Drop an end of `kept` where `gone` was granted a later one: nobody loses time by this."""
    extension = SQLModel.metadata.tables["extension"]
    twin = extension.alias("twin")
    later = sa.select(sa.literal(1)).where(
        twin.c.person_id == gone,
        twin.c.window_id == extension.c.window_id,
        twin.c.closes_at > extension.c.closes_at,
    )
    await session.execute(sa.delete(extension).where(extension.c.person_id == kept, later.exists()))


async def _select_beside(
    session: AsyncSession, kept: int, gone: int, both: tuple[Traces, Traces]
) -> None:
    """Move what `gone` has selected into slots that `kept` has free."""
    slots: dict[tuple[int, ItemKind], Mapping[int, int]] = {
        key: new_slots(both[0].selected.get(key, ()), theirs)
        for key, theirs in both[1].selected.items()
    }
    for row in await _selections(session, gone):
        row.slot = slots[row.year, row.kind][row.slot]
        row.person_id = kept
    await session.flush()


async def _selections(session: AsyncSession, person_id: int) -> list[Selection]:
    found = (
        select(Selection)
        .where(col(Selection.person_id) == person_id)
        .order_by(col(Selection.year), col(Selection.kind), col(Selection.slot))
    )
    return list((await session.execute(found)).scalars())
