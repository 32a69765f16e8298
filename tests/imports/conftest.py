"""A school without people on both engines, and taking files over as the command does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.imports import csvs
from bot.imports.columns import load
from bot.imports.reading import read
from bot.imports.receipts import Round
from bot.imports.taking import Parcel, Report, Subject, Terms, take
from models.rulebooks import shipped
from models.store import Store
from models.tables import School
from tests.imports.files import Row, csv_text
from tests.support.kept import kept_store

NOW = datetime(2026, 10, 1, 2, 0, tzinfo=UTC)

Take = Callable[..., Awaitable[Report]]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Give a store over each kind of database."""
    async with kept_store(database_url) as store:
        yield store


@pytest.fixture
async def school(store: Store) -> School:
    """Give a school that has a rulebook and nobody in it."""
    row = School(code="060402", name="測試高中", rulebook=shipped()["caotun"].read_text("utf-8"))
    async with store.writing() as session:
        session.add(row)
    return row


@pytest.fixture
def take_over(store: Store, school: School) -> Take:
    """Give a function that takes rows or a file over and returns the report.

    Rows become the text of a CSV file, read here: only a file may be hostile and gets a process.
    """

    async def taken(
        subject: Subject,
        what: Sequence[Row] | Path,
        *,
        now: datetime = NOW,
        columns: Path | None = None,
        of: Round | None = None,
        **terms: object,
    ) -> Report:
        sheets = read(what) if isinstance(what, Path) else csvs.read(csv_text(what).encode())
        parcel = Parcel(subject, sheets, load(columns), of)
        return await take(store, school, parcel, Terms(**terms), now=now)  # type: ignore[arg-type]

    return taken
