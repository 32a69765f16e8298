"""Packs an action into at most 64 bytes, the smaller of the channels' limits, and back.

`certify:4711:3` is a short code, then the fields in order: whole numbers in base 36, closed words
and text as they are. Text that may hold anything never travels in a button.
"""

import dataclasses
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

LIMIT = 64
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_REGISTRY: dict[str, type[Any]] = {}
_HINTS: dict[str, dict[str, Any]] = {}

A = TypeVar("A")


class Unreadable(ValueError):
    """The text is no packed action of this build."""


def packs_as(code: str) -> Any:
    """Register a frozen dataclass under a short code; a code is given once."""

    def register(kind: type[A]) -> type[A]:
        if code in _REGISTRY:
            raise ValueError(f"code {code} is taken")
        _REGISTRY[code] = kind
        _HINTS[code] = _hints(kind)
        kind.code = code  # type: ignore[attr-defined]
        return kind

    return register


def registered() -> dict[str, type[Any]]:
    """Return every action type by its code."""
    return dict(_REGISTRY)


def pack(action: Any) -> str:
    """Return the action as text; raises ValueError where it would not fit 64 bytes."""
    fields = [_written(getattr(action, name)) for name in _HINTS[action.code]]
    packed = ":".join([action.code, *fields])
    if len(packed.encode()) > LIMIT:
        raise ValueError(f"{type(action).__name__} needs more than {LIMIT} bytes")
    return packed


def unpack(packed: str) -> Any:
    """Return the action that was packed; raises Unreadable for anything else."""
    code, *values = packed.split(":")
    kind = _REGISTRY.get(code)
    if kind is None:
        raise Unreadable(packed[:LIMIT])
    hints = _HINTS[code]
    if len(values) != len(hints):
        raise Unreadable(packed[:LIMIT])
    try:
        read = (_read(hint, value) for hint, value in zip(hints.values(), values, strict=True))
        return kind(*read)
    except ValueError as error:
        raise Unreadable(packed[:LIMIT]) from error


def _hints(kind: Any) -> dict[str, Any]:
    """Return the type of each field by name, in order."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _written(value: object) -> str:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, int):
        return _base36(value)
    text = str(value)
    if ":" in text:
        raise ValueError("a colon cannot be packed")
    return text


def _read(hint: Any, value: str) -> Any:
    if hint is int:
        return int(value, 36)
    return hint(value)


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("a negative number cannot be packed")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
        if number == 0:
            return digits
