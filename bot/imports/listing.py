"""Lists what an import would change, line by line, as people read it: whom or what, from, to.

Rows that say something about the same person, work or statement are one line. What only the
program needs (versions, when we learned of something) is not told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.imports.sentences import COUNTED
from bot.imports.things import POINTS, Change, Key, Part, Pool, Thing, pool_of, things_of
from handlers import labels
from handlers.words import N_, Words
from models.rules.importing.changes import ORDER, Changes, Values
from models.vocabulary import OutcomeState, PerformanceKind, PersonKind

_COLUMNS = {
    "name": N_("name"),
    "class_id": N_("class"),
    "seat": N_("seat"),
    "grade": N_("grade"),
    "division": N_("division"),
    "homeroom_teacher_id": N_("homeroom teacher"),
    "teacher_id": N_("teacher"),
    "title": N_("title"),
    "summary": N_("summary"),
    "file_name": N_("file name"),
    "file_hash": N_("file"),
    "state": N_("state"),
    "taking": N_("kind of taking"),
    "details": N_("other columns"),
    "happened_on": N_("day"),
    "rank": N_("rank"),
    "begins_on": N_("first day"),
    "ends_on": N_("last day"),
}
"""The columns that are told; of long ones and of hashes only that they are others."""
_ONLY_THAT = ("summary", "file_hash", "taking", "details")
_KINDS = {PersonKind.PUPIL: N_("pupil"), PersonKind.STAFF: N_("member of staff")}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes: what it is, which one, and how."""

    change: Change
    table: str
    what: str
    which: str
    details: Sequence[str]


async def lines(
    session: AsyncSession,
    school_id: int,
    changes: Changes,
    words: Words,
    divisions: Mapping[str, str],
) -> list[Line]:
    """Return a line for everything that changes; what is gone first, what is new last."""
    pool = await pool_of(session, school_id, changes)
    teller = _Teller(pool, words, divisions)
    told = [teller.line(key, thing) for key, thing in things_of(changes, pool).items()]
    order = list(Change)
    return sorted(
        told, key=lambda one: (order.index(one.change), ORDER.index(one.table), one.which)
    )


class _Teller:
    """Says what changes, in the words of a language."""

    def __init__(self, pool: Pool, words: Words, divisions: Mapping[str, str]) -> None:
        self._pool, self._words, self._divisions = pool, words, divisions

    def line(self, key: Key, thing: Thing) -> Line:
        """Return the line of one thing."""
        table, id_ = key
        row = self._pool[table].get(id_, {})
        details = [said for part in thing.parts for said in self._part(part)]
        return Line(thing.change, table, self._what(table, row), self.name(table, id_), details)

    def name(self, table: str, id_: int | None) -> str:
        """Return what people call a row."""
        row = self._pool[table].get(id_) if id_ is not None else None
        if row is None:
            return "–"
        if table == "person":
            return f"{row['number']} {row['name']}"
        if table == "school_class":
            return f"{row['name']}（{row['year']}）"
        if table == "term":
            return f"{row['year']}-{row['semester']}"
        if table == "course":
            return f"{row['name']} {self.name('term', row['term_id'])}"
        return self._of_person(table, row)

    def _of_person(self, table: str, row: Values) -> str:
        """Return what people call something of a person's: whose it is, and what."""
        whose = self.name("person", row.get("person_id"))
        if table == "enrolment":
            return f"{whose} · {self.name('course', row['course_id'])}"
        if table == "officer_record":
            return f"{whose} · {row['unit']} {row['position']}"
        return f"{whose} · {row['title']}" if row.get("title") else whose

    def _what(self, table: str, row: Values) -> str:
        kind = row.get("kind")
        if table == "person" and kind is not None:
            return self._words.say(_KINDS[PersonKind(kind)])
        if table == "performance" and kind is not None:
            return labels.word(PerformanceKind(kind), self._words)
        return self._words.say(COUNTED[table])

    def _part(self, part: Part) -> list[str]:
        say = self._words.say
        if part.table == "role":
            return [say("gets the rights of the registrar's office")]
        if part.table == "selection":
            return [say("is selected")]
        if part.table == "receipt_line":
            return [self._receipt_line(part)]
        if part.after is None:
            return []
        if part.before is None:
            return self._fresh(part.table, part.after)
        return self._differing(part.before, part.after)

    def _receipt_line(self, part: Part) -> str:
        """Return a line of a statement as it comes, goes, or changes."""
        if part.after is None:
            return self._words.say("without: {line}", line=_entry(part.row))
        if part.before is None:
            return _entry(part.row)
        new = _entry({**part.row, **part.after})
        return f"{_entry({**part.row, **part.before})} → {new}"

    def _fresh(self, table: str, row: Values) -> list[str]:
        """Return what a new row says besides its name."""
        told = {
            "person": (),
            "placement": ("class_id", "seat"),
            "school_class": ("grade", "division", "homeroom_teacher_id"),
            "course": ("teacher_id",),
            "course_outcome": ("state",),
            "performance": ("happened_on",),
            "officer_record": ("rank",),
        }.get(table, ())
        if table == "course_outcome":
            course = self.name("course", row["course_id"])
            return [course, *self._said(row, told)]
        if table == "officer_record":
            return [self.name("term", row["term_id"]), *self._said(row, told)]
        return self._said(row, told)

    def _said(self, row: Values, columns: Sequence[str]) -> list[str]:
        return [
            f"{self._words.say(_COLUMNS[each])} {self._value(each, row[each])}"
            for each in columns
            if row.get(each) not in (None, "")
        ]

    def _differing(self, before: Values, after: Values) -> list[str]:
        told = []
        for column, new in after.items():
            if column == "departed":
                left = self._words.say("is marked as departed")
                told.append(left if new else self._words.say("came back"))
            elif column in _ONLY_THAT:
                what = self._words.say(_COLUMNS[column])
                told.append(self._words.say("{what}: other than before", what=what))
            elif column in _COLUMNS:
                what = self._words.say(_COLUMNS[column])
                old = self._value(column, before[column])
                told.append(f"{what} {old} → {self._value(column, new)}")
        return told

    def _value(self, column: str, value: Any) -> str:
        """Return a value as people write it."""
        if column in POINTS:
            return self.name(POINTS[column], value)
        if value in (None, ""):
            return self._words.say("(empty)")
        if column == "division":
            return self._divisions.get(value, str(value))
        if column == "state":
            return labels.word(OutcomeState(value), self._words)
        if isinstance(value, date) and not isinstance(value, datetime):
            return self._words.day(value)
        return str(value)


def _entry(row: Values) -> str:
    detail = f"（{row['detail']}）" if row.get("detail") else ""
    return f"{row.get('title', '')}{detail}"
