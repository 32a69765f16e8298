"""Follows each work of a pupil through all stages: rows in, the derived step of each work out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.queries import items, receipts, selections
from models.queries.receipts import Receipt
from models.rules.lifecycle import Step, Trail, step_of_outcome, step_of_performance
from models.rules.receipt import Standing
from models.tables import Person, Selection, Submission, Term
from models.vocabulary import ItemKind, PerformanceKind, QueryState, StatementPart


@dataclass(frozen=True, slots=True)
class Work:
    """A work and how far it has come; `on` is the day it was uploaded or happened, if known."""

    kind: ItemKind
    id: int
    title: str
    about: str | PerformanceKind
    term_name: str
    on: datetime | date | None
    step: Step


@dataclass(frozen=True, slots=True)
class _Tracks:
    """What the pupil selected and the school submitted, and the statements that came back."""

    selections: Sequence[Selection]
    submitted: dict[int, list[datetime]]
    receipts: Sequence[Receipt]
    now: datetime

    def trail(self, kind: ItemKind, item_id: int, title: str) -> Trail:
        """Return what happened to a work after it could be selected."""
        selection = self._selection(kind, item_id)
        if selection is None:
            return Trail()
        times = self.submitted.get(selection.year, [])
        if not any(selection.selected_at < at <= self.now for at in times):
            return Trail(selected=True)
        standing, query = self._acknowledged(StatementPart(kind.value), title, selection.year)
        return Trail(selected=True, submitted=True, standing=standing, query=query)

    def _selection(self, kind: ItemKind, item_id: int) -> Selection | None:
        for row in self.selections:
            if row.kind is kind and item_id in (row.outcome_id, row.performance_id):
                return row
        return None

    def _acknowledged(
        self, part: StatementPart, title: str, year: int
    ) -> tuple[Standing | None, QueryState | None]:
        """Return the standing of the latest statement with this work's line, and its query."""
        for found in self.receipts:
            line = found.line_of(part, title) if found.term.year == year else None
            if line is not None:
                query = found.query_on(line.id)
                return found.standing(self.now), query.state if query else None
        return None, None


async def of_pupil(session: AsyncSession, pupil: Person, now: datetime) -> list[Work]:
    """Return every work of a pupil with its step, the latest term first; outcomes come first."""
    tracks = _Tracks(
        await selections.chosen(session, pupil),
        await _submitted(session, pupil.school_id),
        await receipts.of_pupil(session, pupil),
        now,
    )
    outcomes = [
        Work(
            ItemKind.OUTCOME,
            own.id,
            own.title,
            own.course.name,
            own.term_name,
            own.outcome.uploaded_at,
            step_of_outcome(own.state, tracks.trail(ItemKind.OUTCOME, own.id, own.title)),
        )
        for own in await items.outcomes_of(session, pupil)
    ]
    performances = [
        Work(
            ItemKind.PERFORMANCE,
            row.id,
            row.title,
            row.kind,
            str(row.year),
            row.happened_on,
            step_of_performance(tracks.trail(ItemKind.PERFORMANCE, row.id, row.title)),
        )
        for row in await items.performances_of(session, pupil)
    ]
    return outcomes + performances


async def step_of(session: AsyncSession, pupil: Person, outcome_id: int, now: datetime) -> Step:
    """Return the step of one of the pupil's own course outcomes."""
    own = await items.own(session, pupil, outcome_id)
    tracks = _Tracks(
        await selections.chosen(session, pupil, own.term.year),
        await _submitted(session, pupil.school_id),
        await receipts.of_pupil(session, pupil),
        now,
    )
    return step_of_outcome(own.state, tracks.trail(ItemKind.OUTCOME, own.id, own.title))


async def _submitted(session: AsyncSession, school_id: int) -> dict[int, list[datetime]]:
    """Return when the school submitted, by academic year."""
    found = await session.execute(
        sa.select(col(Term.year), col(Submission.submitted_at))
        .join(Term, col(Term.id) == col(Submission.term_id))
        .where(col(Submission.school_id) == school_id)
    )
    times: dict[int, list[datetime]] = {}
    for year, at in found:
        times.setdefault(year, []).append(at)
    return times
