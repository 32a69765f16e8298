"""Whom somebody sees in the console follows from their roles, and from nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.access import Grant
from models.rules.sight import Sight, sight
from models.vocabulary import ConsoleRole

HOMEROOM, HEAD = ConsoleRole.HOMEROOM_TEACHER, ConsoleRole.DEPARTMENT_HEAD
GRANTS = st.builds(
    Grant, st.sampled_from(ConsoleRole), st.just(1), st.sampled_from(["", "201", "day"])
)


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ((), Sight()),
        ((Grant(ConsoleRole.SUBMITTER, 1, "outcomes"),), Sight()),
        ((Grant(ConsoleRole.SUBMITTER, 1),), Sight()),
        ((Grant(ConsoleRole.ADMINISTRATOR),), Sight()),
        ((Grant(ConsoleRole.REGISTRAR, 1),), Sight(everybody=True)),
        ((Grant(ConsoleRole.VIEWER, 1),), Sight(everybody=True)),
        ((Grant(HOMEROOM, 1, "201"),), Sight(classes=frozenset({"201"}))),
        ((Grant(HEAD, 1, "day"),), Sight(divisions=frozenset({"day"}))),
        ((Grant(HOMEROOM, 1),), Sight(everybody=True)),
    ],
)
def test_a_role_sees_what_it_is_for(held: tuple[Grant, ...], seen: Sight) -> None:
    """The office and viewers see all, a teacher a class, a head a division, a submitter nobody."""
    assert sight(held) == seen


@given(st.lists(GRANTS, max_size=4), st.lists(GRANTS, max_size=4))
@settings(max_examples=50)
def test_roles_add_up_and_never_take_away(some: list[Grant], more: list[Grant]) -> None:
    """With another role somebody sees at least as many people."""
    less, both = sight(some), sight([*some, *more])

    assert both.everybody >= less.everybody
    assert both.classes >= less.classes
    assert both.divisions >= less.divisions
