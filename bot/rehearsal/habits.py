"""How people of the rehearsed school behave, and how many of a real school each stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from handlers.words import N_


class Habit(StrEnum):
    """What a person typically does about a deadline."""

    EARLY = "early"
    PROMPTED = "prompted"
    LAST_DAY = "last_day"
    SILENT = "silent"
    NOTHING = "nothing"
    RETURNED = "returned"
    QUERIES = "queries"
    BLOCKED = "blocked"
    NOT_JOINED = "not_joined"
    TEACHES_PROMPTLY = "teaches_promptly"
    TEACHES_LATE = "teaches_late"
    LEADS_A_CLASS = "leads_a_class"
    REGISTERS = "registers"


HABITS: Mapping[Habit, str] = {
    Habit.EARLY: N_("decides early"),
    Habit.PROMPTED: N_("decides when reminded"),
    Habit.LAST_DAY: N_("decides on the last day"),
    Habit.SILENT: N_("never decides"),
    Habit.NOTHING: N_("wants nothing"),
    Habit.RETURNED: N_("has a work returned"),
    Habit.QUERIES: N_("raises a query"),
    Habit.BLOCKED: N_("blocks the account"),
    Habit.NOT_JOINED: N_("never joins"),
    Habit.TEACHES_PROMPTLY: N_("certifies the same day"),
    Habit.TEACHES_LATE: N_("certifies in the last days"),
    Habit.LEADS_A_CLASS: N_("leads a class"),
    Habit.REGISTERS: N_("runs the office"),
}

PUPILS: Mapping[Habit, int] = {
    Habit.EARLY: 30,
    Habit.PROMPTED: 30,
    Habit.LAST_DAY: 15,
    Habit.SILENT: 10,
    Habit.NOTHING: 5,
    Habit.RETURNED: 3,
    Habit.QUERIES: 2,
    Habit.BLOCKED: 1,
    Habit.NOT_JOINED: 4,
}
"""The pupils of every rehearsed class, and how many in a hundred each of them stands for."""

TEACHERS: Mapping[Habit, int] = {Habit.TEACHES_PROMPTLY: 60, Habit.TEACHES_LATE: 40}
"""The subject teachers, and how many in a hundred each of them stands for."""

REACTS_WITHIN: Mapping[Habit, timedelta] = {
    Habit.PROMPTED: timedelta(days=7),
    Habit.LAST_DAY: timedelta(days=1),
    Habit.TEACHES_LATE: timedelta(days=4),
}
"""How near an end must be for a message about it to be acted upon."""

PER_CLASS = 35
"""Pupils of a class of a real school."""
TEACHERS_PER_THOUSAND = 80
"""Subject teachers of a real school to a thousand pupils."""
THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Scale:
    """How many people of a school of a thousand pupils one rehearsed person stands for."""

    classes: int

    def of(self, habit: Habit) -> Fraction:
        """Return how many people with this habit there are to one that is rehearsed."""
        if habit in PUPILS:
            return Fraction(THOUSAND * PUPILS[habit], 100 * self.classes)
        if habit in TEACHERS:
            return Fraction(TEACHERS_PER_THOUSAND * TEACHERS[habit], 100)
        if habit is Habit.LEADS_A_CLASS:
            return Fraction(THOUSAND, PER_CLASS * self.classes)
        return Fraction(1)
