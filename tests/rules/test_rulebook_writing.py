"""A single place of a rulebook is changed, and all the rest stays as its author wrote it."""

import tomllib
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rulebooks import load, shipped
from models.rulebooks.dating import Announced, with_dates, without_dates
from models.rulebooks.locating import Path
from models.rulebooks.writing import CannotWriteError, with_member, with_value, without
from models.vocabulary import Stage

TEXT = shipped()["caotun"].read_text("utf-8")
CHANGES: tuple[tuple[str, Path, object, str], ...] = (
    ('a = 1 # "b" is 2\n', ("a",), 3, 'a = 3 # "b" is 2\n'),
    ('[t]\n"x y" = "#" # c\n', ("t", "x y"), '"', '[t]\n"x y" = "\\"" # c\n'),
    ("[t]\na = 1\n\n[u]\n", ("t", "b"), date(2025, 1, 2), "[t]\na = 1\nb = 2025-01-02\n\n[u]\n"),
    ("[t]\na = 1\n# end\n", ("t", "u", "b"), True, "[t]\na = 1\n\n[t.u]\nb = true\n# end\n"),
    ("[t]\na = 1\nb = 2\n", ("t", "a"), None, "[t]\nb = 2\n"),
    ("[t]\na = 1\n", ("t", "b"), None, "[t]\na = 1\n"),
    ("[[w]]\na = 1\n[[w]]\na = 2\n", ("w", 1, "a"), [7, 1], "[[w]]\na = 1\n[[w]]\na = [7, 1]\n"),
    ("a = { b = 1 }\n", ("a",), {"b": 1, "c": "d"}, 'a = { b = 1, c = "d" }\n'),
)
BY_HAND: tuple[tuple[str, Path], ...] = (
    ("a = [\n  1, # one\n]\n", ("a",)),
    ("t = { a = 1 }\n", ("t", "a")),
    ("[t]\nu.a = 1\n", ("t", "u", "b")),
    ("a = \n", ("a",)),
)


@pytest.mark.parametrize(("text", "path", "value", "expected"), CHANGES)
def test_a_place_is_written_where_it_belongs(
    text: str, path: Path, value: object, expected: str
) -> None:
    """Where it stands, behind the keys of its table, or in a table of its own."""
    assert with_value(text, path, value) == expected


@pytest.mark.parametrize(("text", "path"), BY_HAND)
def test_what_only_its_author_should_change_is_refused(text: str, path: Path) -> None:
    """Values over several lines, keys of inline or dotted tables, and what is no TOML."""
    with pytest.raises(CannotWriteError):
        with_value(text, path, 9)


@settings(max_examples=30)
@given(
    key=st.sampled_from(["term_start", "closing_ceremony", "submission"]),
    term=st.sampled_from(["112-2", "113-1", "113-2"]),
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
def test_only_the_place_changes(key: str, term: str, day: date) -> None:
    """Every comment and every other line of a school's own file is there afterwards."""
    new = with_value(TEXT, ("terms", term, key), day)

    assert tomllib.loads(new)["terms"][term][key] == day
    lost = set(TEXT.split("\n")) - set(new.split("\n"))
    assert all(line.startswith(key) for line in lost)


def test_another_member_stands_behind_what_is_about_the_same() -> None:
    """A term's dates stay together."""
    new = with_member(TEXT, ("terms", "112-2", "published"), {"stage": "receipt", "closes": 1})

    assert new.index('"112-2".published]]\nstage = "receipt"\ncloses') < new.index(
        '[terms."113-1"]'
    )


def test_a_section_goes_with_its_comments() -> None:
    """A rulebook that another school begins with has none of the first one's terms."""
    new = without(TEXT, "terms")

    assert "terms" not in tomllib.loads(new)
    assert "10 月提交" not in new
    assert new == TEXT[: len(new) - 1] + "\n"


def test_announced_dates_are_written_once_for_each_window() -> None:
    """In the entry that is for the same people; whom another entry is for gets a new one."""
    dates = Announced(
        "112-2", Stage.RECEIPT, 1, (1, 2), None, None, date(2024, 10, 16), clause="第九點"
    )
    again = with_dates(TEXT, dates)
    narrower = with_dates(
        again,
        Announced(
            "112-2",
            Stage.RECEIPT,
            1,
            (1,),
            "day",
            date(2024, 10, 10),
            date(2024, 10, 18),
            opening_time=time(8),
            closing_time=time.min,
        ),
    )

    one, other = load(narrower, name="new").terms["112-2"].published
    assert len(load(again, name="new").terms["112-2"].published) == 1
    assert (one.opens, one.closes) == (date(2024, 10, 9), date(2024, 10, 16))
    assert str(one.clause) == "草屯補充規定第九點"
    assert (other.grades, other.divisions, other.closes) == ((1,), ("day",), date(2024, 10, 18))
    assert (other.opening_time, other.closing_time) == (time(8), time.min)


def test_announced_dates_are_taken_back_with_their_comment() -> None:
    """Then the rule counts; what is announced for others is left alone."""
    dates = Announced("112-2", Stage.RECEIPT, 1, (1, 2), None, None, date(2024, 10, 16))

    new = without_dates(TEXT, dates) or ""

    assert load(new, name="new").terms["112-2"].published == ()
    assert set(TEXT.split("\n")) - set(new.split("\n")) == {
        "# 第一次收訖因國慶日與期中考調整：規則算出來是 10/9–10/12，公告為 10/9–10/14。",
        '[[terms."112-2".published]]',
        "opens = 2024-10-09",
        "closes = 2024-10-14",
        'clause = "minutes: 壹、七(3)i"',
    }
    assert without_dates(TEXT, replace(dates, grades=(1,))) is None
    assert without_dates(with_dates(TEXT, replace(dates, round=2)), replace(dates, round=2)) == TEXT
