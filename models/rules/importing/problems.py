"""What can be wrong with one row of a file: where it stands, and why, out of a closed set."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a cell, or the row around it, cannot be taken over."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DAY = "not_a_day"
    UNKNOWN_WORD = "unknown_word"
    LOST_ZERO = "lost_zero"
    LOST_CHARACTER = "lost_character"
    OWN_CHARACTER = "own_character"
    TWICE = "twice"
    CONTRADICTS = "contradicts"
    OTHER_KIND = "other_kind"
    UNKNOWN_TERM = "unknown_term"
    UNKNOWN_DIVISION = "unknown_division"
    UNKNOWN_PUPIL = "unknown_pupil"
    UNKNOWN_TEACHER = "unknown_teacher"
    AMBIGUOUS_TEACHER = "ambiguous_teacher"
    UNKNOWN_CLASS = "unknown_class"
    UNKNOWN_COURSE = "unknown_course"
    AMBIGUOUS_COURSE = "ambiguous_course"
    NOT_ENROLLED = "not_enrolled"
    NO_ROOM = "no_room"
    NO_RECEIPT_WINDOW = "no_receipt_window"
    RECEIPT_OVER = "receipt_over"
    ROUND_BEGUN = "round_begun"
    NOT_MAPPED = "not_mapped"
    OTHER_BIRTH_DATE = "other_birth_date"
    UNREADABLE_ROW = "unreadable_row"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: the sheet ("" in a CSV file) and its row, counted from 1."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be taken; `column` is our field's name, `hint` what the reason needs."""

    place: Place
    column: str
    value: str
    reason: Reason
    hint: str = ""
