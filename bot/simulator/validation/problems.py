"""What is wrong with a request, gathered with the path of each property, as LINE answers it."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.validation.counting import utf16_units

Json = dict[str, Any]
Measure = Callable[[str], int]

LONGEST_URL = 2_000
LOOPBACK = ("127.0.0.1", "localhost", "::1")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")


class Problems:
    """A list of faults, each a message and the path of the property that has it."""

    def __init__(self, body_size: int = 0) -> None:
        """`body_size` is that of the whole request, in bytes."""
        self.body_size = body_size
        self.found: list[dict[str, str]] = []

    def add(self, path: str, message: str) -> None:
        """Record one fault of the property at this path."""
        self.found.append({"message": message, "property": path})

    def text(
        self,
        node: Mapping[str, Any],
        key: str,
        path: str,
        longest: int,
        *,
        required: bool = True,
        measure: Measure = utf16_units,
    ) -> None:
        """A string of 1 to `longest`, in the units LINE counts this property in."""
        value = node.get(key)
        if value is None:
            if required:
                self.add(f"{path}.{key}", "May not be empty")
        elif not isinstance(value, str):
            self.add(f"{path}.{key}", "Must be a string")
        elif not value:
            self.add(f"{path}.{key}", "May not be empty")
        # No measure exceeds twice the number of code points: short texts need no counting.
        elif len(value) * 2 > longest and measure(value) > longest:
            self.add(f"{path}.{key}", f"Length must be between 1 and {longest}")

    def size(self, value: object, path: str, fewest: int, most: int) -> list[Any]:
        """A list of so many members; what is wrong in size is not looked into any further."""
        if isinstance(value, list) and fewest <= len(value) <= most:
            return value
        self.add(path, f"Size must be between {fewest} and {most}")
        return []

    def object(self, value: object, path: str) -> Json | None:
        """A JSON object, or a fault."""
        if isinstance(value, dict):
            return value
        self.add(path, "Must be an object" if value is not None else "May not be empty")
        return None

    def choice(
        self,
        node: Mapping[str, Any],
        key: str,
        path: str,
        allowed: Collection[str],
        *,
        required: bool = False,
    ) -> None:
        """One of the values LINE knows."""
        value = node.get(key)
        if value is None and not required:
            return
        if not isinstance(value, str) or value not in allowed:
            self.add(f"{path}.{key}", f"Must be one of the following values: {sorted(allowed)}")

    def known(self, node: Mapping[str, Any], path: str, properties: frozenset[str]) -> None:
        """Only properties that LINE knows: elsewhere it ignores others, in Flex it refuses them."""
        if not properties.issuperset(node):
            for key in sorted(set(node) - properties):
                self.add(f"{path}.{key}", "unknown field")

    def whole_number(
        self,
        node: Mapping[str, Any],
        key: str,
        path: str,
        least: int,
        most: int,
        *,
        required: bool = False,
    ) -> None:
        """A whole number within bounds."""
        value = node.get(key)
        if value is None and not required:
            return
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.add(f"{path}.{key}", f"Must be a whole number between {least} and {most}")

    def secure_url(
        self, node: Mapping[str, Any], key: str, path: str, *, required: bool = True
    ) -> None:
        """An HTTPS address of at most 2,000 characters; plain HTTP passes on loopback only."""
        self.text(node, key, path, LONGEST_URL, required=required)
        value = node.get(key)
        if isinstance(value, str) and value and not is_secure(value):
            self.add(f"{path}.{key}", "Must be a valid HTTPS URL")

    def colour(self, node: Mapping[str, Any], key: str, path: str) -> None:
        """A colour as #RRGGBB or #RRGGBBAA."""
        value = node.get(key)
        if value is not None and not (isinstance(value, str) and COLOUR.fullmatch(value)):
            self.add(f"{path}.{key}", "invalid property")


def is_secure(url: str) -> bool:
    """HTTPS, or HTTP to this very machine: the simulator's own pictures have no certificate."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
