"""What pupils selected of the year 112 so far, what they decided, and their performances."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from random import Random

from bot.demo.seed.feats import Feat, performance
from bot.demo.seed.moments import STARTS_AT, TERM_STARTED_ON, THIS, some_time
from bot.demo.seed.people import Folk, Pupil
from bot.demo.seed.rows import Row, Rows
from models.rulebooks import Caps
from models.tables import CourseOutcome, Decision, Performance, PupilYear, Selection
from models.vocabulary import Choice, ItemKind, OutcomeState, PerformanceKind, Stage

YEAR = 112
_YEARS = {
    112: (date(2023, 9, 1), date(2024, 7, 20), (1, 3, 4, 5, 6, 8, 12)),
    113: (date(2024, 8, 5), date(2024, 9, 14), (0, 0, 1, 1, 2)),
}
"""By academic year: since when, until when, and how many performances pupils have."""

_SELECTING = date(2024, 9, 2), date(2024, 9, 14)
_DECIDED, _BEGUN = 0.42, 0.64
_WANT_NOTHING = 0.06
_NO_UPLOADS = 0.04

_ON_STAGE: tuple[Feat, ...] = (
    (PerformanceKind.COMPETITION, "校園程式設計競賽", date(2024, 4, 18), {"獎項": "佳作"}),
    (PerformanceKind.OFFICER, "班級資訊股長", date(2024, 2, 19), {"職務": "資訊股長"}),
    (PerformanceKind.SERVICE, "貓羅溪淨溪活動", date(2024, 3, 23), {"時數": 4}),
    (PerformanceKind.LICENCE, "工業電子丙級技術士", date(2024, 6, 30), {"發照單位": "勞動部"}),
    (PerformanceKind.GROUP_ACTIVITY, "攝影社", date(2023, 9, 15), {"節數": 18}),
    (PerformanceKind.FLEXIBLE_TIME, "自主學習：影片剪輯", date(2024, 3, 1), {"節數": 12}),
    (PerformanceKind.WORK, "草屯攝影集", date(2024, 5, 20), {"日期": "2024-05-20"}),
)


def add_performances(rows: Rows, dice: Random, folk: Folk) -> None:
    """Add the diverse performances of all pupils in the years they have been here."""
    for cohort in folk.cohorts:
        for year, (since, until, counts) in _YEARS.items():
            for pupil in cohort.pupils if cohort.grade_in(year) >= 1 else ():
                if pupil.is_on_stage:
                    _add_given(rows, pupil, year)
                    continue
                taken: set[str] = set()
                for _ in range(dice.choice(counts)):
                    kind, title, day, details = performance(dice, since, until, taken)
                    taken.add(title)
                    _add_performance(rows, pupil, year, (kind, title, day, details))


def add_choices(rows: Rows, dice: Random, folk: Folk, caps: Caps) -> None:
    """Add what pupils selected and decided until the demonstration begins."""
    outcomes, performances = _selectable(rows)
    for cohort in folk.cohorts:
        for pupil in cohort.pupils:
            if dice.random() < _NO_UPLOADS and not pupil.is_on_stage:
                _decide(rows, pupil, (Stage.UPLOAD, str(THIS)), Choice.NOTHING, _when(dice))
            if cohort.grade_in(YEAR) < 1:
                continue
            works = {
                ItemKind.OUTCOME: outcomes[pupil.id],
                ItemKind.PERFORMANCE: performances[pupil.id],
            }
            if pupil.is_on_stage:
                some = {kind: ids[:3] for kind, ids in works.items()}
                _select(rows, dice, pupil, some)
            else:
                _choose(rows, dice, pupil, works, caps)


def _choose(
    rows: Rows, dice: Random, pupil: Pupil, works: dict[ItemKind, list[int]], caps: Caps
) -> None:
    fate = dice.random()
    if fate >= _BEGUN or not any(works.values()):
        return
    if fate < _DECIDED * _WANT_NOTHING:
        _decide(rows, pupil, (Stage.SELECTION, str(YEAR)), Choice.NOTHING, _when(dice))
        return
    finished = fate < _DECIDED
    chosen = {
        kind: _some_of(dice, ids, caps.selected(kind).at_most, finished)
        for kind, ids in works.items()
    }
    last_at = _select(rows, dice, pupil, chosen)
    if finished:
        _decide(rows, pupil, (Stage.SELECTION, str(YEAR)), Choice.DONE, last_at)


def _some_of(dice: Random, ids: list[int], most: int, finished: bool) -> list[int]:
    """Return what is selected: nearly everything that may be, or a beginning."""
    most = min(most, len(ids))
    least = (most + 1) // 2 if finished else 0
    return dice.sample(ids, dice.randint(least, most if finished else (most + 1) // 2))


def _select(
    rows: Rows, dice: Random, pupil: Pupil, chosen: Mapping[ItemKind, list[int]]
) -> datetime:
    """Add selections into slots, and return when the last was made."""
    at = _when(dice)
    count = 0
    for kind, ids in chosen.items():
        for slot, item_id in enumerate(ids, start=1):
            is_outcome = kind is ItemKind.OUTCOME
            rows.add(
                Selection,
                person_id=pupil.id,
                year=YEAR,
                kind=kind,
                slot=slot,
                outcome_id=item_id if is_outcome else None,
                performance_id=None if is_outcome else item_id,
                selected_at=at,
            )
            count += 1
    if count:
        rows.add(PupilYear, person_id=pupil.id, year=YEAR, version=count)
    return at


def _selectable(rows: Rows) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return the certified outcomes and the performances of the year, by pupil."""
    outcomes: dict[int, list[int]] = defaultdict(list)
    for row in rows.of(CourseOutcome):
        if _is_selectable(row):
            outcomes[row["person_id"]].append(row["id"])
    performances: dict[int, list[int]] = defaultdict(list)
    for row in rows.of(Performance):
        if row["year"] == YEAR:
            performances[row["person_id"]].append(row["id"])
    return outcomes, performances


def _is_selectable(row: Row) -> bool:
    return row["state"] is OutcomeState.CERTIFIED and row["uploaded_at"].date() < TERM_STARTED_ON


def _decide(
    rows: Rows, pupil: Pupil, about: tuple[Stage, str], choice: Choice, at: datetime
) -> None:
    rows.add(
        Decision, person_id=pupil.id, stage=about[0], scope=about[1], choice=choice, decided_at=at
    )


def _when(dice: Random) -> datetime:
    return min(some_time(dice, *_SELECTING), STARTS_AT)


def _add_given(rows: Rows, pupil: Pupil, year: int) -> None:
    if year == YEAR:
        for feat in _ON_STAGE:
            _add_performance(rows, pupil, year, feat)


def _add_performance(rows: Rows, pupil: Pupil, year: int, feat: Feat) -> None:
    kind, title, day, details = feat
    rows.add(
        Performance,
        person_id=pupil.id,
        year=year,
        kind=kind,
        title=title,
        happened_on=day,
        details=details,
    )
