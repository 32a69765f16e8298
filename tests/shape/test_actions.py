"""The shape of what can be asked and answered: nothing is left without its one counterpart."""

import dataclasses
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from handlers import actions, labels, refusals, router, typed
from handlers import help as help_card
from handlers.actions import Action, ShowHelp
from handlers.codec import LIMIT, pack, registered, unpack
from handlers.words import Words
from models import errors, vocabulary
from models.errors import DomainError

WORDS = Words("en", lambda said: said, lambda one, many, n: one if n == 1 else many)
LARGEST_ID = 2**53
LONGEST_TEXT = "0123456789ab"
"""A list's digest; locales are shorter."""

KINDS = sorted(
    (
        kind
        for kind in vars(actions).values()
        if isinstance(kind, type) and issubclass(kind, Action) and kind is not Action
    ),
    key=lambda kind: kind.__name__,
)
REFUSALS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, DomainError) and kind is not DomainError
    ),
    key=lambda kind: kind.__name__,
)
_OF_PUPILS = "item request appl? appl nudget noup sel unsel fin? fin rconf rline rqry"
_OF_STAFF = "que qry qfix look cert ret? ret undo many open nudge diffok"
UNTYPED = {*_OF_PUPILS.split(), *_OF_STAFF.split(), "unlink"}
"""Actions that need a row's id: they are reached through a card that a typed command opens."""


def largest(kind: type[Any]) -> Any:
    """Make an instance of a dataclass with the longest values that its fields can have."""
    return kind(*(_largest(hint) for hint in _hints(kind)))


def _hints(kind: type[Any]) -> list[Any]:
    hints = get_type_hints(kind)
    return [hints[field.name] for field in dataclasses.fields(kind)]


def _largest(hint: Any) -> Any:
    if hint is int:
        return LARGEST_ID
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return max(hint, key=len)
    if hint is bool:
        return True
    return datetime(2025, 2, 1, tzinfo=UTC) if "datetime" in str(hint) else LONGEST_TEXT


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_action_has_one_handler(kind: type[Action]) -> None:
    """Registering a second one raises, so there is exactly one."""
    assert kind in router.handlers()
    with pytest.raises(ValueError, match="is taken"):
        router.handles(kind)(router.answer)


@pytest.mark.parametrize("kind", registered().values(), ids=lambda kind: kind.__name__)
def test_every_button_fits_64_bytes_and_comes_back(kind: type[Any]) -> None:
    """With the largest ids and the longest words, in the smaller of the channels' limits."""
    action = largest(kind)

    packed = pack(action)

    assert len(packed.encode()) <= LIMIT
    assert unpack(packed) == action


def test_every_action_can_be_typed_or_reached_from_what_can_be_typed() -> None:
    """LINE's desktop has no menu and no quick replies: words must be enough."""
    spoken = {command.action.code for command in typed.COMMANDS}

    assert spoken | UNTYPED == set(registered())
    assert not spoken & UNTYPED


def test_the_help_card_says_what_every_command_is_for() -> None:
    """Every command that no card tells is shown to somebody, with its words."""
    shown = {
        *help_card.EVERYBODY,
        *(code for codes in help_card.BY_DUTY.values() for code in codes),
    }

    listed = {command.action.code for command in typed.COMMANDS if command.listed}
    commands = listed - {ShowHelp.code}
    assert shown == set(help_card.WHAT_FOR) == commands
    assert set(help_card.BY_DUTY) == set(vocabulary.Duty)


def refused(kind: type[Any]) -> DomainError:
    """Make a refusal with all the facts that its sentence may need."""
    facts = {
        field.name: hint for field, hint in zip(dataclasses.fields(kind), _hints(kind), strict=True)
    }
    error: DomainError = kind(
        **{
            name: "returned" if name == "decision" else _largest(hint)
            for name, hint in facts.items()
        }
    )
    return error


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_sentence(kind: type[DomainError]) -> None:
    """With all its places filled, and a heading."""
    said = refusals.sentence(refused(kind), WORDS)

    assert said.endswith(".")
    assert "{" not in said
    assert refusals.title_of(refused(kind), WORDS)


def test_no_two_refusals_share_a_sentence() -> None:
    """A person can tell from the words what stands in the way."""
    said = {refusals.sentence(refused(kind), WORDS) for kind in REFUSALS}

    assert len(said) == len(REFUSALS)
    assert refusals.spoken() == set(REFUSALS)


@pytest.mark.parametrize("kind", labels.WORDS, ids=lambda kind: kind.__name__)
def test_every_word_of_a_labelled_set_has_a_label(kind: type[StrEnum]) -> None:
    """A card never shows a bare identifier."""
    assert [labels.word(member, WORDS) for member in kind] == list(labels.WORDS[kind].values())
