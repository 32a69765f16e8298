"""Rulebooks for the rule tests: the shipped ones, and a small one to be varied line by line."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.rulebooks import Rulebook, load, shipped
from models.rules.counting import Reason
from models.rules.roc import Term
from models.rules.timetable import PlannedWindow
from models.vocabulary import Stage

TAIPEI = ZoneInfo("Asia/Taipei")

SMALL = """\
[school]
code = "000000"
name = "測試高中"

[documents.rules]
name = "測試補充規定"
dated = 2024-08-01

[caps]
outcomes_uploaded_per_semester = { at_most = 10, clause = "第一點" }
performances_uploaded_per_year = { at_most = 20, clause = "第一點" }
outcomes_selected_per_year = { at_most = 6, clause = "第二點" }
performances_selected_per_year = { at_most = 10, clause = "第二點" }
"""


def shipped_rulebook(name: str = "caotun") -> Rulebook:
    """Return a rulebook that comes with the product."""
    path = shipped()[name]
    return load(path.read_text(encoding="utf-8"), name=path.name)


def small(*more: str) -> Rulebook:
    """Return the small rulebook with further sections."""
    return load("\n".join((SMALL, *more)), name="small.toml")


def taipei(text: str) -> datetime:
    """Return an instant given as 2025-02-03 07:30 in Taipei."""
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def window(  # each argument is one thing that a case varies
    stage: Stage,
    opens: str,
    closes: str,
    *,
    term: str = "113-1",
    round_: int = 1,
    division: str | None = None,
    grades: tuple[int, ...] = (1, 2, 3),
    computed: tuple[date, date] | None = None,
) -> PlannedWindow:
    """Return a window between two instants in Taipei; `closes` is exclusive."""
    return PlannedWindow(
        stage=stage,
        term=Term(term),
        round=round_,
        division=division,
        grades=grades,
        opens_at=taipei(opens),
        closes_at=taipei(closes),
        source="published",
        because=Reason(None, computed=computed),
    )
