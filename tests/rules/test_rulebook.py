"""Rulebooks as values: what the shipped schools say, and what a file may leave out."""

from dataclasses import replace
from datetime import date, time

import pytest

from models.rulebooks import Divisions, StaffHours, shipped
from models.vocabulary import ItemKind, Stage
from tests.rules.rulebook_texts import shipped_rulebook, small


def test_two_schools_are_shipped() -> None:
    """草屯 and 大誠, by their short names."""
    assert list(shipped()) == ["caotun", "dacheng"]


@pytest.mark.parametrize(
    ("school", "uploads", "selections", "clauses"),
    [
        ("caotun", (10, 20), (6, 10), ("草屯補充規定第五點(三)1", "草屯補充規定第六點(一)")),
        ("dacheng", (6, 15), (6, 10), ("大誠補充規定第四點(三)1", "大誠補充規定第四點(三)3")),
    ],
)
def test_caps_are_those_of_the_school_s_rules(
    school: str,
    uploads: tuple[int, int],
    selections: tuple[int, int],
    clauses: tuple[str, str],
) -> None:
    """Each cap has its figure and its clause."""
    caps = shipped_rulebook(school).caps
    assert tuple(caps.uploaded(kind).at_most for kind in ItemKind) == uploads
    assert tuple(caps.selected(kind).at_most for kind in ItemKind) == selections
    assert str(caps.uploaded(ItemKind.OUTCOME).clause) == clauses[0]
    assert str(caps.selected(ItemKind.OUTCOME).clause) == clauses[1]


def test_a_small_rulebook_has_sensible_defaults() -> None:
    """What is not written is as the documentation says."""
    rulebook = small()
    plan = rulebook.reminders
    assert rulebook.short_name == rulebook.name
    assert rulebook.grades == (1, 2, 3)
    assert plan.days_before[Stage.UPLOAD] == (14, 7, 3, 1, 0)
    assert (plan.at, plan.quiet.starts, plan.quiet.ends) == (time(7, 30), time(21), time(7))
    assert (plan.digest.weekdays, plan.digest.at) == ((0, 3), time(7, 40))
    assert (plan.staff.starts, plan.staff.ends) == (time(7, 30), time(17, 30))
    assert (plan.messages.per_day, plan.messages.per_week) == (5, 15)
    assert rulebook.nudges.teacher_pause_days == 3
    assert rulebook.certification_undo_minutes == 10


def test_a_division_may_have_hours_of_its_own() -> None:
    """What it does not mention stays as the school has it; a division without any has no plan."""
    rulebook = small(
        '[[divisions]]\nkey = "day"\nlabel = "日間部"',
        '[[divisions]]\nkey = "continuing"\nlabel = "進修部"',
        "[messages]\nper_day = 2",
        '[reminders.divisions.continuing]\nat = "12:10"',
        '[staff_hours.divisions.continuing]\nuntil = "21:30"',
    )
    own = rulebook.reminders_for("continuing")
    assert rulebook.reminders_for("day") == rulebook.reminders_for(None) == rulebook.reminders
    assert own == replace(
        rulebook.reminders, at=time(12, 10), staff=StaffHours(time(7, 30), time(21, 30))
    )
    assert rulebook.plans() == (
        (Divisions(besides=("continuing",)), rulebook.reminders),
        (Divisions("continuing"), own),
    )
    assert rulebook.plans("continuing") == ((Divisions(), own),)


def test_staff_hours_that_nobody_wrote_are_wide_enough_for_the_mornings() -> None:
    """A file from before there were staff hours stays as good as it was."""
    early = small('[reminders]\nat = "07:10"', '[digest]\nat = "18:00"').reminders
    assert early.staff == StaffHours(time(7, 10), time(19))


def test_a_division_may_lower_single_caps() -> None:
    """What a division does not mention stays as the school has it."""
    rulebook = small(
        '[[divisions]]\nkey = "day"\nlabel = "日間部"',
        '[[divisions]]\nkey = "continuing"\nlabel = "進修部"',
        "[caps.divisions.continuing]",
        'outcomes_selected_per_year = { at_most = 4, clause = "第九點" }',
    )
    continuing = rulebook.caps_for("continuing")
    assert continuing.outcomes_selected_per_year.at_most == 4
    assert continuing.performances_selected_per_year.at_most == 10
    assert rulebook.caps_for("day") == rulebook.caps_for(None) == rulebook.caps
    assert (rulebook.label_of("continuing"), rulebook.label_of(None)) == ("進修部", "")


def test_offsets_of_a_stage_come_the_earliest_first() -> None:
    """The order in the file does not matter."""
    rulebook = small("[reminders]\ndays_before = [0, 5, 2]\n[reminders.by_stage]\nreceipt = [1]")
    assert rulebook.reminders.days_before[Stage.UPLOAD] == (5, 2, 0)
    assert rulebook.reminders.days_before[Stage.RECEIPT] == (1,)


def test_a_school_s_own_days_are_read() -> None:
    """Days off have names; days on are a list."""
    days = small(
        "[calendar]",
        'holidays = [{ date = 2025-11-17, name = "校慶補假" }]',
        "school_days = [2025-11-15]",
    ).school_days
    assert days.holidays == {date(2025, 11, 17): "校慶補假"}
    assert days.school_days == {date(2025, 11, 15)}


def test_terms_come_in_the_order_of_their_years() -> None:
    """Year 99 comes before year 113."""
    rulebook = small('[terms."113-1"]', '[terms."99-2"]')
    assert list(rulebook.terms) == ["99-2", "113-1"]
