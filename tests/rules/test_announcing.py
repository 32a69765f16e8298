"""Who may do what with a message to the school, and when it leaves: two people, one text."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import (
    AnnouncementAuthorGone,
    AnnouncementChanged,
    AnnouncementMovedOn,
    DomainError,
    NotTheAuthor,
    SecondPersonNeeded,
)
from models.rules.announcing import (
    Audience,
    Content,
    Deed,
    Hearers,
    Standing,
    audience_of,
    leaves_at,
    state_after,
)
from models.vocabulary import AnnouncementState as State
from tests.support.cast import taipei

AUTHOR, SECOND = 1, 2
NOON = taipei(2024, 10, 11, 12)
PUPILS = Audience(frozenset({Hearers.PUPILS}))
CONTENT = Content("段考週作息", "中午放學。", "", PUPILS, None, 10)


def standing(state: State, *, author_may: bool = True) -> Standing:
    """Return a message of the author in a state."""
    return Standing(state, AUTHOR, author_may, CONTENT.digest)


@pytest.mark.parametrize(
    ("deed", "state", "actor", "after"),
    [
        (Deed.WRITE, State.DRAFT, AUTHOR, State.DRAFT),
        (Deed.WRITE, State.ASKED, SECOND, State.DRAFT),
        (Deed.WRITE, State.SENT_BACK, AUTHOR, State.DRAFT),
        (Deed.WRITE, State.APPROVED, AUTHOR, AnnouncementMovedOn),
        (Deed.WRITE, State.LEAVING, AUTHOR, AnnouncementMovedOn),
        (Deed.DISCARD, State.APPROVED, AUTHOR, AnnouncementMovedOn),
        (Deed.ASK, State.DRAFT, AUTHOR, State.ASKED),
        (Deed.ASK, State.DRAFT, SECOND, NotTheAuthor),
        (Deed.ASK, State.SENT_BACK, AUTHOR, AnnouncementMovedOn),
        (Deed.APPROVE, State.ASKED, SECOND, State.APPROVED),
        (Deed.APPROVE, State.ASKED, AUTHOR, SecondPersonNeeded),
        (Deed.APPROVE, State.DRAFT, SECOND, AnnouncementMovedOn),
        (Deed.APPROVE, State.APPROVED, SECOND, AnnouncementMovedOn),
        (Deed.SEND_BACK, State.ASKED, SECOND, State.SENT_BACK),
        (Deed.SEND_BACK, State.ASKED, AUTHOR, SecondPersonNeeded),
        (Deed.CALL_BACK, State.APPROVED, AUTHOR, State.DRAFT),
        (Deed.CALL_BACK, State.APPROVED, SECOND, State.DRAFT),
        (Deed.CALL_BACK, State.LEAVING, AUTHOR, AnnouncementMovedOn),
        (Deed.STOP, State.LEAVING, SECOND, State.STOPPED),
        (Deed.STOP, State.APPROVED, SECOND, AnnouncementMovedOn),
        (Deed.STOP, State.STOPPED, SECOND, AnnouncementMovedOn),
    ],
)
def test_what_becomes_of_a_deed(
    deed: Deed, state: State, actor: int, after: State | type[DomainError]
) -> None:
    """Each deed has its states and its people."""
    if isinstance(after, State):
        assert state_after(deed, standing(state), actor, CONTENT.digest) is after
    else:
        with pytest.raises(after):
            state_after(deed, standing(state), actor, CONTENT.digest)


def test_another_content_than_was_seen_is_neither_asked_about_nor_approved() -> None:
    """Nor what somebody wrote who may not any more."""
    other = replace(CONTENT, wording="中午不放學。").digest
    for deed, state, actor in (
        (Deed.ASK, State.DRAFT, AUTHOR),
        (Deed.APPROVE, State.ASKED, SECOND),
    ):
        with pytest.raises(AnnouncementChanged):
            state_after(deed, standing(state), actor, other)
    gone = standing(State.ASKED, author_may=False)
    with pytest.raises(AnnouncementAuthorGone):
        state_after(Deed.APPROVE, gone, SECOND, CONTENT.digest)


def test_a_second_account_is_no_second_person() -> None:
    """Where the school knows that both accounts are one person's."""
    at = replace(standing(State.ASKED), same_person=frozenset({SECOND}))
    for deed in (Deed.APPROVE, Deed.SEND_BACK):
        with pytest.raises(SecondPersonNeeded):
            state_after(deed, at, SECOND, CONTENT.digest)


def test_everything_that_is_approved_is_in_the_digest() -> None:
    """Every part of the content tells two messages apart."""
    others = (
        replace(CONTENT, title="段考"),
        replace(CONTENT, wording="中午。"),
        replace(CONTENT, link="https://school.example"),
        replace(CONTENT, audience=replace(PUPILS, grades=(2,))),
        replace(CONTENT, wanted_at=NOON),
        replace(CONTENT, undo_minutes=30),
    )
    assert len({CONTENT.digest, *(each.digest for each in others)}) == len(others) + 1


@given(
    st.sets(st.sampled_from(Hearers)),
    st.lists(st.sampled_from(("day", "continuing")), unique=True),
    st.lists(st.integers(1, 3), unique=True),
)
@settings(max_examples=20)
def test_an_audience_is_stored_as_it_is(
    hearers: set[Hearers], divisions: list[str], grades: list[int]
) -> None:
    """In whatever order its parts were named, it is the same audience with the same digest."""
    one = Audience(frozenset(hearers), tuple(divisions), tuple(grades))
    other = Audience(frozenset(hearers), tuple(divisions[::-1]), tuple(grades[::-1]))

    kept = audience_of(one.as_data())

    assert kept.as_data() == one.as_data() == other.as_data()
    digests = {replace(CONTENT, audience=each).digest for each in (one, other, kept)}
    assert len(digests) == 1


@given(
    st.lists(
        st.tuples(st.sampled_from(Deed), st.integers(1, 3), st.integers(0, 2)),
        max_size=25,
    )
)
@settings(max_examples=60)
def test_nothing_is_approved_but_by_a_second_person_who_has_seen_it(
    deeds: list[tuple[Deed, int, int]],
) -> None:
    """Whatever three registrars do in whatever order, with whichever version before their eyes."""
    digests = [CONTENT.digest]
    at = Standing(State.DRAFT, AUTHOR, author_may=True, digest=CONTENT.digest)
    for deed, actor, ago in deeds:
        seen = digests[max(0, len(digests) - 1 - ago)]
        if deed is Deed.DISCARD:
            continue
        try:
            after = state_after(deed, at, actor, seen)
        except DomainError:
            continue
        if after is State.APPROVED:
            assert (deed, at.state, seen) == (Deed.APPROVE, State.ASKED, at.digest)
            assert actor != at.author_id
        if deed is Deed.WRITE:
            digests.append(replace(CONTENT, wording=str(len(digests))).digest)
            at = replace(at, author_id=actor, digest=digests[-1])
        at = replace(at, state=after)


def test_the_time_to_call_back_is_never_cut_short() -> None:
    """A later hour that was wished for holds; an earlier one does not."""
    soon = NOON + timedelta(minutes=10)
    assert leaves_at(NOON, 10, None) == soon
    assert leaves_at(NOON, 10, NOON + timedelta(minutes=3)) == soon
    assert leaves_at(NOON, 10, NOON + timedelta(days=2)) == NOON + timedelta(days=2)
