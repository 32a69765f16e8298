"""Schools of any size for the benchmarks: pupils in classes, each with a chat account."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from models.rulebooks import shipped
from models.store import Store
from models.tables import ChatAccount, Person, Placement, School, SchoolClass, Term, Window
from models.vocabulary import AccountState, PersonKind, Stage

OPENS_AT = datetime(2024, 8, 29, 16, tzinfo=UTC)
CLOSES_AT = datetime(2025, 2, 3, 16, tzinfo=UTC)
BEFORE = datetime(2025, 1, 19, 16, tzinfo=UTC)
"""Midnight in Taipei, before the morning on which the reminder of 14 days falls due."""
AFTER = BEFORE + timedelta(hours=12)
TO_A_CLASS = 30


async def gather(store: Store, *, schools: int, pupils: int) -> None:
    """Write so many schools of so many pupils each, with an upload window about to close."""
    rulebook = shipped()["caotun"].read_text("utf-8")
    for number in range(100, 100 + schools):
        await _one_school(store, number, pupils, rulebook)
    if not store.is_sqlite:  # its autovacuum does so within a minute, which is too late here
        async with store.writing() as session:
            await session.execute(sa.text("ANALYZE"))


async def _one_school(store: Store, school: int, pupils: int, rulebook: str) -> None:
    first = school * 10_000
    people = range(first, first + pupils)
    own = {"school_id": school}
    classes = range(school * 100, school * 100 + -(-pupils // TO_A_CLASS))
    async with store.writing() as session:
        for table, rows in (
            (School, [_school(school, rulebook)]),
            (Term, [{"id": school, "year": 113, "semester": 1, **own}]),
            (Window, [_window(school)]),
            (SchoolClass, [_class(number, school) for number in classes]),
            (Person, [_person(number, school) for number in people]),
            (Placement, [_placement(number, first, school) for number in people]),
            (ChatAccount, [_account(number, school) for number in people]),
        ):
            await session.execute(sa.insert(_table(table)), rows)


def _table(row: type[SQLModel]) -> sa.Table:
    table: sa.Table = row.__table__  # type: ignore[attr-defined]
    return table


def _school(number: int, rulebook: str) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"{number:06}",
        "name": "",
        "rulebook": rulebook,
        "planned_until": BEFORE,
    }


def _window(school: int) -> dict[str, Any]:
    return {
        "id": school,
        "school_id": school,
        "term_id": school,
        "stage": Stage.UPLOAD,
        "grades": "1,2,3",
        "round": 1,
        "opens_at": OPENS_AT,
        "closes_at": CLOSES_AT,
        "source": "computed",
        "because": "",
        "version": 1,
    }


def _class(number: int, school: int) -> dict[str, Any]:
    return {
        "id": number,
        "school_id": school,
        "year": 113,
        "grade": number % 3 + 1,
        "name": str(number),
        "division": "day",
    }


def _person(number: int, school: int) -> dict[str, Any]:
    return {
        "id": number,
        "school_id": school,
        "kind": PersonKind.PUPIL,
        "number": f"{number:09}",
        "name": "王小明",
        "locale": "zh_Hant_TW",
        "departed": False,
    }


def _placement(number: int, first: int, school: int) -> dict[str, Any]:
    room, seat = divmod(number - first, TO_A_CLASS)
    return {
        "school_id": school,
        "person_id": number,
        "class_id": school * 100 + room,
        "seat": seat + 1,
    }


def _account(number: int, school: int) -> dict[str, Any]:
    return {
        "school_id": school,
        "channel": "line",
        "address": f"U{number:032x}",
        "person_id": number,
        "state": AccountState.OPEN,
        "state_at": OPENS_AT,
        "linked_at": OPENS_AT,
        "menu": "",
    }
