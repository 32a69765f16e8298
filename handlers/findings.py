"""What the law checker found and what a rulebook gets wrong, in sentences for school staff."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import cast

from handlers.labels import word
from handlers.words import N_, Words
from models.rulebooks import Anchor, Clause, Expected, Problem, Rulebook, examples
from models.rules.counting import Reason
from models.rules.lawcheck import Fault, Finding, Severity
from models.rules.timetable import PlannedWindow, UndatedWindow
from models.vocabulary import Stage

FAULTS: Mapping[Fault, str] = {
    Fault.CAP_ABOVE_LAW: N_(
        "{window}: at most {cap} {kind} may be selected; the law allows {highest}."
    ),
    Fault.UPLOAD_ENDS_TOO_EARLY: N_(
        "{window} ends on {closes}. The closing ceremony is on {ceremony}: "
        "upload has to stay open until {earliest} at least."
    ),
    Fault.CERTIFICATION_ENDS_FIRST: N_(
        "{window} ends on {closes}, before upload ends on {other_closes}: "
        "works uploaded in between cannot be certified."
    ),
    Fault.SELECTION_AFTER_SUBMISSION: N_(
        "{window} ends on {closes}, after submission on {other_closes}: "
        "what is selected in between is not submitted."
    ),
    Fault.GRADE3_AFTER_ITS_YEAR: N_(
        "{window} ends on {closes}. For grade 3 it has to end within the academic year, "
        "before {next_year}."
    ),
    Fault.RECEIPT_BEFORE_SUBMISSION: N_(
        "{window} opens on {opens}, before submission is done on {other_closes}."
    ),
    Fault.RECEIPT_TOO_SHORT: N_(
        "{window} lasts {days} days. It has to last at least {fewest} days."
    ),
    Fault.UPSIDE_DOWN: N_("{window} ends on {closes}, before it opens on {opens}."),
    Fault.CEREMONY_UNKNOWN: N_(
        "{window} cannot be checked: the rulebook has no closing ceremony for this term."
    ),
    Fault.NO_TIME_TO_CERTIFY: N_(
        "{window} ends on {closes}, the same day as upload: teachers have no day left for works "
        "that come in last."
    ),
    Fault.SELECTION_ENDS_BEFORE_CERTIFICATION: N_(
        "{window} ends on {closes}, before certification ends on {other_closes}: "
        "works certified in between cannot be selected."
    ),
    Fault.ROUNDS_OVERLAP: N_("{window} opens on {opens}, before the round before it has ended."),
    Fault.EXTENSION_AFTER_CERTIFICATION: N_(
        "{window}: single pupils may be given time until {late}, but certification ends on "
        "{other_closes}: what they upload after that cannot be certified."
    ),
    Fault.EXTENSION_AFTER_SUBMISSION: N_(
        "{window}: single pupils may be given time until {late}, after submission on "
        "{other_closes}: what they select then is not submitted."
    ),
    Fault.DECISION_NOT_CITED: N_(
        "{window} was published as {opens} to {closes}; the rules give {computed_opens} to "
        "{computed_closes}. The file names no decision of the working group for the change."
    ),
    Fault.HOLIDAY_DEADLINE: N_("{window} ends on {closes}, a holiday ({holiday})."),
    Fault.PAST: N_(
        "{n} windows of {terms} ended before {on}, the last of them on {closes}: nobody is "
        "reminded of them any more."
    ),
    Fault.ALL_PAST: N_("All windows ended before {on}: this is a look back."),
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: N_("Error"),
    Severity.WARNING: N_("Warning"),
}

EXPECTED: Mapping[Expected, str] = {
    Expected.TOML: N_("this line is not valid TOML"),
    Expected.HALF_WIDTH: N_(
        "quotes, brackets, commas, = and # have to be half-width here, as an English keyboard "
        "types them"
    ),
    Expected.QUOTED_TEXT: N_("a text needs half-width double quotes around it"),
    Expected.CLOSED_QUOTE: N_("a quotation mark is missing: a text begins and ends with one"),
    Expected.CLOSED_BRACKET: N_("a closing bracket is missing"),
    Expected.NO_LEADING_ZERO: N_(
        "a number must not begin with 0; a code, which may, needs quotes around it"
    ),
    Expected.SAID_ONCE: N_(
        "this key or section stands here a second time; of several windows, divisions or published "
        "dates each begins with [[double brackets]]"
    ),
    Expected.A_VALUE: N_("a value is missing after ="),
    Expected.AN_EQUALS_SIGN: N_("a line has to be key = value, with a half-width ="),
    Expected.QUOTED_KEY: N_(
        "a name with other letters than a-z, digits, - and _ needs half-width quotes around it"
    ),
    Expected.REAL_DATE: N_("there is no such day; a date is year-month-day, without quotes"),
    Expected.BARE_NUMBER: N_("a number stands alone, without a unit"),
    Expected.QUOTED_CLOCK: N_("a time of day needs quotes around it"),
    Expected.NO_BACKSLASH: N_("a backslash has a meaning of its own here: leave it out"),
    Expected.ONE_LINE_BRACES: N_(
        "what stands in curly brackets begins and ends on one line, without a comma at its end"
    ),
    Expected.ONE_LINE: N_("only one key = value may stand on a line; a text ends on its own line"),
    Expected.A_COMMA: N_("a comma is missing between two members"),
    Expected.UTF8: N_("the file has to be a UTF-8 text file"),
    Expected.PRESENT: N_("this key is missing"),
    Expected.KNOWN_KEY: N_("there is no such key; known here: {known}"),
    Expected.TABLE: N_("a table is expected"),
    Expected.TABLES: N_("a list of tables is expected"),
    Expected.LIST: N_("a list in square brackets is expected, not empty"),
    Expected.TEXT: N_("a text in quotes is expected, not empty"),
    Expected.NUMBER: N_("a whole number from {low} to {high} is expected, without quotes"),
    Expected.ONE_OF: N_("one of these is expected: {choices}"),
    Expected.DATE: N_("a date such as 2025-01-20 is expected, without quotes"),
    Expected.CLOCK: N_('a time from "{low}" to "{high}" is expected, in quotes'),
    Expected.TERM: N_('a term such as "113-1" is expected: ROC year, hyphen, 1 or 2'),
    Expected.CLAUSE: N_("the document before the colon has to be one of these: {documents}"),
    Expected.DISTINCT: N_("nothing may stand here twice"),
    Expected.EXACTLY_ONE: N_("exactly one of these is expected: {choices}"),
    Expected.NO_DIVISIONS: N_(
        "this school has no divisions: leave this out, or write its [[divisions]] first"
    ),
    Expected.SCHOOL_CODE: N_(
        "the school's code of six digits or letters is expected, in quotes, half-width"
    ),
    Expected.DIVISION_KEY: N_(
        'a short name in English letters is expected, such as "day"; what people see '
        "belongs in label"
    ),
    Expected.A_CAP: N_("a cap is expected in curly brackets, with its number and its clause"),
    Expected.SOME_CAP: N_("an exception has to name at least one cap: {choices}"),
    Expected.YEARLY_CAP: N_(
        "this cap counts over a whole year; only outcomes_uploaded_per_semester can differ by "
        "semester"
    ),
    Expected.WITH_A_PERIOD: N_(
        "a time limit is expected in curly brackets, with days or school_days and its clause"
    ),
    Expected.ANCHORED_DAY: N_(
        'a day counted from an anchor is expected, in curly brackets: anchor = "term_start", '
        "weeks = 2; the dates of one term belong under its [[terms.….published]]"
    ),
    Expected.AFTER_FIRST_ROUND: N_("previous_round can be used from round 2 on only"),
    Expected.OUTSIDE_QUIET_HOURS: N_(
        "a time outside the quiet hours ({starts} to {ends}) is expected"
    ),
    Expected.INSIDE_STAFF_HOURS: N_(
        "a time within the staff's hours ({starts} to {ends}) is expected"
    ),
    Expected.LATER: N_("a time later than {than} is expected"),
    Expected.OPENING_FROM_A_RULE: N_(
        "opens is missing, and no [[windows]] rule of this stage and semester gives it"
    ),
}

ANCHORS: Mapping[Anchor, str] = {
    Anchor.TERM_START: N_("term start"),
    Anchor.CLOSING_CEREMONY: N_("closing ceremony"),
    Anchor.FINAL_EXAMS_END: N_("last day of final exams"),
    Anchor.SUBMISSION: N_("submission date"),
    Anchor.SUBMISSION_GRADE3: N_("grade 3's submission date"),
    Anchor.NEXT_TERM_START: N_("next term's start"),
    Anchor.PREVIOUS_ROUND: N_("end of the round before"),
}


def finding_sentence(finding: Finding, rulebook: Rulebook, words: Words) -> str:
    """Return what the checker found as a sentence, without the clauses."""
    shown = {name: _shown(value, words) for name, value in finding.values.items()}
    return words.say(
        FAULTS[finding.fault], **{**shown, "window": _subject(finding, rulebook, words)}
    )


def problem_sentence(problem: Problem, words: Words) -> str:
    """Return a rulebook's problem in one line: file, line, key, what was expected and found."""
    said = words.say(EXPECTED[problem.expected], **problem.values)
    place = f"{problem.file}:{problem.line}"
    line = f"{place}: {problem.key}: {said}" if problem.key else f"{place}: {said}"
    if problem.expected is Expected.KNOWN_KEY:
        return line + _meant(problem, words)
    if problem.found is not None:
        line += words.say("; found: {found}", found=problem.found)
    example = _example(problem)
    if example:
        line += words.say("; for example: {example}", example=example)
    return line + _meant(problem, words)


def _example(problem: Problem) -> str:
    """Return the right form of what a problem is about, "" where its sentence has it already."""
    if problem.expected is Expected.TERM:
        return ""
    if problem.expected is Expected.EXACTLY_ONE:
        choices = str(problem.values["choices"]).split("、")
        return " / ".join(examples.of(f"{problem.key}.{choice}") for choice in choices)
    return examples.of(problem.key)


def citation(clause: Clause, words: Words) -> str:
    """Return a clause as document, point and date."""
    if clause.dated is None:
        return str(clause)
    return words.say("{clause} ({day})", clause=clause, day=words.day(clause.dated))


def reason_sentence(because: Reason, words: Words) -> str:
    """Return where a window's dates come from."""
    if because.anchor is None or because.anchor_on is None:
        published = words.say("published")
        if because.computed is None:
            return published
        span = words.span(*because.computed)
        return words.say("{published}; by the rules {span}", published=published, span=span)
    counted = words.say(ANCHORS[because.anchor]) + f" {words.day(because.anchor_on)}"
    if because.days:
        counted += words.say(" {days:+} days", days=because.days)
    if because.school_days:
        counted += words.say(" {days:+} school days", days=because.school_days)
    if because.lasts:
        span = (
            N_(", for {days} school days") if because.lasts.of_school else N_(", for {days} days")
        )
        counted += words.say(span, days=because.lasts.days)
    if because.moved_from:
        moved = words.day(because.moved_from)
        counted += words.say(", moved from {day}, when school is closed", day=moved)
    return counted


def gap_sentence(gap: UndatedWindow, rulebook: Rulebook, words: Words) -> str:
    """Return that a window has no date yet, and which anchor's day is missing."""
    return words.say(
        "{window}: day not known yet: {anchor}",
        window=window_name(gap, rulebook, words),
        anchor=words.say(ANCHORS[gap.missing]),
    )


def window_name(window: PlannedWindow | UndatedWindow, rulebook: Rulebook, words: Words) -> str:
    """Return a window's stage, with its round, and whom it concerns where that is not everybody."""
    name = _stage_name(window.stage, window.round, words)
    concerned = whom(window, rulebook, words)
    return words.say("{stage} ({whom})", stage=name, whom=concerned) if concerned else name


def whom(window: PlannedWindow | UndatedWindow, rulebook: Rulebook, words: Words) -> str:
    """Return the division and grades that a window concerns, empty for the whole school."""
    parts = [rulebook.label_of(window.division)] if window.division else []
    if window.grades != rulebook.grades:
        parts.append(words.say("grade {grades}", grades=_listed(window.grades, words)))
    return " ".join(parts)


def _subject(finding: Finding, rulebook: Rulebook, words: Words) -> str:
    """Return what a finding is about: a window, a division's or the school's cap, a rule."""
    if finding.window:
        return f"{finding.window.term} {window_name(finding.window, rulebook, words)}"
    if finding.fault is Fault.CAP_ABOVE_LAW:
        return _of_scope(finding.values, rulebook, words) or rulebook.short_name
    return _stage_name(finding.stage, finding.round, words) if finding.stage else ""


def _of_scope(values: Mapping[str, object], rulebook: Rulebook, words: Words) -> str:
    """Return the divisions and grades of an exception, empty for the whole school."""
    divisions, grades = (cast("tuple[object, ...]", values[key]) for key in ("divisions", "grades"))
    labels = _listed([rulebook.label_of(str(key)) for key in divisions], words)
    years = words.say("grade {grades}", grades=_listed(grades, words)) if grades else ""
    return " ".join(filter(None, (labels, years)))


def _listed(members: Iterable[object], words: Words) -> str:
    """Return several things in a row, with the comma of the language."""
    return ("、" if words.locale.startswith("zh") else ", ").join(map(str, members))


def _stage_name(stage: Stage, round_: int, words: Words) -> str:
    name = word(stage, words)
    if stage is Stage.RECEIPT:
        return words.say("{stage}, round {round}", stage=name, round=round_)
    return name


def _meant(problem: Problem, words: Words) -> str:
    meant = problem.values.get("meant")
    return words.say("; did you mean {meant}?", meant=meant) if meant else ""


def _shown(value: object, words: Words) -> object:
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, StrEnum):
        return word(value, words)
    if isinstance(value, tuple):
        return _listed(value, words)
    return value
