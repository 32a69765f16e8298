"""What the law checker found and what a rulebook gets wrong, in sentences for school staff."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from handlers.labels import word
from handlers.words import N_, Words
from models.rulebooks import Anchor, Clause, Expected, Problem, Rulebook
from models.rules.lawcheck import Fault, Finding, Severity
from models.rules.timetable import PlannedWindow, Reason, UndatedWindow
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
    Fault.DECISION_NOT_CITED: N_(
        "{window} was published as {opens} to {closes}; the rules give {computed_opens} to "
        "{computed_closes}. The file names no decision of the working group for the change."
    ),
    Fault.HOLIDAY_DEADLINE: N_("{window} ends on {closes}, a holiday ({holiday})."),
    Fault.PAST: N_("{window} ended on {closes}, before {on}."),
    Fault.ALL_PAST: N_("All windows ended before {on}: this is a look back."),
}

SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: N_("Error"),
    Severity.WARNING: N_("Warning"),
}

EXPECTED: Mapping[Expected, str] = {
    Expected.TOML: N_("this line is not valid TOML"),
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
    Expected.ONE_OF_TWO: N_("exactly one of {first} and {second} is expected"),
    Expected.ANCHORED_DAY: N_(
        'a day counted from an anchor is expected, in curly brackets: anchor = "term_start", '
        "weeks = 2; the dates of one term belong under its [[terms.….published]]"
    ),
    Expected.AFTER_FIRST_ROUND: N_("previous_round can be used from round 2 on only"),
    Expected.OUTSIDE_QUIET_HOURS: N_(
        "a time outside the quiet hours ({starts} to {ends}) is expected"
    ),
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
    return line + _meant(problem, words)


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
    if because.lasts_days:
        counted += words.say(", for {days} days", days=because.lasts_days)
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
        comma = "、" if words.locale.startswith("zh") else ", "
        parts.append(words.say("grade {grades}", grades=comma.join(map(str, window.grades))))
    return " ".join(parts)


def _subject(finding: Finding, rulebook: Rulebook, words: Words) -> str:
    """Return what a finding is about: a window, a division's or the school's cap, a rule."""
    if finding.window:
        return f"{finding.window.term} {window_name(finding.window, rulebook, words)}"
    if finding.fault is Fault.CAP_ABOVE_LAW:
        division = finding.values["division"]
        return rulebook.label_of(str(division)) or rulebook.short_name
    return _stage_name(finding.stage, finding.round, words) if finding.stage else ""


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
    return value
