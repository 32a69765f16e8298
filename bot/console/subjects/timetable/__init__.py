"""A school's timetable: seen as a calendar, set up, edited, and shown with its effects first."""

from bot.console.subjects.timetable import beginning, editing, effecting, moving, showing
from bot.console.subjects.timetable.entrance import doors

__all__ = ["beginning", "doors", "editing", "effecting", "moving", "showing"]
