"""How a window's days are counted: from anchors, by two clocks, and off days without school."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from models.rulebooks import Anchor, AnchoredDay, Clause, DayOff, Lapse
from models.rules.calendar import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a window stands where it stands: what its last day counts from, and the clause.

    `anchor` is None for published dates, whose clause is the decision that they rest on, if any;
    `computed` is then the span of days that the rules alone would have given. `moved_from` is the
    last day as it was counted, where the school is closed on it and the rule then moves it.
    """

    clause: Clause | None
    anchor: Anchor | None = None
    anchor_on: date | None = None
    days: int = 0
    school_days: int = 0
    lasts: Lapse | None = None
    moved_from: date | None = None
    computed: tuple[date, date] | None = None

    def __str__(self) -> str:
        """Return the reason in one line, as the windows table keeps it."""
        parts = [str(self.clause)] if self.clause else []
        if self.anchor:
            school_days = f" {self.school_days:+d} school days" if self.school_days else ""
            parts.append(f"{self.anchor} {self.anchor_on} {self.days:+d}d{school_days}")
        if self.lasts:
            unit = " school days" if self.lasts.of_school else "d"
            parts.append(f"lasts {self.lasts.days}{unit}")
        if self.moved_from:
            parts.append(f"moved from {self.moved_from}")
        if self.computed:
            parts.append(f"computed {self.computed[0]}..{self.computed[1]}")
        return "; ".join(parts)


def counted(
    day: AnchoredDay, known: Mapping[Anchor, date], calendar: SchoolCalendar
) -> date | None:
    """Return the day that counts from an anchor, None where the anchor has no date."""
    anchor_on = known.get(day.anchor)
    if anchor_on is None:
        return None
    by_calendar = anchor_on + timedelta(days=day.days)
    return calendar.after(by_calendar, Lapse(day.school_days, of_school=True))


def off_days_off(day: date, day_off: DayOff, calendar: SchoolCalendar) -> date:
    """Return the last day, moved to a school day next to it where the rule wants that."""
    if day_off is DayOff.KEEP or calendar.is_school_day(day):
        return day
    step = 1 if day_off is DayOff.NEXT_SCHOOL_DAY else -1
    return calendar.after(day, Lapse(step, of_school=True))
