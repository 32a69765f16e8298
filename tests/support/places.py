"""Where a conversation is played: a chat app, and a database of the test's own.

What is said and tapped is one text for every app; a test asks for the places it is played at.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

LINE, TELEGRAM = "line", "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat app, and the address of a migrated database."""

    app: str
    database_url: str


@pytest.fixture(params=["line-sqlite", "line-postgresql", "telegram-sqlite"])
def place(request: pytest.FixtureRequest) -> Place:
    """Give every app, and every kind of database."""
    return _given(request)


@pytest.fixture(params=["line-sqlite", "telegram-sqlite"])
def light_place(request: pytest.FixtureRequest) -> Place:
    """Give every app on SQLite, where the database makes no difference."""
    return _given(request)


@pytest.fixture(params=["line-sqlite", "line-postgresql", "telegram-sqlite", "telegram-postgresql"])
def any_place(request: pytest.FixtureRequest) -> Place:
    """Give every app on every kind of database, where both together could make a difference."""
    return _given(request)


def _given(request: pytest.FixtureRequest) -> Place:
    app, _, engine = request.param.partition("-")
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[engine]
    return Place(app, request.getfixturevalue(fixture))
