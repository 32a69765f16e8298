"""Slots are filled from the lowest, never beyond the cap; any number selected is a decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import AlreadyDone, NotCertified, Outdated, TooManySelected
from models.rules import selection
from models.vocabulary import Choice, ItemKind, OutcomeState

CAPS = {ItemKind.OUTCOME: 6, ItemKind.PERFORMANCE: 10}


@pytest.mark.parametrize(
    ("taken", "cap", "slot"), [((), 6, 1), ((1, 2), 6, 3), ((2, 3), 6, 1), ((1, 3), 4, 2)]
)
def test_the_lowest_free_slot_is_taken(taken: tuple[int, ...], cap: int, slot: int) -> None:
    """A slot that was freed is used again."""
    assert selection.slot_for(ItemKind.OUTCOME, taken, already=False, cap=cap) == slot


@pytest.mark.parametrize(("taken", "cap"), [((1, 2), 2), ((1, 2, 5), 2), ((), 0)])
def test_a_full_year_refuses_also_after_the_cap_was_lowered(
    taken: tuple[int, ...], cap: int
) -> None:
    """The refusal names the kind and the cap."""
    with pytest.raises(TooManySelected) as refusal:
        selection.slot_for(ItemKind.PERFORMANCE, taken, already=False, cap=cap)
    assert (refusal.value.kind, refusal.value.cap) == (ItemKind.PERFORMANCE, cap)


def test_what_is_selected_already_is_done_even_when_full() -> None:
    """A second tap is no attempt to exceed the cap."""
    with pytest.raises(AlreadyDone):
        selection.slot_for(ItemKind.OUTCOME, {1, 2}, already=True, cap=2)


@given(
    st.sampled_from(ItemKind), st.lists(st.tuples(st.booleans(), st.integers(0, 19)), max_size=80)
)
def test_no_sequence_of_taps_exceeds_the_cap_or_shares_a_slot(
    kind: ItemKind, taps: list[tuple[bool, int]]
) -> None:
    """Slots stay distinct and between 1 and the cap; a free slot is never refused."""
    slots: dict[int, int] = {}
    for select, item in taps:
        if not select:
            slots.pop(item, None)
            continue
        taken = set(slots.values())
        try:
            slots[item] = selection.slot_for(kind, taken, already=item in slots, cap=CAPS[kind])
        except TooManySelected:
            assert len(slots) == CAPS[kind]
        except AlreadyDone:
            assert item in slots
        assert len(set(slots.values())) == len(slots)
        assert all(1 <= slot <= CAPS[kind] for slot in slots.values())


@pytest.mark.parametrize("state", set(OutcomeState) - {OutcomeState.CERTIFIED})
def test_only_certified_works_can_be_selected(state: OutcomeState) -> None:
    """要點四(二)1."""
    with pytest.raises(NotCertified):
        selection.require_certified("作品", state)


def test_a_certified_work_can_be_selected() -> None:
    """Nothing is raised, nothing comes out."""
    selection.require_certified("作品", OutcomeState.CERTIFIED)


@given(st.integers(0, 16))
def test_any_number_is_a_decision(selected: int) -> None:
    """Fewer and nothing are as good as the cap (114函 points 1 and 4)."""
    choice = selection.finish(selected=selected, nothing=selected == 0)
    assert choice is (Choice.DONE if selected else Choice.NOTHING)


@given(st.integers(0, 16))
def test_a_card_that_spoke_of_another_selection_is_outdated(selected: int) -> None:
    """*Nothing* while works are selected, or *these* while none is, decides nothing."""
    with pytest.raises(Outdated):
        selection.finish(selected=selected, nothing=selected != 0)
