"""Every kind of message with example values, as it looks to somebody on an ordinary day.

What the office sees before anything leaves, and rewords, is drawn by the message itself: only the
person and what it is about are made up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from handlers.words import Own, Words
from models.queries.digests import ClassProgress
from models.queries.spoken import (
    Announced,
    Answered,
    Chosen,
    InQueue,
    Looked,
    Settled,
    Statement,
    Subjects,
    Verdict,
    Work,
)
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.rules.taipei import day_of, end_of
from models.tables import Term, Window
from models.vocabulary import (
    AppealState,
    Duty,
    NoticeKind,
    OutcomeState,
    QueryReason,
    QueryState,
    ReturnReason,
    Stage,
)
from scheduler.messages.scene import Scene

TO: Mapping[NoticeKind, Duty] = {
    NoticeKind.UPLOAD_DUE: Duty.PUPIL,
    NoticeKind.SELECTION_DUE: Duty.PUPIL,
    NoticeKind.RECEIPT_OPENED: Duty.PUPIL,
    NoticeKind.RECEIPT_DUE: Duty.PUPIL,
    NoticeKind.LAST_CALL_REPEATED: Duty.PUPIL,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED: Duty.PUPIL,
    NoticeKind.PUPIL_NUDGED: Duty.PUPIL,
    NoticeKind.ITEM_CERTIFIED: Duty.PUPIL,
    NoticeKind.ITEM_RETURNED: Duty.PUPIL,
    NoticeKind.CERTIFICATION_WITHDRAWN: Duty.PUPIL,
    NoticeKind.DEADLINE_MOVED: Duty.PUPIL,
    NoticeKind.DEADLINE_EXTENDED: Duty.PUPIL,
    NoticeKind.QUERY_SETTLED: Duty.PUPIL,
    NoticeKind.QUESTION_ANSWERED: Duty.PUPIL,
    NoticeKind.APPEAL_SETTLED: Duty.PUPIL,
    NoticeKind.SLIP_ENTERED: Duty.PUPIL,
    NoticeKind.ACCOUNT_LINKED: Duty.PUPIL,
    NoticeKind.CERTIFICATION_DUE: Duty.SUBJECT_TEACHER,
    NoticeKind.CERTIFICATION_REQUESTED: Duty.SUBJECT_TEACHER,
    NoticeKind.TEACHER_NUDGED: Duty.SUBJECT_TEACHER,
    NoticeKind.CLASS_DIGEST: Duty.HOMEROOM_TEACHER,
    NoticeKind.OFFICE_DIGEST: Duty.REGISTRAR,
    NoticeKind.QUOTA_SHORT: Duty.REGISTRAR,
    NoticeKind.QUOTA_SPENT: Duty.REGISTRAR,
    NoticeKind.QUOTA_DIFFERS: Duty.REGISTRAR,
    NoticeKind.DATA_STALE: Duty.REGISTRAR,
    NoticeKind.JOINING_PAUSED: Duty.REGISTRAR,
    NoticeKind.ANNOUNCEMENT_ASKED: Duty.REGISTRAR,
}
"""Whom each kind of message is for in the first place: the kinds that have an example."""
STAGES: Mapping[NoticeKind, Stage] = {
    NoticeKind.CERTIFICATION_DUE: Stage.CERTIFICATION,
    NoticeKind.CERTIFICATION_REQUESTED: Stage.CERTIFICATION,
    NoticeKind.TEACHER_NUDGED: Stage.CERTIFICATION,
    NoticeKind.SELECTION_DUE: Stage.SELECTION,
    NoticeKind.RECEIPT_DUE: Stage.RECEIPT,
    NoticeKind.RECEIPT_OPENED: Stage.RECEIPT,
    NoticeKind.LAST_CALL_REPEATED: Stage.RECEIPT,
    NoticeKind.RECEIPT_DEEMED_CONFIRMED: Stage.RECEIPT,
    NoticeKind.SLIP_ENTERED: Stage.RECEIPT,
}
"""The stage that a kind of message is about; upload where any would do."""
_SOMEBODY = 1
_ROC = 1911
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_ABOUT = {
    "outcome_id": 1,
    "certification_id": 1,
    "query_id": 1,
    "class_id": 1,
    "question_id": 1,
    "announcement_id": 1,
    "appeal_id": 1,
}
_FIGURES = {
    "withheld": 12,
    "limit": 200,
    "used": 150,
    "reserve": 40,
    "cost": 300,
    "cut": 290,
    "others": 120,
}


class Case(StrEnum):
    """When, or to whom, a message says what it says on no other day."""

    USUAL = "usual"
    LAST_DAY = "last_day"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Example:
    """A notice to somebody made up, and the surroundings in which it is told."""

    case: Case
    saying: Saying
    scene: Scene


def examples(
    kind: NoticeKind, rulebook: Rulebook, now: datetime, words: Words
) -> Iterator[Example]:
    """Yield a kind of message as it is usually, on a last day, and to somebody else; some agree."""
    today = day_of(now)
    year = today.year - _ROC - (today < date(today.year, 8, 1))
    term = Term(id=1, school_id=0, year=year, semester=1)
    window = _window(STAGES.get(kind, Stage.UPLOAD), end_of(today + _WEEK), 1, term)
    for case in Case:
        at = window.closes_at - _DAY / 2 if case is Case.LAST_DAY else now
        yield example(kind, rulebook, window, at, words, case=case)


def example(
    kind: NoticeKind,
    rulebook: Rulebook,
    window: TermWindow,
    at: datetime,
    words: Words,
    *,
    case: Case = Case.USUAL,
    own: Own | None = None,
) -> Example:
    """Return a message about this window as it is told at an instant."""
    known = {window.id: window}
    for number, stage in enumerate(Stage, start=window.id + 1):
        known[number] = _window(stage, window.closes_at, number, window.term)
    elsewhere = case is Case.OTHERWISE
    said = Saying(
        id=1,
        delivery_id=1,
        person_id=_SOMEBODY,
        kind=kind,
        window_id=window.id,
        facts=_facts(window, at, elsewhere=elsewhere),
        required=False,
        due_at=at,
        deadline_at=window.closes_at,
    )
    if kind is NoticeKind.QUOTA_SHORT and elsewhere:
        said = replace(said, window_id=None)
    make = _with_little if elsewhere else _with_all
    data_at = None if elsewhere else at - _DAY
    about = make(window, rulebook, at, words)
    return Example(case, said, Scene(at, rulebook, known, about, {}, data_at, own or Own()))


def _window(stage: Stage, closes_at: datetime, number: int, term: Term) -> TermWindow:
    """Return a window of two weeks."""
    opens_at = closes_at - 2 * _WEEK
    row = Window(
        id=number,
        school_id=0,
        term_id=term.id,
        stage=stage,
        opens_at=opens_at,
        closes_at=closes_at,
    )
    return TermWindow(row, term)


def _facts(window: TermWindow, at: datetime, *, elsewhere: bool) -> dict[str, Any]:
    ends = window.closes_at.isoformat()
    return {
        **_ABOUT,
        **_FIGURES,
        "kind": NoticeKind.UPLOAD_DUE.value,
        "queries": 0 if elsewhere else 2,
        "elsewhere": 0 if elsewhere else 7,
        "stays": elsewhere,
        "closed_at": (window.closes_at - _WEEK).isoformat(),
        "until": ends,
        "data_at": (at - _WEEK).isoformat(),
        "first_at": ends,
        "renews_at": ends,
    }


def _work(window: TermWindow, words: Words) -> Work:
    title, course = words.say("Report on the inclined plane"), words.say("Physics")
    return Work(1, 1, window.term.id, title, course, OutcomeState.UPLOADED)


def _with_all(window: TermWindow, rulebook: Rulebook, at: datetime, words: Words) -> Subjects:
    """Return what messages speak of where there is something of everything."""
    work, raised = _work(window, words), at - 2 * _DAY
    settled = Settled(work.title, QueryReason.WRONG_FILE, QueryState.CORRECTED, "", raised)
    asked = words.say("Does a work of a make-up course count?")
    told = words.say("Please upload it to the course in which it was made.")
    return Subjects(
        unsent={(_SOMEBODY, window.id): [work]},
        chosen={(_SOMEBODY, window.id): Chosen(4, 7, 5)},
        statements={(_SOMEBODY, window.id): Statement(1, 1, 11)},
        pending={_SOMEBODY: 8},
        verdicts={1: Verdict(work, ReturnReason.UNREADABLE_OR_WRONG_FILE)},
        works={1: work},
        settled={1: settled},
        queue=InQueue(2, 1, 1),
        class_names={1: "201"},
        progress={1: [ClassProgress(1, window, 37, 6, 1, untold=2)]},
        answers={1: Answered(asked, told, raised)},
        appeals={1: Looked(work, AppealState.GRANTED, told, raised)},
        announced={1: Announced(asked, told, "", rulebook.name)},
    )


def _with_little(window: TermWindow, rulebook: Rulebook, at: datetime, words: Words) -> Subjects:
    """Return what messages speak of where little is left, or things went the other way."""
    full = _with_all(window, rulebook, at, words)
    explained = replace(full.settled[1], title="", state=QueryState.EXPLAINED)
    return replace(
        full,
        unsent={},
        chosen={},
        pending={_SOMEBODY: 1},
        settled={1: replace(explained, explanation=full.answers[1].answer)},
        queue=InQueue(0, 1),
        appeals={1: replace(full.appeals[1], state=AppealState.EXPLAINED)},
        progress={1: [ClassProgress(1, window, 37, 6, 0)]},
        nudged=frozenset({(1, window.id)}),
    )
