"""Course outcomes in every state, with what their teachers decided about them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random

from bot.demo.seed.moments import LAST, LAST_TERM, STARTS_AT, THIS, THIS_TERM, later, some_time
from bot.demo.seed.people import CourseOf, Folk, Pupil
from bot.demo.seed.rows import Rows
from bot.demo.seed.titles import distinct_title
from models.rules.roc import Term
from models.rules.taipei import end_of
from models.tables import Certification, CourseOutcome
from models.vocabulary import CertificationDecision, OutcomeState, ReturnReason

State = OutcomeState

_VERSIONS = {
    State.DRAFT: 1,
    State.UPLOADED: 2,
    State.AWAITING: 3,
    State.CERTIFIED: 4,
    State.RETURNED: 4,
}
_FILES = ("pdf", "pdf", "pdf", "jpg", "mp4")
_SUMMARIES = (
    "{course}課堂完成的作品，記錄動手做的過程與修正。",
    "和組員分工完成，我負責資料整理與說明。",
    "從找題目到成果，附上照片與心得。",
    "老師講解後自己延伸的練習，最後有一頁反思。",
    "期中作業，重新整理過圖表與結論。",
)


@dataclass(frozen=True, slots=True)
class Season:
    """A term's works: how many a pupil makes, in which states, and when."""

    term: Term
    counts: Sequence[int]
    count_weights: Sequence[int]
    states: Sequence[State]
    state_weights: Sequence[int]
    between: tuple[date, date]
    decided_until: datetime


SEASONS = (
    Season(
        LAST,
        (0, 2, 3, 4, 5, 6, 7, 8),
        (4, 8, 12, 16, 20, 20, 12, 8),
        (State.CERTIFIED, State.UPLOADED, State.DRAFT, State.RETURNED),
        (90, 4, 3, 3),
        LAST_TERM,
        end_of(date(2024, 7, 19)),
    ),
    Season(
        THIS,
        (0, 1, 2, 3, 4, 5),
        (10, 20, 28, 22, 13, 7),
        (State.DRAFT, State.UPLOADED, State.AWAITING, State.CERTIFIED, State.RETURNED),
        (28, 26, 30, 13, 3),
        THIS_TERM,
        STARTS_AT - timedelta(hours=10),
    ),
)

_ON_STAGE: dict[Term, tuple[tuple[str, str, State], ...]] = {
    LAST: (
        ("程式設計實習", "草屯公車到站查詢", State.CERTIFIED),
        ("程式設計實習", "貪食蛇小遊戲", State.CERTIFIED),
        ("國語文", "小說改寫：如果〈散戲〉發生在今天", State.CERTIFIED),
        ("國語文", "九九峰走讀筆記", State.CERTIFIED),
        ("英語文", "My Hometown in 300 Words：草屯", State.CERTIFIED),
        ("數學", "校園無障礙坡道斜率調查", State.CERTIFIED),
        ("基本電學實習", "家用配線盤製作", State.CERTIFIED),
        ("音樂", "校園聲景採集：貓羅溪", State.CERTIFIED),
    ),
    THIS: (
        ("微處理機實習", "自動澆水盆栽", State.AWAITING),
        ("微處理機實習", "教室溫濕度監測站", State.UPLOADED),
        ("數位邏輯設計", "搶答器電路", State.UPLOADED),
        ("國語文", "台語俗諺裡的生活智慧", State.DRAFT),
        ("美術", "草鞋墩夜市水彩速寫", State.RETURNED),
    ),
}
"""The works of the pupil on stage: more certified than can be selected, and one in each state."""


def add_works(rows: Rows, dice: Random, folk: Folk, terms: dict[Term, int]) -> None:
    """Add the course outcomes of all pupils, and the decisions on them."""
    writer = _Writer(rows, dice, terms)
    for cohort in folk.cohorts:
        for season in SEASONS:
            known = folk.courses_of(cohort, season.term)
            for pupil in cohort.pupils if known else ():
                given = pupil.is_on_stage
                plan = _given(season, known) if given else _diced(dice, season, known)
                for course, title, state in plan:
                    writer.add(season, pupil, course, title, state)


Planned = tuple[CourseOf, str, State]


def _given(season: Season, known: list[CourseOf]) -> Iterable[Planned]:
    by_name = {course.taught.name: course for course in known}
    return [(by_name[name], title, state) for name, title, state in _ON_STAGE[season.term]]


def _diced(dice: Random, season: Season, known: list[CourseOf]) -> Iterable[Planned]:
    count = dice.choices(season.counts, season.count_weights)[0]
    titles: set[str] = set()
    for course in dice.sample(known, min(count, len(known))):
        title = distinct_title(dice, course.taught.name, titles)
        titles.add(title)
        yield course, title, dice.choices(season.states, season.state_weights)[0]


class _Writer:
    """Writes a work so that its instants, version, file and decision suit its state."""

    def __init__(self, rows: Rows, dice: Random, terms: dict[Term, int]) -> None:
        self._rows = rows
        self._dice = dice
        self._terms = terms

    def add(self, season: Season, pupil: Pupil, course: CourseOf, title: str, state: State) -> None:
        dice = self._dice
        made_at = some_time(dice, *season.between)
        uploaded_at = None if state is State.DRAFT else made_at
        requested_at = decided_at = None
        if state in (State.AWAITING, State.CERTIFIED, State.RETURNED):
            requested_at = later(dice, made_at, days=3, until=season.decided_until)
        if requested_at and state is not State.AWAITING:
            decided_at = later(dice, requested_at, days=9, until=season.decided_until)
        kind = dice.choice(_FILES)
        outcome_id = self._rows.add(
            CourseOutcome,
            person_id=pupil.id,
            course_id=course.id,
            term_id=self._terms[season.term],
            title=title,
            summary=dice.choice(_SUMMARIES).format(course=course.taught.name),
            file_name=f"{title[:20]}.{kind}" if uploaded_at else "",
            file_size=dice.randrange(180_000, 9_800_000 if kind == "mp4" else 4_100_000)
            if uploaded_at
            else 0,
            file_hash=sha256(f"{pupil.number}/{title}".encode()).hexdigest() if uploaded_at else "",
            state=state,
            version=_VERSIONS[state],
            uploaded_at=uploaded_at,
            requested_at=requested_at,
        )
        if decided_at:
            self._decide(outcome_id, course.teacher_id, state, decided_at)

    def _decide(self, outcome_id: int, teacher_id: int, state: State, at: datetime) -> None:
        certified = state is State.CERTIFIED
        self._rows.add(
            Certification,
            outcome_id=outcome_id,
            by_id=teacher_id,
            decision=CertificationDecision.CERTIFIED
            if certified
            else CertificationDecision.RETURNED,
            reason=None if certified else self._dice.choice(list(ReturnReason)),
            decided_at=at,
        )
