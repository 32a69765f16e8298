"""Calendars that people subscribe to: a timetable that stays up to date in their own phone."""
