"""Compares a list of officers with the records that are stored: the file is all there is of a term.

Staff enter officer records on the school's platform, and nobody does anything to them here: what
the file no longer has is taken out.
"""

from collections.abc import Sequence
from datetime import date

from models.rules.importing.comparison import MOST_LEAVING, Comparison, Danger
from models.rules.importing.known import KnownOfficer, KnownOfficers
from models.rules.importing.problems import Reason
from models.rules.importing.pupils import pupil_of
from models.rules.importing.records import OfficerRow

_MORE = ("rank", "ends_on")

Key = tuple[int, int, str, str, date | None]
"""Whose office it is, of which term, what it is, and since when."""


def compare(rows: Sequence[OfficerRow], known: KnownOfficers) -> Comparison:
    """Return what taking the officers over would change."""
    outcome = Comparison()
    stored = {_key_of(record): record for record in known.records}
    seen: dict[Key, int] = {}
    for row in rows:
        pupil = pupil_of(row, known.people, outcome)
        term_id = known.terms.get((row.term.year, row.term.semester))
        if term_id is None:
            outcome.object(row.place, "semester", str(row.term), Reason.UNKNOWN_TERM)
        if pupil is None or term_id is None:
            continue
        key = pupil.id, term_id, row.unit, row.position, row.begins_on
        if key in seen:
            outcome.object(row.place, "position", row.position, Reason.TWICE, str(seen[key]))
            continue
        seen[key] = row.place.row
        values = {
            "school_id": known.school_id,
            "person_id": pupil.id,
            "term_id": term_id,
            "unit": row.unit,
            "position": row.position,
            "begins_on": row.begins_on,
        }
        more = {name: getattr(row, name) for name in _MORE}
        record = stored.get(key)
        if record is None:
            outcome.changes.insert("officer_record", {**values, **more})
        else:
            before = {name: getattr(record, name) for name in _MORE}
            outcome.changes.update("officer_record", record.id, before, more)
    _take_out(outcome, known, seen)
    return outcome


def _take_out(outcome: Comparison, known: KnownOfficers, seen: dict[Key, int]) -> None:
    """Delete what the file no longer has, of the terms that it is about."""
    terms = {term_id for _, term_id, *_ in seen}
    ours = [record for record in known.records if record.term_id in terms]
    gone = [record for record in ours if _key_of(record) not in seen]
    for record in gone:
        outcome.changes.delete("officer_record", _values_of(record, known.school_id))
    outcome.alarm_above(MOST_LEAVING, Danger.OFFICERS_REMOVED, len(gone), len(ours))


def _key_of(record: KnownOfficer) -> Key:
    return record.person_id, record.term_id, record.unit, record.position, record.begins_on


def _values_of(record: KnownOfficer, school_id: int) -> dict[str, object]:
    return {
        "id": record.id,
        "school_id": school_id,
        "person_id": record.person_id,
        "term_id": record.term_id,
        "unit": record.unit,
        "position": record.position,
        "rank": record.rank,
        "begins_on": record.begins_on,
        "ends_on": record.ends_on,
    }
