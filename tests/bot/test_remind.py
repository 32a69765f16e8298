"""`bot remind --dry-run`: which window, for whom, how long before; the occasion is for scripts."""

from datetime import timedelta

from bot.commands.remind import as_data, lines
from bot.i18n import words
from models.queries.windows import TermWindow
from models.tables import Term, Window
from models.vocabulary import NoticeKind, Silence, Stage
from scheduler.forecasting import Forecast, Foreseen
from tests.support.cast import taipei

RECEIPT = TermWindow(
    Window(
        id=1,
        school_id=1,
        term_id=1,
        stage=Stage.RECEIPT,
        division="day",
        grades="1,2",
        opens_at=taipei(2024, 10, 9),
        closes_at=taipei(2024, 10, 15),
    ),
    Term(id=1, school_id=1, year=112, semester=2),
)
OCCASION = "112-2/receipt/day/1/2024-10-14/D-3"
FORECAST = Forecast(
    tuple(
        Foreseen(
            "060402",
            NoticeKind.RECEIPT_DUE if days is not None else NoticeKind.RECEIPT_OPENED,
            OCCASION,
            RECEIPT,
            "日間部",
            days,
            taipei(2024, 10, 14, 8) - timedelta(days=days or 0),
            12,
            {Silence.NO_ACCOUNT: 3},
            taipei(2024, 10, 10, 8) if days == 3 else None,
        )
        for days in (None, 3, 0)
    ),
    {"060402": 36},
)


def test_each_line_names_window_whom_and_day() -> None:
    """No raw occasion: a colleague reads it as it is."""
    opened, before, last = lines(FORECAST, words("zh_Hant_TW"))[1:4]
    for line in (opened, before, last):
        assert "112-2 收訖明細確認" in line
        assert "日間部 1、2 年級" in line
        assert OCCASION not in line
    assert "截止前 3 天" in before
    assert "最後一天" in last
    assert "截止前" not in opened
    assert "（原訂 113/10/10（四））" in before
    assert "原訂" not in opened + last


def test_a_script_reads_the_occasion_and_the_window() -> None:
    """The key of the ledger stays, with the window in words of its own."""
    row = as_data(FORECAST)["rows"][1]  # type: ignore[index]
    assert (row["occasion"], row["days_before"]) == (OCCASION, 3)
    assert row["window"] == {
        "term": "112-2",
        "stage": "receipt",
        "round": 1,
        "division": "day",
        "grades": (1, 2),
        "last_day": "2024-10-14",
    }
