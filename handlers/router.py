"""Finds the one handler of an action, and turns what a person may not do into a courteous answer.

A handler runs inside a savepoint: a DomainError takes back what it changed and becomes a Reply
that says why, followed, where a module registered one, by the fresh card.
"""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from handlers.actions import Action
from handlers.context import Context
from handlers.group import answer_in_group
from handlers.refusals import refusal
from handlers.replies import Card, Reply
from models.errors import DomainError, NotLinked

MODULES = (
    "handlers.home",
    "handlers.help",
    "handlers.linking",
    "handlers.joining",
    "handlers.preferences",
    "handlers.chats",
    "handlers.calendar",
    "handlers.reminding",
    "handlers.asking",
    "handlers.questions",
    "handlers.settling",
    "handlers.status",
    "handlers.uploading",
    "handlers.requesting",
    "handlers.selecting",
    "handlers.confirming",
    "handlers.appealing",
    "handlers.certifying",
    "handlers.progress",
    "handlers.nudging",
    "handlers.office",
    "handlers.quota",
    "handlers.differing",
)
"""Every module with handlers; a module that is not listed here has none."""

Handler = Callable[[Any, Context], Awaitable[Reply]]
FreshCards = Callable[[Any, Context], Awaitable[tuple[Card, ...]]]
H = TypeVar("H", bound=Callable[..., Awaitable[Any]])

_HANDLERS: dict[type[Action], Handler] = {}
_FRESH: dict[type[Action], FreshCards] = {}


def handles(*kinds: type[Action]) -> Callable[[H], H]:
    """Register a coroutine as the one handler of these actions."""

    def register(function: H) -> H:
        for kind in kinds:
            _enter(_HANDLERS, kind, function)
        return function

    return register


def after_refusal(*kinds: type[Action]) -> Callable[[H], H]:
    """Register what draws the fresh cards under a refusal of these actions."""

    def register(function: H) -> H:
        for kind in kinds:
            _enter(_FRESH, kind, function)
        return function

    return register


async def answer(action: Action, context: Context) -> Reply:
    """Answer one action of one person; never raises a DomainError, never commits."""
    if context.in_group:
        return await answer_in_group(action, context)
    handler = handlers()[type(action)]
    try:
        async with context.session.begin_nested():
            return await handler(action, context)
    except DomainError as error:
        return refusal(error, context, await _fresh_cards(action, context, error))


@cache
def handlers() -> dict[type[Action], Handler]:
    """Return the handler of every action, after importing the modules of the list."""
    for module in MODULES:
        import_module(module)
    return dict(_HANDLERS)


async def _fresh_cards(action: Action, context: Context, error: DomainError) -> tuple[Card, ...]:
    """Draw what is true now; a person who may not see even that gets the refusal alone."""
    fresh = _FRESH.get(type(action))
    if fresh is None or isinstance(error, NotLinked):
        return ()
    try:
        async with context.session.begin_nested():
            return await fresh(action, context)
    except DomainError:
        return ()


def _enter(registry: dict[type[Action], Any], kind: type[Action], function: Any) -> None:
    if kind in registry:
        raise ValueError(f"{kind.__name__} is taken")
    registry[kind] = function
