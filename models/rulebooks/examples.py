"""The right form of every key, for messages that point at a wrong one."""

import re

EXAMPLES = {
    "school": '[school] ⏎ code = "060123" ⏎ name = "某某高級中學"',
    "documents": '[documents.rules] ⏎ name = "某某補充規定" ⏎ dated = 2025-09-01',
    "documents.rules": '[documents.rules] ⏎ name = "某某補充規定" ⏎ dated = 2025-09-01',
    "caps": '[caps] ⏎ outcomes_uploaded_per_semester = { at_most = 10, clause = "第五點" }',
    "terms": '[terms."114-1"]',
    "published": '[[terms."114-1".published]]',
    "divisions": '[[divisions]] ⏎ key = "day" ⏎ label = "日間部"',
    "windows": '[[windows]] ⏎ stage = "upload"',
    "extensions": '[[extensions]] ⏎ stage = "upload"',
    "slips": '[[slips]] ⏎ stage = "receipt"',
    "exceptions": (
        "[[caps.exceptions]] ⏎ grades = [3] ⏎ "
        'outcomes_selected_per_year = { at_most = 5, clause = "第六點" }'
    ),
    "quiet_hours": '[quiet_hours] ⏎ from = "21:00"',
    "staff_hours": '[staff_hours] ⏎ from = "07:30"',
    "messages": "[messages] ⏎ per_day = 5",
    "digest": '[digest] ⏎ weekdays = ["mon"]',
    "nudges": "[nudges] ⏎ teacher_pause_days = 3",
    "certification": "[certification] ⏎ undo_minutes = 10",
    "queries": '[queries] ⏎ answered_within = { school_days = 3, clause = "第九點" }',
    "imports": "[imports] ⏎ fresh_days = 7",
    "calendar": "[calendar] ⏎ school_days = [2025-11-15]",
    "reminders": '[reminders] ⏎ at = "07:30"',
    "by_stage": "[reminders.by_stage] ⏎ receipt = [3, 1, 0]",
    "school.code": 'code = "060123"',
    "school.name": 'name = "市立某某高級中學"',
    "school.short_name": 'short_name = "某某高中"',
    "name": 'name = "某某補充規定"',
    "dated": "dated = 2025-09-01",
    "key": 'key = "day"',
    "label": 'label = "日間部"',
    "clause": 'clause = "第六點(三)"',
    "at_most": "at_most = 6",
    "outcomes_uploaded_per_semester": (
        'outcomes_uploaded_per_semester = { at_most = 10, clause = "第五點" }'
    ),
    "performances_uploaded_per_year": (
        'performances_uploaded_per_year = { at_most = 20, clause = "第五點" }'
    ),
    "outcomes_selected_per_year": 'outcomes_selected_per_year = { at_most = 6, clause = "第六點" }',
    "performances_selected_per_year": (
        'performances_selected_per_year = { at_most = 10, clause = "第六點" }'
    ),
    "stage": 'stage = "upload"',
    "round": "round = 2",
    "semesters": "semesters = [2]",
    "grades": "grades = [1, 2]",
    "windows.divisions": 'divisions = ["day"]',
    "extensions.divisions": 'divisions = ["day"]',
    "slips.divisions": 'divisions = ["day"]',
    "exceptions.divisions": 'divisions = ["day"]',
    "published.divisions": 'divisions = ["day"]',
    "opens": 'opens = { anchor = "term_start" }',
    "windows.closes": 'closes = { anchor = "closing_ceremony", weeks = 2 }',
    "anchor": 'anchor = "closing_ceremony"',
    "weeks": "weeks = 2",
    "days": "days = 3",
    "school_days": "school_days = 3",
    "back_days": "back_days = 2",
    "back_school_days": "back_school_days = 2",
    "lasts_days": "lasts_days = 4",
    "lasts_school_days": "lasts_school_days = 3",
    "opening_time": 'opening_time = "08:00"',
    "closing_time": 'closing_time = "17:00"',
    "if_day_off": 'if_day_off = "next_school_day"',
    "approved_by": 'approved_by = "導師"',
    "published.opens": "opens = 2025-10-09",
    "published.closes": "closes = 2025-10-14",
    "term_start": "term_start = 2025-09-01",
    "closing_ceremony": "closing_ceremony = 2026-01-20",
    "final_exams_end": "final_exams_end = 2026-01-16",
    "submission": "submission = 2026-10-05",
    "submission_grade3": "submission_grade3 = 2026-05-11",
    "at": 'at = "07:30"',
    "days_before": "days_before = [14, 7, 3, 1, 0]",
    "other_chat_hours": "other_chat_hours = 12",
    "by_stage.upload": "upload = [7, 3, 1, 0]",
    "by_stage.certification": "certification = [7, 3, 1, 0]",
    "by_stage.selection": "selection = [7, 3, 1, 0]",
    "by_stage.submission": "submission = [1, 0]",
    "by_stage.receipt": "receipt = [3, 1, 0]",
    "from": 'from = "21:00"',
    "until": 'until = "07:00"',
    "staff_hours.from": 'from = "07:30"',
    "staff_hours.until": 'until = "17:30"',
    "digest.at": 'at = "07:40"',
    "per_day": "per_day = 5",
    "per_week": "per_week = 15",
    "reminders.divisions": '[reminders.divisions.continuing] ⏎ at = "12:10"',
    "quiet_hours.divisions": '[quiet_hours.divisions.continuing] ⏎ from = "22:30"',
    "staff_hours.divisions": '[staff_hours.divisions.continuing] ⏎ from = "13:30"',
    "digest.divisions": '[digest.divisions.continuing] ⏎ at = "13:40"',
    "weekdays": 'weekdays = ["mon", "thu"]',
    "within_days": "within_days = 14",
    "teacher_pause_days": "teacher_pause_days = 3",
    "undo_minutes": "undo_minutes = 10",
    "within": 'within = { school_days = 5, clause = "第七點" }',
    "answered_within": 'answered_within = { school_days = 3, clause = "第九點" }',
    "fresh_days": "fresh_days = 7",
    "holidays": 'holidays = [{ date = 2025-11-17, name = "校慶補假" }]',
    "date": "date = 2025-11-17",
    "holidays.name": 'name = "校慶補假"',
    "calendar.school_days": "school_days = [2025-11-15]",
}
"""By the end of a key's path: the longest that fits counts. ⏎ is where a new line begins."""

_INDEX = re.compile(r"\[\d+\]")
_QUOTED = re.compile(r'"[^"]*"')


def of(key: str) -> str:
    """Return the right form of the key at a path such as windows[2].closes, "" if none is known."""
    parts = _QUOTED.sub("*", _INDEX.sub("", key)).split(".")
    ends = (".".join(parts[start:]) for start in range(len(parts)))
    return next((EXAMPLES[end] for end in ends if end in EXAMPLES), "")
