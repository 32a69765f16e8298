"""Compares a list of works from the school's platform with those that are stored.

Our store is the record of what was done through it: what a pupil or a teacher did here is never
undone by a file. Where the platform says something else, rules/importing/reconciling.py says whose
word counts, and the difference is told.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from models.rules.importing.comparison import (
    MOST_LEAVING,
    Alarm,
    Comparison,
    Danger,
    Item,
    Mismatch,
    paired,
)
from models.rules.importing.known import (
    KnownCourse,
    KnownOutcome,
    KnownPerformance,
    KnownPerson,
    KnownWorks,
)
from models.rules.importing.problems import Reason
from models.rules.importing.pupils import pupil_of
from models.rules.importing.reconciling import Ours, Theirs, reconcile
from models.rules.importing.records import OutcomeRow, PerformanceRow
from models.rules.importing.selected import Slots
from models.vocabulary import CourseTaking, Difference, ItemKind, OutcomeState

_FILE = ("title", "summary", "file_name", "file_size", "file_hash")


def compare(
    outcomes: Sequence[OutcomeRow],
    performances: Sequence[PerformanceRow],
    known: KnownWorks,
    *,
    now: datetime,
    data_at: datetime | None = None,
) -> Comparison:
    """Return what taking the works over would change; `data_at` is when the file was true."""
    comparing = _Comparing(known, now, data_at or now)
    comparing.outcomes(outcomes)
    comparing.performances(performances)
    comparing.age(len(outcomes) + len(performances))
    return comparing.outcome


class _Comparing:
    def __init__(self, known: KnownWorks, now: datetime, data_at: datetime) -> None:
        self.known = known
        self.now = now
        self.data_at = data_at
        self.outcome = Comparison()
        self._slots = Slots(known, self.outcome, now)
        self._courses = _by_term(known.courses)
        self._course_ids = {course.id: course for course in known.courses}
        self._numbers = {person.id: number for number, person in known.people.items()}

    def age(self, rows: int) -> None:
        """Tell of a file that is older than what was imported before."""
        if self.known.true_at is not None and self.data_at < self.known.true_at:
            self.outcome.alarms.append(Alarm(Danger.OLDER_DATA, rows, rows))

    def outcomes(self, rows: Sequence[OutcomeRow]) -> None:
        """Note the changes of course outcomes."""
        wanted: dict[tuple[int, int], list[OutcomeRow]] = defaultdict(list)
        seen: dict[tuple[int, int, str], int] = {}
        for row in rows:
            pupil = pupil_of(row, self.known.people, self.outcome)
            course = pupil and self._course(row, pupil)
            if not pupil or not course:
                continue
            key = pupil.id, course.id, row.title
            if key in seen:
                self._twice(row, seen[key])
            else:
                seen[key] = row.place.row
                wanted[pupil.id, course.id].append(row)
        stored: dict[tuple[int, int], list[KnownOutcome]] = defaultdict(list)
        for work in self.known.outcomes:
            stored[work.person_id, work.course_id].append(work)
        missing: list[KnownOutcome] = []
        for (pupil_id, course_id), some in wanted.items():
            pairs, gone, new = paired(
                stored.pop((pupil_id, course_id), ()),
                some,
                (lambda work: work.title, lambda row: row.title),
                (lambda work: work.file_hash or None, lambda row: row.file_hash or None),
            )
            missing += gone
            for work, row in pairs:
                self._met_outcome(work, row)
            for row in new:
                self._new_outcome(pupil_id, self._course_ids[course_id], row)
        terms = {(row.term.year, row.term.semester) for row in rows}
        missing += [
            work
            for works in stored.values()
            for work in works
            if self._course_ids[work.course_id].term in terms
        ]
        known = sum(self._course_ids[work.course_id].term in terms for work in self.known.outcomes)
        self._missing(
            [
                (Item(ItemKind.OUTCOME, work.id, work.person_id), work.title, work.state)
                for work in missing
            ],
            known,
        )

    def performances(self, rows: Sequence[PerformanceRow]) -> None:
        """Note the changes of diverse performances."""
        wanted: dict[tuple[int, int, str], list[PerformanceRow]] = defaultdict(list)
        seen: dict[tuple[int, int, str, str, date | None], int] = {}
        for row in rows:
            pupil = pupil_of(row, self.known.people, self.outcome)
            if pupil is None:
                continue
            key = pupil.id, row.year, row.kind, row.title, row.happened_on
            if key in seen:
                self._twice(row, seen[key])
            else:
                seen[key] = row.place.row
                wanted[pupil.id, row.year, row.kind].append(row)
        stored: dict[tuple[int, int, str], list[KnownPerformance]] = defaultdict(list)
        for work in self.known.performances:
            stored[work.person_id, work.year, work.kind].append(work)
        missing: list[KnownPerformance] = []
        for (pupil_id, year, kind), some in wanted.items():
            pairs, gone, new = paired(
                stored.pop((pupil_id, year, kind), ()),
                some,
                (
                    lambda work: (work.title, work.happened_on),
                    lambda row: (row.title, row.happened_on),
                ),
                (lambda work: work.title, lambda row: row.title),
            )
            missing += gone
            for work, row in pairs:
                self.outcome.compared.add((ItemKind.PERFORMANCE, work.id))
                before = {name: getattr(work, name) for name in ("title", "happened_on", "details")}
                after = {name: getattr(row, name) for name in before}
                self.outcome.changes.update("performance", work.id, before, after)
                self._slots.fill(row, pupil_id, row.year, ItemKind.PERFORMANCE, work.id)
            for row in new:
                self._new_performance(pupil_id, row)
        years = {row.year for row in rows}
        missing += [work for works in stored.values() for work in works if work.year in years]
        known = sum(work.year in years for work in self.known.performances)
        self._missing(
            [
                (Item(ItemKind.PERFORMANCE, work.id, work.person_id), work.title, "")
                for work in missing
            ],
            known,
        )

    def _course(self, row: OutcomeRow, pupil: KnownPerson) -> KnownCourse | None:
        """Return the course that a work was made in: of those with its code or name, the pupil's.

        A work whose pupil left the course since is found by its title.
        """
        term = row.term.year, row.term.semester
        named = [
            course
            for course in self._courses.get((term, row.course_code or row.course_name), ())
            if not row.course_name or course.name == row.course_name
        ]
        column = "course_code" if row.course_code else "course_name"
        said = row.course_code or row.course_name
        if not named:
            self.outcome.object(row.place, column, said, Reason.UNKNOWN_COURSE)
            return None
        own = [course for course in named if (course.id, pupil.id) in self.known.enrolled]
        if not own:
            self.outcome.object(row.place, column, said, Reason.NOT_ENROLLED)
            return None
        if len(own) > 1:
            self.outcome.object(row.place, column, said, Reason.AMBIGUOUS_COURSE)
            return None
        return own[0]

    def _met_outcome(self, work: KnownOutcome, row: OutcomeRow) -> None:
        self.outcome.compared.add((ItemKind.OUTCOME, work.id))
        ours = Ours(
            work.state,
            work.title,
            work.file_name,
            work.file_hash,
            work.touched_at,
            work.withdrawn,
        )
        theirs = Theirs(row.state, row.title, row.file_name, row.file_hash)
        verdict = reconcile(ours, theirs, self.data_at)
        self.outcome.mismatches += [
            Mismatch(
                told.difference,
                row.pupil,
                work.title,
                told.ours,
                told.theirs,
                row.place,
                Item(ItemKind.OUTCOME, work.id, work.person_id),
                told.taken,
            )
            for told in verdict.told
        ]
        after: dict[str, Any] = _for_lists(row)
        if verdict.takes_file:
            after |= {name: getattr(row, name) for name in _FILE}
        if verdict.takes_state and work.state is not row.state:
            after |= {"state": row.state, **self._moments(row.state, work)}
        if any(getattr(work, name) != value for name, value in after.items()):
            after["version"] = work.version + 1
            before = {name: getattr(work, name) for name in after}
            self.outcome.changes.update("course_outcome", work.id, before, after)
        if after.get("state", work.state) is OutcomeState.CERTIFIED:
            self._slots.fill(row, work.person_id, row.term.year, ItemKind.OUTCOME, work.id)

    def _new_outcome(self, pupil_id: int, course: KnownCourse, row: OutcomeRow) -> None:
        values = {
            "school_id": self.known.school_id,
            "person_id": pupil_id,
            "course_id": course.id,
            "term_id": self.known.terms[course.term],
            **{name: getattr(row, name) for name in _FILE},
            "state": row.state,
            "version": 1,
            "taking": CourseTaking.SEMESTER,
            "details": {},
            **_for_lists(row),
            **self._moments(row.state),
        }
        work_id = self.outcome.changes.insert("course_outcome", values)
        self._slots.fill(row, pupil_id, row.term.year, ItemKind.OUTCOME, work_id)

    def _new_performance(self, pupil_id: int, row: PerformanceRow) -> None:
        values = {
            "school_id": self.known.school_id,
            "person_id": pupil_id,
            "year": row.year,
            "kind": row.kind,
            "title": row.title,
            "happened_on": row.happened_on,
            "details": row.details,
        }
        work_id = self.outcome.changes.insert("performance", values)
        self._slots.fill(row, pupil_id, row.year, ItemKind.PERFORMANCE, work_id)

    def _moments(
        self, state: OutcomeState, work: KnownOutcome | None = None
    ) -> dict[str, datetime | None]:
        """Return when we learned of a state: the files do not say when it came about."""
        uploaded_at = work.uploaded_at if work else None
        requested_at = work.requested_at if work else None
        if state is not OutcomeState.DRAFT:
            uploaded_at = uploaded_at or self.now
        if state is OutcomeState.AWAITING:
            requested_at = self.now
        return {"uploaded_at": uploaded_at, "requested_at": requested_at}

    def _twice(self, row: OutcomeRow | PerformanceRow, first: int) -> None:
        self.outcome.object(row.place, "title", row.title, Reason.TWICE, str(first))

    def _missing(self, works: Sequence[tuple[Item, str, str]], known: int) -> None:
        """Tell which stored works the file lacks: they stay, since nothing here deletes a work."""
        self.outcome.mismatches += [
            Mismatch(
                Difference.NOT_IN_FILE, self._numbers[item.person_id], title, state, "", None, item
            )
            for item, title, state in works
        ]
        self.outcome.compared |= {(item.kind, item.id) for item, _, _ in works}
        self.outcome.alarm_above(MOST_LEAVING, Danger.WORKS_MISSING, len(works), known)


def _for_lists(row: OutcomeRow) -> dict[str, Any]:
    """Return what only the name lists need, as far as the file says it; nothing here decides it."""
    said = {"taking": row.taking, "details": row.details}
    return {name: value for name, value in said.items() if value is not None}


def _by_term(
    courses: Sequence[KnownCourse],
) -> dict[tuple[tuple[int, int], str], list[KnownCourse]]:
    """Return the courses by term and code, and by term and name."""
    found: dict[tuple[tuple[int, int], str], list[KnownCourse]] = defaultdict(list)
    for course in courses:
        for said in {course.code, course.name} - {""}:
            found[course.term, said].append(course)
    return found
