"""Which sentence says which refusal; each refusal has exactly one."""

from collections.abc import Callable
from typing import Any, TypeVar

from handlers.words import Words
from models.errors import DomainError

E = TypeVar("E", bound=DomainError)
Sentence = Callable[[Any, Words], str]

_SENTENCES: dict[type[DomainError], Sentence] = {}


def says(kind: type[E]) -> Callable[[Callable[[E, Words], str]], Callable[[E, Words], str]]:
    """Register the function that words a refusal."""

    def register(function: Callable[[E, Words], str]) -> Callable[[E, Words], str]:
        _SENTENCES[kind] = function
        return function

    return register


def sentence(error: DomainError, words: Words) -> str:
    """Return the sentence for a refusal; raises KeyError for a class that has none."""
    return _SENTENCES[type(error)](error, words)


def spoken() -> frozenset[type[DomainError]]:
    """Return the refusals that have a sentence."""
    return frozenset(_SENTENCES)
