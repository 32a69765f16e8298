"""Whose word counts where the platform and our record of a course outcome differ, and what is told.

What was done here through the bot is never undone by a file: ours stays, and a person looks into
it. Where nobody did anything here, the platform's word is taken over; of a work that was certified
even that is told, for a certification is about one file under one title. What was done here after
the data was true says nothing against the data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import Difference, OutcomeState

ONWARD = {
    OutcomeState.DRAFT: set(OutcomeState) - {OutcomeState.DRAFT},
    OutcomeState.UPLOADED: {
        OutcomeState.AWAITING,
        OutcomeState.CERTIFIED,
        OutcomeState.RETURNED,
    },
    OutcomeState.AWAITING: {OutcomeState.CERTIFIED, OutcomeState.RETURNED},
    OutcomeState.RETURNED: set[OutcomeState](),
    OutcomeState.CERTIFIED: set[OutcomeState](),
}
"""Where a work can go on to without undoing what was done here."""

_SETTLED = (OutcomeState.AWAITING, OutcomeState.CERTIFIED)


@dataclass(frozen=True, slots=True)
class Ours:
    """What our record says of a work.

    `touched_at` is when somebody last did something to it through the bot; `withdrawn` says that a
    teacher took their certification back here.
    """

    state: OutcomeState
    title: str
    file_name: str
    file_hash: str
    touched_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the platform says of the same work."""

    state: OutcomeState
    title: str
    file_name: str
    file_hash: str


@dataclass(frozen=True, slots=True)
class Told:
    """One difference as it is told; `taken` says that the platform's word was taken over."""

    difference: Difference
    ours: str
    theirs: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the platform's state and file are taken over, and what is told about it."""

    takes_state: bool
    takes_file: bool
    told: tuple[Told, ...] = ()


def reconcile(ours: Ours, theirs: Theirs, data_at: datetime) -> Verdict:
    """Return whose word counts about a work that both know."""
    if ours.touched_at is not None and ours.touched_at > data_at:
        return Verdict(takes_state=False, takes_file=False)
    touched = ours.touched_at is not None
    takes_file = not (touched and ours.state in _SETTLED)
    takes_state = accepts(ours.state, theirs.state, touched=touched) and not (
        ours.withdrawn and theirs.state is OutcomeState.CERTIFIED
    )
    told = (
        *_of_state(ours, theirs, touched=touched, taken=takes_state),
        *_of_file(ours, theirs, taken=takes_file),
    )
    return Verdict(takes_state, takes_file, told)


def accepts(ours: OutcomeState, theirs: OutcomeState, *, touched: bool) -> bool:
    """Tell whether the platform's word about a work's state is taken over."""
    return not touched or theirs in ONWARD[ours]


def _of_state(ours: Ours, theirs: Theirs, *, touched: bool, taken: bool) -> Iterator[Told]:
    """Tell of a state that differs; what merely went on over there is no difference."""
    if ours.state is theirs.state:
        return
    if ours.state is OutcomeState.CERTIFIED:
        yield Told(Difference.NOT_CERTIFIED_THERE, ours.state, theirs.state, taken)
    elif ours.withdrawn and theirs.state is OutcomeState.CERTIFIED:
        yield Told(Difference.WITHDRAWN_HERE, ours.state, theirs.state, taken)
    elif touched and theirs.state is OutcomeState.CERTIFIED:
        yield Told(Difference.CERTIFIED_THERE, ours.state, theirs.state, taken)
    elif not taken:
        yield Told(Difference.STATE, ours.state, theirs.state, taken)


def _of_file(ours: Ours, theirs: Theirs, *, taken: bool) -> Iterator[Told]:
    """Tell of a title or a file that is another than the one that was certified or sent."""
    if taken and ours.state is not OutcomeState.CERTIFIED:
        return
    if ours.title != theirs.title:
        yield Told(Difference.TITLE, ours.title, theirs.title, taken)
    if ours.file_hash and theirs.file_hash and ours.file_hash != theirs.file_hash:
        yield Told(Difference.FILE, ours.file_name, theirs.file_name, taken)
