"""The rulebook of one school: its rules by section, and which of them holds for whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from models.rulebooks.values import (
    Cap,
    CapException,
    Caps,
    Division,
    Divisions,
    ExtensionRule,
    NudgeLimits,
    ReminderPlan,
    SchoolDays,
    Scope,
    SlipRule,
    TermPlan,
    TimeLimit,
    WindowRule,
)
from models.vocabulary import Stage


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One school's rules: everything the product must not hard-code about a school.

    `own_reminders` are those of the divisions that have hours of their own; `fresh_days` is how old
    imported data may be before nobody is reminded by it, None for any age.
    """

    code: str
    name: str
    short_name: str
    grades: tuple[int, ...]
    divisions: tuple[Division, ...]
    caps: Caps
    cap_exceptions: tuple[CapException, ...]
    windows: tuple[WindowRule, ...]
    extensions: tuple[ExtensionRule, ...]
    slips: tuple[SlipRule, ...]
    certify_within: TimeLimit | None
    answer_within: TimeLimit | None
    fresh_days: int | None
    reminders: ReminderPlan
    own_reminders: Mapping[str, ReminderPlan]
    nudges: NudgeLimits
    certification_undo_minutes: int
    school_days: SchoolDays
    terms: Mapping[str, TermPlan]

    def caps_for(
        self, division: str | None, grade: int | None = None, semester: int | None = None
    ) -> Caps:
        """Return the caps of a grade and division in a semester; the later exception counts."""
        given: dict[str, Cap] = {}
        for exception in self.cap_exceptions:
            if exception.scope.covers(semester=semester, grade=grade, division=division):
                given |= exception.caps
        return replace(self.caps, **given)

    def all_caps(self) -> Iterator[tuple[Scope, Caps]]:
        """Yield the school's caps, and those of each exception with whom it concerns."""
        yield Scope(), self.caps
        for exception in self.cap_exceptions:
            yield exception.scope, replace(self.caps, **exception.caps)

    def extension_for(
        self, stage: Stage, *, semester: int, grade: int | None, division: str | None
    ) -> ExtensionRule | None:
        """Return the rule about late ends of a stage, None without any; the later one counts."""
        fitting = [
            rule
            for rule in self.extensions
            if rule.stage is stage
            and rule.scope.covers(semester=semester, grade=grade, division=division)
        ]
        return fitting[-1] if fitting else None

    def slip_for(
        self, stage: Stage, *, semester: int, grade: int | None, division: str | None
    ) -> SlipRule | None:
        """Return the rule about paper slips of a stage, None without any; the later one counts."""
        fitting = [
            rule
            for rule in self.slips
            if rule.stage is stage
            and rule.scope.covers(semester=semester, grade=grade, division=division)
        ]
        return fitting[-1] if fitting else None

    def reminders_for(self, division: str | None) -> ReminderPlan:
        """Return when people of a division are told; None is the whole school."""
        return self.own_reminders.get(division or "", self.reminders)

    def plans(self, division: str | None = None) -> tuple[tuple[Divisions, ReminderPlan], ...]:
        """Return when people are told, a division's alone or those of the whole school by part.

        The school's own plan comes first, for all but the divisions that have one of their own.
        """
        if division is not None:
            return ((Divisions(), self.reminders_for(division)),)
        usual = (Divisions(besides=tuple(self.own_reminders)), self.reminders)
        return (usual, *((Divisions(key), plan) for key, plan in self.own_reminders.items()))

    def label_of(self, division: str | None) -> str:
        """Return a division's label as people see it, empty for the whole school."""
        return next((d.label for d in self.divisions if d.key == division), "")
