"""Writes a calendar as iCalendar text (RFC 5545), as Apple's, Google's and other calendars read it.

The same windows give the same bytes: nothing in them depends on when they were asked for.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache

from icalendar import Alarm, Calendar, Timezone
from icalendar import Event as Component
from icalendar.prop import vDuration

from bot.calendars import wording
from handlers.words import Words
from models.queries.feeds import Shown
from models.rulebooks import Rulebook
from models.rules.calendars import Event, events_of
from models.rules.taipei import TAIPEI

REFRESH = timedelta(hours=6)
"""How often a phone should ask again; most ask when they like."""
_PRODUCT = "-//Portfolio Bell//Timetable//ZH-TW"
_SINCE, _UNTIL = date(2010, 1, 1), date(2060, 1, 1)


def drawn(shown: Iterable[Shown], name: str, rulebook: Rulebook, words: Words) -> bytes:
    """Return the calendar of these windows, called `name`."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", TAIPEI.key)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())  # type: ignore[no-untyped-call]
    calendar.add_component(_timezone())
    for each in shown:
        for event in events_of(each.dated):
            calendar.add_component(_component(event, each, rulebook, words))
    written: bytes = calendar.to_ical()
    return written


def _component(event: Event, shown: Shown, rulebook: Rulebook, words: Words) -> Component:
    title = wording.title(event, shown, rulebook, words)
    component = Component()
    component.add("uid", f"{event.uid}.{rulebook.code}@portfolio-bell")
    component.add("sequence", event.sequence)
    component.add("dtstamp", event.changed_at.astimezone(UTC).replace(microsecond=0))
    component.add("last-modified", event.changed_at.astimezone(UTC).replace(microsecond=0))
    component.add("summary", title)
    component.add("description", wording.description(event, shown, words))
    component.add("dtstart", _local(event.starts))
    component.add("dtend", _local(event.ends))
    component.add("transp", "TRANSPARENT")
    component.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    for at in event.alarms:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", at - event.starts_at)
        component.add_component(alarm)
    return component


def _local(at: date) -> date:
    """Return an instant by the clock in Taipei; a day stays a day."""
    return at.astimezone(TAIPEI) if isinstance(at, datetime) else at


@cache
def _timezone() -> Timezone:
    """Return the time zone of Taipei, which has had no summer time since 1979."""
    return Timezone.from_tzid(TAIPEI.key, first_date=_SINCE, last_date=_UNTIL)
