"""One visit of somebody who is signed in: who they are, at which school, and one transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.console.caller import Caller
from models.queries import audit
from models.queries.console.sessions import Signed
from models.queries.holds import Hold
from models.queries.schools import rulebook_of
from models.rulebooks import Rulebook
from models.rules.access import Grant
from models.tables import ConsoleUser, School

VIA = "console"


@dataclass(slots=True)
class Visit(Caller):
    """A request with the session it runs in; `held` are the grants that opened this door.

    `at` is the school that the path names, None where it concerns the installation. While `hold` is
    on, or reminders are `held_back` one by one, every page of the school says so.
    """

    session: AsyncSession
    signed: Signed
    held: tuple[Grant, ...]
    at: School | None
    hold: Hold | None = None
    held_back: int = 0

    @property
    def now(self) -> datetime:
        """Return the time by which the school lives."""
        return self.desk.installation.clock.now()

    @property
    def user(self) -> ConsoleUser:
        """Return who is signed in."""
        return self.signed.user

    @property
    def school(self) -> School:
        """Return the school that this is about; only doors of a school have one."""
        if self.at is None:
            raise LookupError("this door concerns no school")
        return self.at

    @property
    def rulebook(self) -> Rulebook:
        """Return the school's own rules."""
        return rulebook_of(self.school)

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """Draw a page with the menus of who is signed in."""
        return self.desk.pages.drawn(self, template, status, visit=self, **values)

    def to_school(self, tail: str = "/") -> str:
        """Return the path of a page of this school."""
        return f"/s/{self.school.code}{tail}"

    async def record(
        self,
        deed: str,
        thing: str,
        *,
        person_id: int | None = None,
        school_id: int | None = None,
        clause: str = "",
        **facts: Any,
    ) -> None:
        """Write the audit entry of a change: who did it stands in the visit. No names in facts."""
        await audit.record(
            self.session,
            school_id=self.school.id if school_id is None else school_id,
            at=self.now,
            actor_id=self.user.person_id,
            person_id=person_id,
            deed=deed,
            thing=thing,
            via=VIA,
            clause=clause,
            console_user=self.user.id,
            **facts,
        )
