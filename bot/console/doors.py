"""The doors of the console: every page and every button, each with the roles that it is open to.

A door without roles cannot be made. What somebody may not see looks like what is not there.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.responses import Response

from models.vocabulary import ConsoleRole

if TYPE_CHECKING:
    from bot.console.caller import Caller
    from bot.console.visit import Visit

IN_SCHOOL = "/s/{school}"
"""How the paths begin of what concerns one school: with its code."""

GET, POST = "GET", "POST"
Who = TypeVar("Who")


@dataclass(frozen=True, slots=True)
class Door(Generic[Who]):
    """A method at a path, and the view behind it; it takes files of so many bytes, mostly none."""

    method: str
    path: str
    view: Callable[[Who], Awaitable[Response]]
    roles: frozenset[ConsoleRole]
    files: int = 0

    @property
    def of_school(self) -> bool:
        """Say whether it concerns one school."""
        return self.path.startswith(IN_SCHOOL)

    @property
    def name(self) -> str:
        """Return what logs and tests call it."""
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class Doors:
    """The doors of one subject: for who is signed in, and for who is not yet."""

    kept: "list[Door[Visit]]" = field(default_factory=list)
    open: "list[Door[Caller]]" = field(default_factory=list)

    def get(self, path: str, *, to: Collection[ConsoleRole]) -> "Opening[Visit]":
        """Open a page to some roles; it changes nothing."""
        return Opening(self.kept, GET, path, to)

    def post(self, path: str, *, to: Collection[ConsoleRole]) -> "Opening[Visit]":
        """Open a form to some roles; what it changes is committed when it returns."""
        return Opening(self.kept, POST, path, to)

    def post_files(self, path: str, *, to: Collection[ConsoleRole], most: int) -> "Opening[Visit]":
        """Open a form with files, of `most` bytes, to some roles."""
        return Opening(self.kept, POST, path, to, files=most)

    def anybody_gets(self, path: str) -> "Opening[Caller]":
        """Open a page to everybody, signed in or not."""
        return Opening(self.open, GET, path, None)

    def anybody_posts(self, path: str) -> "Opening[Caller]":
        """Open a form to everybody, signed in or not; it opens its own transactions."""
        return Opening(self.open, POST, path, None)


class Opening(Generic[Who]):
    """What a view is decorated with."""

    def __init__(
        self,
        doors: list[Door[Who]],
        method: str,
        path: str,
        to: Collection[ConsoleRole] | None,
        *,
        files: int = 0,
    ) -> None:
        if to is not None and not to:
            raise ValueError(f"{method} {path} is open to nobody")
        self._doors, self._method, self._path = doors, method, path
        self._roles = frozenset(to or ())
        self._files = files

    def __call__(
        self, view: Callable[[Who], Awaitable[Response]]
    ) -> Callable[[Who], Awaitable[Response]]:
        """Put the view behind its door."""
        self._doors.append(Door(self._method, self._path, view, self._roles, self._files))
        return view
