"""A rehearsed term: the published dates, the product's own messages, the same every time."""

from datetime import date

import pytest

from bot.rehearsal.playing import AgainstTheLaw, NothingPlanned
from bot.rehearsal.record import Message, NotARehearsal, Rehearsal, from_json, to_json
from models.rules.taipei import day_of, last_day
from tests.rehearsal.conftest import SHORT, played, rulebook_text
from tests.support.cast import taipei

# A rehearsal plays thousands of statements; on a busy machine that takes its time.
pytestmark = pytest.mark.timeout(300)

PUBLISHED = {
    ("112-2", "selection", 1): (date(2024, 8, 30), date(2024, 9, 20)),
    ("112-2", "receipt", 1): (date(2024, 10, 9), date(2024, 10, 14)),
    ("112-2", "receipt", 2): (date(2024, 10, 16), date(2024, 10, 17)),
    ("113-1", "upload", 1): (date(2024, 8, 30), date(2025, 2, 3)),
    ("113-1", "certification", 1): (date(2024, 8, 30), date(2025, 2, 10)),
}
"""What 草屯 published: the minutes of 2024-10-21."""


def _dates(of: Rehearsal) -> dict[tuple[str, str, int], tuple[date, date]]:
    return {
        (each.term, each.stage, each.round): (day_of(each.opens_at), last_day(each.closes_at))
        for each in of.windows
        if each.stage != "submission"
    }


def _days_of(of: Rehearsal, occasion: str, role: str = "pupil") -> set[str]:
    return {
        str(day_of(each.at))
        for each in of.messages
        if each.role == role and any(occasion in name for name in each.occasions)
    }


def _habits(said: list[Message]) -> set[str]:
    return {hearer.habit for each in said for hearer in each.hearers}


def test_caotuns_first_term_shows_the_published_dates(caotun: Rehearsal) -> None:
    """Upload until 2/3, certification until 2/10, and what of 112-2 falls into the same autumn."""
    assert _dates(caotun) == PUBLISHED


def test_the_last_call_leaves_on_the_published_last_days(caotun: Rehearsal) -> None:
    """Pupils hear the last call of every window of theirs on its last day."""
    assert _days_of(caotun, "113-1/upload/all/1/D-0") == {"2025-02-03"}
    assert _days_of(caotun, "112-2/selection/all/1/D-0") == {"2024-09-20"}
    assert _days_of(caotun, "112-2/receipt/all/1/D-0") == {"2024-10-14"}
    assert _days_of(caotun, "112-2/receipt/all/2/D-0") == {"2024-10-17"}


def test_every_role_gets_its_own_messages(caotun: Rehearsal) -> None:
    """Pupils, subject teachers, homeroom teachers and the registrar all hear something."""
    roles = {each.role for each in caotun.messages}
    assert roles == {"pupil", "subject_teacher", "homeroom_teacher", "registrar"}


def test_a_person_who_decided_is_not_reminded_any_more(caotun: Rehearsal) -> None:
    """On the last day only those hear who never decide or decide at the last moment."""
    last = [each for each in caotun.messages if "113-1/upload/all/1/D-0" in each.occasions]
    assert _habits(last) == {"last_day", "silent"}


def test_who_never_joined_or_shut_us_out_is_told_nothing_and_counted(caotun: Rehearsal) -> None:
    """Nobody of them hears a word; the reasons stand beside each occasion."""
    assert not {hearer.habit for each in caotun.messages for hearer in each.hearers} & {
        "blocked",
        "not_joined",
    }
    (opened,) = [each for each in caotun.unsaid if each.occasion == "112-2/selection/all/1/opened"]
    assert set(opened.why) == {"blocked", "no_account"}


def test_a_returned_work_comes_back_and_is_certified(caotun: Rehearsal) -> None:
    """Its pupil hears of the return first, and of the certification afterwards."""
    heard = [
        each.occasions
        for each in caotun.messages
        if each.role == "pupil" and any(hearer.habit == "returned" for hearer in each.hearers)
    ]
    assert heard.index(("item_returned",)) < heard.index(("item_certified",))


def test_a_query_is_told_to_the_registrar_and_answered_in_the_second_round(
    caotun: Rehearsal,
) -> None:
    """Only who raised a query hears of the second round."""
    assert _days_of(caotun, "office_digest", role="registrar")
    second = [each for each in caotun.messages if "112-2/receipt/all/2/opened" in each.occasions]
    assert _habits(second) == {"queries"}


def test_silence_past_the_window_is_told_as_deemed_confirmed(caotun: Rehearsal) -> None:
    """Who never answers hears so on the day after, each division at its time."""
    closed = [each for each in caotun.messages if "112-2/receipt/all/1/closed" in each.occasions]
    assert [each.at for each in closed] == [
        taipei(2024, 10, 15, 7, 30),
        taipei(2024, 10, 15, 12, 10),
    ]
    assert _habits(closed) == {"silent"}


def test_the_same_rulebook_term_and_seed_give_the_same_bytes(short: Rehearsal) -> None:
    """Nothing depends on the machine's clock, on chance, or on the order of tasks."""
    assert to_json(played(SHORT)) == to_json(short)


def test_the_second_term_of_112_shows_its_published_dates() -> None:
    """Its own windows, and those of 113-1 that open meanwhile."""
    text = rulebook_text().replace("days_before = [14, 7, 3, 1, 0]", "days_before = [0]")
    assert _dates(played(text, "112-2")) == PUBLISHED


def test_a_rehearsal_survives_being_kept_as_json(caotun: Rehearsal) -> None:
    """Reading what was written gives the same rehearsal."""
    kept = to_json(caotun)
    assert to_json(from_json(kept)) == kept


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 99}', "not json"])
def test_another_file_is_no_rehearsal(text: str) -> None:
    """It is refused, whatever it is."""
    with pytest.raises(NotARehearsal):
        from_json(text)


def test_a_term_without_dates_cannot_be_rehearsed() -> None:
    """The rulebook knows nothing of it."""
    with pytest.raises(NothingPlanned):
        played(rulebook_text(), "130-1")


def test_a_timetable_against_the_law_cannot_be_rehearsed() -> None:
    """What no school could take over is refused with the findings."""
    wrong = rulebook_text().replace(
        'closes = { anchor = "closing_ceremony", weeks = 2 }',
        'closes = { anchor = "closing_ceremony", weeks = -30 }',
    )
    with pytest.raises(AgainstTheLaw) as refusal:
        played(wrong)
    assert refusal.value.findings
