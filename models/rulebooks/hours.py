"""When people are told: reminders, nights, staff hours and digests, also of a single division."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from types import MappingProxyType

from models.rulebooks import bounds
from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import (
    DigestMornings,
    MessageLimits,
    QuietHours,
    ReminderPlan,
    StaffHours,
)
from models.vocabulary import Stage

_LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The times of day that a division may have of its own."""

    at: time
    quiet: QuietHours
    staff: StaffHours
    digest_at: time


_USUAL = Clocks(time(7, 30), QuietHours(time(21), time(7)), StaffHours(), time(7, 40))
_FEW = MessageLimits()


class Sections:
    """The tables that hold times of day, of the school or of one of its divisions."""

    def __init__(self, reminders: Table, quiet: Table, staff: Table, digest: Table) -> None:
        self.reminders = reminders
        self.quiet = quiet
        self.staff = staff
        self.digest = digest

    def all(self) -> tuple[Table, ...]:
        """Return the tables."""
        return self.reminders, self.quiet, self.staff, self.digest

    def inside(self, key: str) -> "Sections":
        """Return the tables under a key of each."""
        return Sections(*(each.table(key) for each in self.all()))

    def done(self) -> None:
        """Report unknown keys."""
        for each in self.all():
            each.done()

    def clocks(self, usual: Clocks) -> Clocks:
        """Return the times of day that are written, and the usual ones for the rest."""
        at = self.reminders.clock("at", usual.at)
        quiet = QuietHours(
            self.quiet.clock("from", usual.quiet.starts),
            self.quiet.clock("until", usual.quiet.ends),
        )
        digest_at = self.digest.clock("at", usual.digest_at)
        wide = _stretched(usual.staff, at, digest_at)
        staff = StaffHours(
            self.staff.clock("from", wide.starts), self.staff.clock("until", wide.ends)
        )
        clocks = Clocks(at, quiet, staff, digest_at)
        self._check(clocks)
        return clocks

    def _check(self, clocks: Clocks) -> None:
        """Note what could never be told at the time that is written."""
        quiet, staff = clocks.quiet, clocks.staff
        spoken = [(self.reminders, "at", clocks.at), (self.digest, "at", clocks.digest_at)]
        if self.staff.has("from"):
            spoken.append((self.staff, "from", staff.starts))
        for section, key, clock in spoken:
            if quiet.cover(clock):
                section.problem(key, Expected.OUTSIDE_QUIET_HOURS, **_span(quiet))
        if staff.ends <= staff.starts:
            self.staff.problem("until", Expected.LATER, than=f"{staff.starts:%H:%M}")
        elif not staff.cover(clocks.digest_at):
            self.digest.problem("at", Expected.INSIDE_STAFF_HOURS, **_span(staff))


def plans_in(
    root: Table, divisions: Sequence[str]
) -> tuple[ReminderPlan, Mapping[str, ReminderPlan]]:
    """Return when a school's people are told, and those of divisions with hours of their own."""
    sections = Sections(*map(root.table, ("reminders", "quiet_hours", "staff_hours", "digest")))
    usual = sections.clocks(_USUAL)
    days_before = _days_before(sections.reminders)
    weekdays = sections.digest.some_of("weekdays", bounds.WEEKDAYS, ("mon", "thu"))
    within_days = sections.digest.number("within_days", 1, bounds.LONGEST_OFFSET, default=14)
    hours = sections.reminders.number("other_chat_hours", 0, bounds.MOST_HOURS, default=12)
    messages = _messages(root.table("messages"))

    def plan(clocks: Clocks) -> ReminderPlan:
        return ReminderPlan(
            at=clocks.at,
            days_before=days_before,
            quiet=clocks.quiet,
            digest=DigestMornings(
                tuple(sorted(bounds.WEEKDAYS.index(day) for day in weekdays)),
                clocks.digest_at,
                within_days,
            ),
            other_chat_hours=hours,
            staff=clocks.staff,
            messages=messages,
        )

    own: dict[str, ReminderPlan] = {}
    by_division = sections.inside("divisions")
    for key in divisions:
        inside = by_division.inside(key)
        clocks = inside.clocks(usual)
        if clocks != usual:
            own[key] = plan(clocks)
        inside.done()
    by_division.done()
    sections.done()
    return plan(usual), MappingProxyType(own)


def _stretched(usual: StaffHours, at: time, digest_at: time) -> StaffHours:
    """Return the staff's hours where nobody wrote them: wide enough for a file's mornings."""
    starts = min(usual.starts, at, digest_at)
    later = digest_at.replace(hour=digest_at.hour + 1) if digest_at.hour < 23 else _LAST_MINUTE
    return StaffHours(starts, max(usual.ends, later))


def _messages(table: Table) -> MessageLimits:
    per_day = table.number("per_day", 1, bounds.MOST_A_DAY, default=_FEW.per_day)
    limits = MessageLimits(
        per_day,
        table.number("per_week", per_day, bounds.MOST_A_WEEK, default=max(per_day, _FEW.per_week)),
    )
    table.done()
    return limits


def _days_before(table: Table) -> Mapping[Stage, tuple[int, ...]]:
    usual = table.numbers("days_before", 0, 60, bounds.DEFAULT_OFFSETS)
    by_stage = table.table("by_stage")
    offsets = {stage: by_stage.numbers(stage.value, 0, 60, usual) for stage in Stage}
    by_stage.done()
    return MappingProxyType(
        {stage: tuple(sorted(days, reverse=True)) for stage, days in offsets.items()}
    )


def _span(hours: QuietHours | StaffHours) -> dict[str, object]:
    return {"starts": f"{hours.starts:%H:%M}", "ends": f"{hours.ends:%H:%M}"}
