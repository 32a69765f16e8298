"""Caps: how many works there may be, with exceptions for some semesters, grades and divisions."""

from collections.abc import Iterator
from dataclasses import fields

from models.rulebooks.citing import NO_CLAUSE, Documents
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import Cap, CapException, Caps, Scope
from models.rulebooks.whom import Everybody

CAP_KEYS = tuple(field.name for field in fields(Caps))
_BY_SEMESTER = "outcomes_uploaded_per_semester"
_MOST_WORKS = 999


def caps_in(
    table: Table, everybody: Everybody, documents: Documents
) -> tuple[Caps, tuple[CapException, ...]]:
    """Return a school's caps and their exceptions; the later exception counts."""
    caps = Caps(**{key: _cap(table, key, documents, required=True) for key in CAP_KEYS})
    by_division = _of_divisions(table.table("divisions"), everybody, documents)
    exceptions = (*by_division, *_exceptions(table, everybody, documents))
    table.done()
    return caps, exceptions


def _of_divisions(
    table: Table, everybody: Everybody, documents: Documents
) -> Iterator[CapException]:
    for division in everybody.divisions:
        own = table.table(division)
        caps = _given(own, documents)
        own.done()
        if caps:
            yield CapException(Scope(divisions=(division,)), caps)
    table.done()


def _exceptions(table: Table, everybody: Everybody, documents: Documents) -> Iterator[CapException]:
    for own in table.tables("exceptions"):
        scope = everybody.scope_in(own)
        caps = _given(own, documents)
        if not caps:
            own.notes.add(own.path, Expected.SOME_CAP, choices="、".join(CAP_KEYS))
        for key in caps:
            if scope.semesters and key != _BY_SEMESTER:
                own.problem(key, Expected.YEARLY_CAP)
        own.done()
        yield CapException(scope, caps)


def _given(table: Table, documents: Documents) -> dict[str, Cap]:
    caps: dict[str, Cap] = {}
    for key in CAP_KEYS:
        table.ask(key)
        if table.has(key):
            caps[key] = _cap(table, key, documents)
    return caps


def _cap(table: Table, key: str, documents: Documents, *, required: bool = False) -> Cap:
    if table.has(key) and not table.holds_table(key):
        table.ask(key)
        table.problem(key, Expected.A_CAP)
        return Cap(0, NO_CLAUSE)
    own = table.table(key, required=required)
    cap = Cap(own.number("at_most", 0, _MOST_WORKS), documents.clause(own))
    own.done()
    return cap
