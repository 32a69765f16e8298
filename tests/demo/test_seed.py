"""The demonstration school: as large as said, the same every time, and within the rules."""

from collections import Counter, defaultdict
from typing import Any

import pytest
from sqlmodel import SQLModel, select

from bot.demo.seed import SEED, STARTS_AT, Size, cast, drawn, plant
from bot.demo.seed.rows import Row, Rows
from models.rulebooks import load, shipped
from models.store import Store
from models.tables import (
    Certification,
    ChatAccount,
    CourseOutcome,
    Decision,
    Enrolment,
    Performance,
    Person,
    Placement,
    SchoolClass,
    Selection,
    Window,
)
from models.vocabulary import ItemKind, OutcomeState, PerformanceKind, PersonKind, Stage

RULES = load(shipped()["caotun"].read_text("utf-8"), name="caotun")


@pytest.fixture(scope="module")
def rows() -> Rows:
    """Draw the whole school once."""
    return drawn(SEED, Size())


def by_id(rows: Rows, table: type[SQLModel]) -> dict[int, Row]:
    """Return a table's rows by their ids."""
    return {row["id"]: row for row in rows.of(table)}


def test_the_school_is_as_large_as_the_page_says(rows: Rows) -> None:
    """1,260 pupils sit in 42 classes; about a hundred people teach them."""
    people = Counter(row["kind"] for row in rows.of(Person))
    classes = [row for row in rows.of(SchoolClass) if row["year"] == cast.YEAR]

    assert people[PersonKind.PUPIL] == 1260
    assert len(classes) == 42
    assert 95 <= people[PersonKind.STAFF] <= 115
    assert 6_000 <= len(rows.of(CourseOutcome)) <= 9_000


def test_the_same_seed_makes_the_same_school(rows: Rows) -> None:
    """Every row comes out again; another seed makes other people."""
    again, other = drawn(SEED, Size()), drawn(SEED + 1, Size())

    for table in (Person, CourseOutcome, Performance, Selection, ChatAccount):
        assert rows.of(table) == again.of(table)
    assert rows.of(Person) != other.of(Person)


def test_everybody_has_a_name_of_their_own(rows: Rows) -> None:
    """No two pupils and no two teachers are called alike, so that a search finds one."""
    for kind in PersonKind:
        names = [row["name"] for row in rows.of(Person) if row["kind"] is kind]

        assert len(names) == len(set(names))


def test_works_are_in_every_state_and_performances_of_every_kind(rows: Rows) -> None:
    """A newcomer finds an example of everything."""
    assert {row["state"] for row in rows.of(CourseOutcome)} == set(OutcomeState)
    assert {row["kind"] for row in rows.of(Performance)} == set(PerformanceKind)


def test_no_pupil_uploads_more_than_the_school_allows(rows: Rows) -> None:
    """At most 10 course outcomes a semester and 20 performances a year."""
    works = Counter((row["person_id"], row["term_id"]) for row in rows.of(CourseOutcome))
    feats = Counter((row["person_id"], row["year"]) for row in rows.of(Performance))

    assert max(works.values()) <= RULES.caps.outcomes_uploaded_per_semester.at_most
    assert max(feats.values()) <= RULES.caps.performances_uploaded_per_year.at_most


def test_only_own_certified_works_are_selected_within_the_caps(rows: Rows) -> None:
    """A selection is the pupil's own, of that year, certified, and not one too many."""
    works, feats = by_id(rows, CourseOutcome), by_id(rows, Performance)
    slots: dict[tuple[int, ItemKind], list[int]] = defaultdict(list)
    for row in rows.of(Selection):
        slots[row["person_id"], row["kind"]].append(row["slot"])
        if row["kind"] is ItemKind.OUTCOME:
            work = works[row["outcome_id"]]
            assert work["state"] is OutcomeState.CERTIFIED
        else:
            work = feats[row["performance_id"]]
            assert work["year"] == row["year"]
        assert work["person_id"] == row["person_id"]

    for (_, kind), taken in slots.items():
        assert sorted(taken) == list(range(1, len(taken) + 1))
        assert len(taken) <= RULES.caps.selected(kind).at_most


def test_a_certified_work_was_certified_by_its_teacher(rows: Rows) -> None:
    """Every decision stands after the request, before the demonstration, by the right person."""
    works = by_id(rows, CourseOutcome)
    decided = {row["outcome_id"]: row for row in rows.of(Certification)}
    finished = (OutcomeState.CERTIFIED, OutcomeState.RETURNED)

    assert {id_ for id_, work in works.items() if work["state"] in finished} == set(decided)
    for id_, decision in decided.items():
        assert works[id_]["uploaded_at"] <= works[id_]["requested_at"] <= decision["decided_at"]
        assert decision["decided_at"] <= STARTS_AT
        assert (decision["reason"] is None) == (works[id_]["state"] is OutcomeState.CERTIFIED)


def test_works_are_made_in_courses_that_their_pupils_take(rows: Rows) -> None:
    """Nobody hands in a work of a course of another class."""
    taken = {(row["course_id"], row["person_id"]) for row in rows.of(Enrolment)}

    assert all((row["course_id"], row["person_id"]) in taken for row in rows.of(CourseOutcome))


def test_pupils_have_one_class_a_year_and_first_graders_only_this_one(rows: Rows) -> None:
    """Grades 2 and 3 were here last year, one grade lower."""
    classes = by_id(rows, SchoolClass)
    grades: dict[int, dict[int, int]] = defaultdict(dict)
    for row in rows.of(Placement):
        of = classes[row["class_id"]]
        assert of["year"] not in grades[row["person_id"]]
        grades[row["person_id"]][of["year"]] = of["grade"]

    for years in grades.values():
        assert years.get(cast.YEAR - 1, 0) == years[cast.YEAR] - 1


def test_most_people_have_joined_in_line(rows: Rows) -> None:
    """About 85 % of the pupils and 95 % of the staff are linked, the cast among them."""
    people = by_id(rows, Person)
    linked = Counter(people[row["person_id"]]["kind"] for row in rows.of(ChatAccount))
    numbers = {people[row["person_id"]]["number"] for row in rows.of(ChatAccount)}

    assert 0.8 <= linked[PersonKind.PUPIL] / 1260 <= 0.9
    assert linked[PersonKind.STAFF] >= 0.9 * (len(people) - 1260)
    assert numbers >= {part.number for part in cast.EVERYBODY}


def test_the_cast_has_something_to_do(rows: Rows) -> None:
    """The pupil has more certified works than can be selected and has not decided."""
    me = next(row for row in rows.of(Person) if row["number"] == cast.PUPIL.number)
    mine = [row for row in rows.of(CourseOutcome) if row["person_id"] == me["id"]]
    states = Counter(row["state"] for row in mine)
    decided = [row for row in rows.of(Decision) if row["person_id"] == me["id"]]

    assert states[OutcomeState.CERTIFIED] > RULES.caps.outcomes_selected_per_year.at_most
    assert set(states) == set(OutcomeState)
    assert decided == []


async def test_a_planted_school_has_the_published_timetable(store: Store) -> None:
    """Planting takes 草屯's rules over: selection until 9/20, receipt 10/9–14 and 10/16–17."""
    async with store.writing() as session:
        await plant(session, size=Size(day=1, continuing=1, pupils=14))
    async with store.reading() as session:
        windows: list[Any] = list((await session.execute(select(Window))).scalars())

        stages = Counter(each.stage for each in windows)
        assert stages[Stage.RECEIPT] == 2
        assert stages[Stage.SELECTION] == stages[Stage.UPLOAD] == stages[Stage.CERTIFICATION] == 1
