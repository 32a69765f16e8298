"""Which days are school days: Taiwan's public calendar, with the school's own exceptions.

The public calendar comes from the `holidays` library: national holidays, substituted days off and
make-up working Saturdays (補班日) as far as they have been announced.
"""

from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from models.rulebooks import Lapse, SchoolDays

_SATURDAY = 5
_DAY = timedelta(days=1)


class SchoolCalendar:
    """Taiwan's calendar as one school keeps it; the school's own days win over the public ones."""

    def __init__(self, own: SchoolDays | None = None) -> None:
        self._own = own or SchoolDays()

    def holiday_name(self, day: date) -> str | None:
        """Return the name of the public or school holiday on a day, None if it is not one."""
        if day in self._own.school_days:
            return None
        return self._own.holidays.get(day) or _public_holidays(day.year)[0].get(day)

    def is_holiday(self, day: date) -> bool:
        """Say whether a day is a public or school holiday; an ordinary weekend is not."""
        return self.holiday_name(day) is not None

    def is_school_day(self, day: date) -> bool:
        """Say whether the school works on a day: make-up Saturdays count, holidays do not."""
        if self.holiday_name(day):
            return False
        if day.weekday() < _SATURDAY or day in self._own.school_days:
            return True
        return day in _public_holidays(day.year)[1]

    def next_school_day(self, day: date) -> date:
        """Return the first school day after a day."""
        return self._neighbour(day, _DAY)

    def after(self, day: date, lapse: Lapse) -> date:
        """Return the day so many days after a day, which does not count itself; before it if < 0.

        School days are counted one by one: 3 after a Thursday is Tuesday.
        """
        if not lapse.of_school:
            return day + timedelta(days=lapse.days)
        step = _DAY if lapse.days > 0 else -_DAY
        for _ in range(abs(lapse.days)):
            day = self._neighbour(day, step)
        return day

    def last_of(self, first: date, lapse: Lapse) -> date:
        """Return the last of so many days that begin with `first`, which counts if it can."""
        counts = not lapse.of_school or self.is_school_day(first)
        return self.after(first, Lapse(lapse.days - counts, lapse.of_school))

    def _neighbour(self, day: date, step: timedelta) -> date:
        day += step
        while not self.is_school_day(day):
            day += step
        return day


@cache
def _public_holidays(year: int) -> tuple[MappingProxyType[date, str], frozenset[date]]:
    """Return a year's holidays by name, and its weekend days that are worked."""
    # Imported where it is needed: loading the library would slow down every command.
    from holidays import country_holidays

    taiwan = country_holidays("TW", years=year, language="zh_TW")
    names = {day: name for day, name in taiwan.items() if day.year == year}
    worked = frozenset(taiwan.weekend_workdays)
    return MappingProxyType(names), worked
