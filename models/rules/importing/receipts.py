"""Compares the receipt statements of a submission round (收訖明細) with those that are stored.

A statement is taken whole or not at all: a line left out would be silently agreed to. Once somebody
has answered in a round, its statements stay: what is corrected comes as the next round.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from models.rules.importing.comparison import Comparison, Danger
from models.rules.importing.known import Entry, KnownReceipts, KnownSpan, KnownStatement
from models.rules.importing.problems import Reason
from models.rules.importing.pupils import pupil_of
from models.rules.importing.records import ReceiptRow
from models.rules.taipei import days_left

ENOUGH_DAYS = 3
"""A receipt window lasts at least so many days, the first and the last included (114函 point 6)."""
MOST_CHANGED = 0.05


def compare(
    rows: Sequence[ReceiptRow],
    known: KnownReceipts,
    *,
    incomplete: Collection[str] = (),
    now: datetime,
) -> Comparison:
    """Return what taking the statements over would change.

    `incomplete` are the numbers of pupils some of whose rows could not be read.
    """
    comparing = _Comparing(known, now)
    for pupil_id, lines in comparing.by_pupil(rows, incomplete).items():
        comparing.statement(pupil_id, lines)
    comparing.conclude()
    return comparing.outcome


class _Comparing:
    def __init__(self, known: KnownReceipts, now: datetime) -> None:
        self.known = known
        self.now = now
        self.outcome = Comparison()
        self._submission_id = known.submission_id
        self._mentioned: set[int] = set()
        self._new: set[int] = set()
        self._changed: set[int] = set()

    def by_pupil(
        self, rows: Sequence[ReceiptRow], incomplete: Collection[str]
    ) -> dict[int, list[ReceiptRow]]:
        """Return the rows of every pupil whose statement is complete."""
        found: dict[int, list[ReceiptRow]] = {}
        seen: dict[tuple[int, Entry], int] = {}
        broken = {person.id for number, person in self.known.people.items() if number in incomplete}
        self._mentioned |= broken
        for row in rows:
            pupil = pupil_of(row, self.known.people, self.outcome)
            if pupil is None:
                continue
            first = seen.setdefault((pupil.id, _entry(row)), row.place.row)
            if first != row.place.row:
                self.outcome.object(row.place, "title", row.title, Reason.TWICE, str(first))
                broken.add(pupil.id)
            found.setdefault(pupil.id, []).append(row)
        self._mentioned |= found.keys()
        return {pupil_id: some for pupil_id, some in found.items() if pupil_id not in broken}

    def statement(self, pupil_id: int, rows: Sequence[ReceiptRow]) -> None:
        """Note what changes about one pupil's statement, or why it cannot be taken."""
        stored = self.known.statements.get(pupil_id)
        lines = [_entry(row) for row in rows]
        if stored and sorted(lines) == sorted(line for _, _, line in stored.lines):
            return
        refusal = self._refusal(self.known.spans.get(pupil_id), stored)
        if refusal is not None:
            reason, hint = refusal
            self.outcome.object(rows[0].place, "pupil", rows[0].pupil, reason, hint)
        elif stored is None:
            self._insert(pupil_id, lines)
        else:
            self._change(pupil_id, stored, lines)

    def conclude(self) -> None:
        """Note the dangers, and what the file means for people."""
        known, told = self.known, self.outcome.told
        self.outcome.alarm_above(
            MOST_CHANGED, Danger.STATEMENTS_CHANGED, len(self._changed), len(known.statements)
        )
        touched = self._new | self._changed
        late = [pupil_id for pupil_id in touched if self._is_late(known.spans[pupil_id])]
        self.outcome.alarm_above(0, Danger.SHORT_NOTICE, len(late), len(touched))
        gone = {person.id for person in known.people.values() if person.departed}
        without = known.spans.keys() - known.statements.keys() - self._mentioned - gone
        counts = {
            "without_statement": len(without),
            "on_paper": len(touched & gone),
            "in_doubt": len(known.in_doubt & touched),
        }
        told.update({what: count for what, count in counts.items() if count})

    def _refusal(
        self, span: KnownSpan | None, stored: KnownStatement | None
    ) -> tuple[Reason, str] | None:
        """Return why a pupil's statement cannot be written, and what the reason needs."""
        if span is None:
            return Reason.NO_RECEIPT_WINDOW, ""
        if self.now >= span.closes_at:
            return Reason.RECEIPT_OVER, ""
        if stored is not None and self.known.begun:
            return Reason.ROUND_BEGUN, str(self.known.round + 1)
        return None

    def _is_late(self, span: KnownSpan) -> bool:
        """Tell whether a window is open already and leaves fewer days than the law wants."""
        days = days_left(span.closes_at, self.now) + 1
        return self.now >= span.opens_at and days < ENOUGH_DAYS

    def _insert(self, pupil_id: int, lines: Sequence[Entry]) -> None:
        statement_id = self.outcome.changes.insert(
            "receipt_statement",
            {
                "school_id": self.known.school_id,
                "submission_id": self._submission(),
                "person_id": pupil_id,
                "imported_at": self.now,
                "version": 1,
            },
        )
        self._lines(statement_id, lines, first=1)
        self._new.add(pupil_id)

    def _change(self, pupil_id: int, stored: KnownStatement, lines: Sequence[Entry]) -> None:
        """Write over a statement, line by line: a card that shows the earlier version is outdated.

        Lines keep their numbers, so that no moment has two of the same number.
        """
        changes = self.outcome.changes
        for (id_, _, before), after in zip(stored.lines, lines, strict=False):
            changes.update("receipt_line", id_, _columns(before), _columns(after))
        last = stored.lines[-1][1] if stored.lines else 0
        self._lines(stored.id, lines[len(stored.lines) :], first=last + 1)
        for id_, number, line in stored.lines[len(lines) :]:
            changes.delete(
                "receipt_line",
                {
                    "id": id_,
                    "school_id": self.known.school_id,
                    "statement_id": stored.id,
                    "number": number,
                    **_columns(line),
                },
            )
        version = stored.version
        changes.update(
            "receipt_statement", stored.id, {"version": version}, {"version": version + 1}
        )
        self._changed.add(pupil_id)

    def _lines(self, statement_id: int, lines: Sequence[Entry], *, first: int) -> None:
        for number, line in enumerate(lines, start=first):
            self.outcome.changes.insert(
                "receipt_line",
                {
                    "school_id": self.known.school_id,
                    "statement_id": statement_id,
                    "number": number,
                    **_columns(line),
                },
            )

    def _submission(self) -> int:
        """Return the round's submission, new with the first statement of the round."""
        if self._submission_id is None:
            self._submission_id = self.outcome.changes.insert(
                "submission",
                {
                    "school_id": self.known.school_id,
                    "term_id": self.known.term_id,
                    "round": self.known.round,
                    "submitted_at": self.now,
                },
            )
        return self._submission_id


def _entry(row: ReceiptRow) -> Entry:
    return row.part, row.title, row.detail


def _columns(line: Entry) -> dict[str, str]:
    return dict(zip(("part", "title", "detail"), line, strict=True))
