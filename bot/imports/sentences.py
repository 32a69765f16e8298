"""Says what a file came to in the words of a language: reasons, dangers, differences, counts."""

from collections.abc import Mapping

from bot.imports.cells import MissingColumns
from bot.imports.columns import ColumnsError
from bot.imports.sheets import Refusal
from bot.imports.taking import Ending, Report, Subject
from handlers import labels
from handlers.words import N_, Words
from models.queries.receipt_imports import NoReceiptWindow
from models.rules.importing.comparison import Alarm, Danger, Mismatch
from models.rules.importing.problems import Place, Problem, Reason
from models.vocabulary import Difference, OutcomeState

REFUSALS = {
    Refusal.EMPTY: N_("The file is empty."),
    Refusal.TOO_LARGE: N_(
        "The file is larger than a school's list can be, packed or unpacked, so it was not read. "
        "Keep only the sheet with the list and save it anew."
    ),
    Refusal.TOO_SLOW: N_(
        "Reading the file took too long, so it was stopped. "
        "Keep only the sheet with the list and save it anew."
    ),
    Refusal.OLD_OR_LOCKED: N_(
        "The file is protected by a password, or in the old format XLS. "
        "Save it as XLSX without a password, or as CSV UTF-8."
    ),
    Refusal.NO_WORKBOOK: N_("This is neither XLSX nor CSV. Save the list as one of the two."),
    Refusal.HAND_MADE: N_(
        "The file holds parts that no spreadsheet program writes, so it was not read. "
        "Open it in a spreadsheet program and save it anew."
    ),
    Refusal.BROKEN: N_(
        "The file is damaged. Open it in a spreadsheet program and save it anew, "
        "or export it again."
    ),
    Refusal.UNKNOWN_ENCODING: N_(
        "The characters of the file are neither UTF-8, UTF-16 nor Big5. Save it as CSV UTF-8."
    ),
}

REASONS = {
    Reason.MISSING: N_("is empty, but is needed"),
    Reason.TOO_LONG: N_("is longer than {hint} characters"),
    Reason.NOT_A_NUMBER: N_("is not a whole number"),
    Reason.NOT_A_DAY: N_("is not a day such as 114/2/3 or 2025-02-03"),
    Reason.UNKNOWN_WORD: N_("is not one of: {hint}"),
    Reason.LOST_ZERO: N_(
        "is a number in the spreadsheet and shorter than the others: it probably lost its zeros "
        "({hint}?). Format the column as text"
    ),
    Reason.LOST_CHARACTER: N_(
        "has a character that got lost when the file was saved. Save it as CSV UTF-8 or XLSX"
    ),
    Reason.OWN_CHARACTER: N_(
        "has a character that only your own computer knows (造字). Put the real character in place"
    ),
    Reason.TWICE: N_("stands in row {hint} already"),
    Reason.CONTRADICTS: N_("says something else than row {hint} about the same class"),
    Reason.OTHER_KIND: N_("belongs to a pupil and to a member of staff"),
    Reason.UNKNOWN_TERM: N_("is no academic year or semester of present pupils"),
    Reason.UNKNOWN_DIVISION: N_("is a division that the school's rulebook does not have: {hint}"),
    Reason.UNKNOWN_PUPIL: N_("is no pupil we know. Import people first"),
    Reason.UNKNOWN_TEACHER: N_("is no member of staff we know, by number or name"),
    Reason.AMBIGUOUS_TEACHER: N_("is the name of several members of staff: write the number"),
    Reason.UNKNOWN_CLASS: N_("is no class of that year we know"),
    Reason.UNKNOWN_COURSE: N_("is no course of that term we know. Import courses first"),
    Reason.AMBIGUOUS_COURSE: N_("may be several courses of this pupil: write 課程代碼"),
    Reason.NOT_ENROLLED: N_("is a course that this pupil does not take"),
    Reason.NO_ROOM: N_("cannot be selected: the pupil's year has {hint} already"),
    Reason.NO_RECEIPT_WINDOW: N_(
        "was in no class that the receipt window of this round is for, in the term's year. "
        "Import that year's list of people first"
    ),
    Reason.RECEIPT_OVER: N_(
        "cannot answer any more: the receipt window is over. Give it a later end in the rulebook "
        "first (bot school add), or import this as the next round (--round)"
    ),
    Reason.ROUND_BEGUN: N_(
        "has a statement in this round already, and pupils have answered: it stays as they saw it. "
        "Import what was corrected as the next round (--round {hint})"
    ),
    Reason.NOT_MAPPED: N_("is in no row of the file of identity numbers. Add a row with 學號"),
    Reason.OTHER_BIRTH_DATE: N_(
        "has another birth date than in the file of identity numbers. Look at both"
    ),
    Reason.UNREADABLE_ROW: N_(
        "is no row of plain cells, so this pupil's statement would lack a line"
    ),
}

DANGERS = {
    Danger.OLDER_LIST: N_(
        "The list is of academic year {year}, but {newest} is known already: it adds the classes "
        "of {year} and changes nothing about who is here today ({count} pupils)"
    ),
    Danger.LEAVING: N_("{count} of {of} people would be marked as departed"),
    Danger.CLASS_EMPTIED: N_("{count} classes would have no pupil left"),
    Danger.RENAMED: N_("{count} of {of} people would have another name"),
    Danger.ENROLMENTS_REMOVED: N_("{count} of {of} enrolments would be removed"),
    Danger.WORKS_MISSING: N_("{count} of {of} known works are not in the file"),
    Danger.OLDER_DATA: N_(
        "The file is older than what was imported before; {count} rows would be compared with it"
    ),
    Danger.OFFICERS_REMOVED: N_("{count} of {of} stored officer records would be removed"),
    Danger.STATEMENTS_CHANGED: N_("{count} of {of} stored statements would say something else"),
    Danger.SHORT_NOTICE: N_(
        "{count} of {of} pupils would have fewer than 3 days to answer, though the law wants 3 "
        "(114函 point 6); a later end can be given in the rulebook"
    ),
}

KINDS = {
    Difference.CERTIFIED_THERE: N_("certified on the platform, not here"),
    Difference.NOT_CERTIFIED_THERE: N_("certified here, not on the platform"),
    Difference.WITHDRAWN_HERE: N_("withdrawn here, certified on the platform"),
    Difference.STATE: N_("another state on the platform"),
    Difference.TITLE: N_("another title on the platform"),
    Difference.FILE: N_("another file on the platform"),
    Difference.SELECTION: N_("selected here, not on the platform"),
    Difference.NOT_IN_FILE: N_("known here, not in the file"),
}
"""How many works differ in which way is told in these words."""

DIFFERENCES = {
    Difference.CERTIFIED_THERE: N_("{pupil} “{title}”: certified on the platform, here {ours}"),
    Difference.NOT_CERTIFIED_THERE: N_("{pupil} “{title}”: certified here, {theirs} there"),
    Difference.WITHDRAWN_HERE: N_(
        "{pupil} “{title}”: the certification was withdrawn here, on the platform it stands"
    ),
    Difference.TITLE: N_("{pupil} “{title}”: on the platform it is called “{theirs}”"),
    Difference.STATE: N_("{pupil} “{title}”: here {ours}, on the platform {theirs}"),
    Difference.FILE: N_("{pupil} “{title}”: the platform has another file than was certified here"),
    Difference.SELECTION: N_("{pupil} “{title}”: selected here, not on the platform"),
    Difference.NOT_IN_FILE: N_("{pupil} “{title}”: known here, not in the file"),
}

COUNTED = {
    "person": N_("people"),
    "role": N_("roles"),
    "school_class": N_("classes"),
    "placement": N_("places in classes"),
    "term": N_("terms"),
    "course": N_("courses"),
    "enrolment": N_("enrolments"),
    "course_outcome": N_("course outcomes"),
    "performance": N_("diverse performances"),
    "officer_record": N_("officer records"),
    "selection": N_("selected works"),
    "submission": N_("submissions"),
    "receipt_statement": N_("receipt statements"),
    "receipt_line": N_("lines of statements"),
}

TOLD = {
    "left": N_("no longer in the list, marked as departed"),
    "graduated": N_("graduated, marked as departed"),
    "returned": N_("came back"),
    "without_statement": N_("are in the window without a statement: they are asked nothing"),
    "on_paper": N_("have left the school: bot paper confirmation prints theirs"),
    "in_doubt": N_("have an open query of an earlier round: settle it in the chat, under queries"),
}

ENDINGS = {
    Ending.WRITTEN: N_("Taken over. To take it back: bot import undo"),
    Ending.NOTHING_NEW: N_("0 changes: everything is stored like this already."),
    Ending.WOULD_WRITE: N_("Nothing was written (--dry-run)."),
    Ending.BAD_ROWS: N_(
        "Nothing was written. Mend the rows above, or take over the others with --skip-bad."
    ),
    Ending.NEEDS_CONSENT: N_(
        "Nothing was written. If this is meant, call it again with --yes-remove {n}."
    ),
    Ending.MOVED: N_("Nothing was written: the school's data has changed since it was shown."),
}

SUBJECTS = {
    Subject.PEOPLE: N_("people"),
    Subject.COURSES: N_("courses"),
    Subject.WORKS: N_("works"),
    Subject.OFFICERS: N_("officer records"),
    Subject.RECEIPTS: N_("receipt statements"),
}


def refusal_sentence(why: Refusal, words: Words) -> str:
    """Return why a whole file was not read, and what to do."""
    return words.say(REFUSALS[why])


def missing_sentence(missing: MissingColumns, words: Words) -> str:
    """Return which headings a file lacks, and how they can be called otherwise."""
    return words.say(
        "{sheet}no row has the column headings {columns}. If they are called otherwise, say so "
        "in a file of columns (bot import columns) and give it with --columns.",
        sheet=words.say("Sheet {name}: ", name=missing.sheet) if missing.sheet else "",
        columns="、".join(missing.columns),
    )


def no_window_sentence(refusal: NoReceiptWindow, words: Words) -> str:
    """Return that the timetable has no such receipt round, and which it has."""
    rounds = "、".join(f"--term {term} --round {number}" for term, number in refusal.known)
    return words.say(
        "The timetable has no receipt window of {term}, round {round}. It has: {rounds}. "
        "Receipt windows stand in the rulebook; bot school add takes a changed one over.",
        term=refusal.term,
        round=refusal.round,
        rounds=rounds or "–",
    )


def columns_sentence(error: ColumnsError, words: Words) -> str:
    """Return what is wrong with a school's own file of columns."""
    if not error.key:
        return words.say("--columns: the file is no TOML in UTF-8.")
    if error.known:
        known = ", ".join(error.known)
        return words.say("--columns: {key} is unknown; known: {known}", key=error.key, known=known)
    return words.say("--columns: {key} must be a list of names like the standard's", key=error.key)


def problem_sentence(problem: Problem, called: Mapping[tuple[str, str], str], words: Words) -> str:
    """Return where a cell stands, what it holds, and why it cannot be taken."""
    return words.say(
        "{place}, {column} “{value}”: {reason}",
        place=_place(problem.place, words),
        column=column_name(problem, called),
        value=problem.value,
        reason=reason_sentence(problem.reason, problem.hint, words),
    )


def reason_sentence(reason: Reason, hint: str, words: Words) -> str:
    """Return why a cell cannot be taken; it goes on after the cell's value."""
    return words.say(REASONS[reason], hint=hint)


def alarm_sentence(alarm: Alarm, words: Words) -> str:
    """Return what a file would do that nobody should do by mistake."""
    return words.say(DANGERS[alarm.danger], count=alarm.count, of=alarm.of, **alarm.facts)


def mismatch_sentence(mismatch: Mismatch, words: Words) -> str:
    """Return where the platform and we differ about a work, and whether theirs was taken over."""
    said = words.say(
        DIFFERENCES[mismatch.difference],
        pupil=mismatch.pupil,
        title=mismatch.title,
        ours=_state(mismatch.ours, words),
        theirs=_state(mismatch.theirs, words),
    )
    return words.say("{said} (taken over)", said=said) if mismatch.taken else said


def count_sentences(report: Report, words: Words) -> list[str]:
    """Return what changes, by kind of row, and what that means for people."""
    changed = [
        words.say(
            "{what}: {new} new, {changed} changed, {removed} removed",
            what=words.say(COUNTED[table]),
            new=numbers["new"],
            changed=numbers["changed"],
            removed=numbers["removed"],
        )
        for table, numbers in report.counts.items()
    ]
    told = [
        words.say("{n} people {what}", n=count, what=words.say(TOLD[what]))
        for what, count in report.told.items()
    ]
    return changed + told


def steps(words: Words) -> dict[str, str]:
    """Return what is said of each step of an import, in their order."""
    return {
        "read": words.say("Reading"),
        "check": words.say("Checking"),
        "compare": words.say("Comparing"),
        "write": words.say("Writing"),
    }


def column_name(problem: Problem, called: Mapping[tuple[str, str], str]) -> str:
    """Return what the file calls the column of a problem, else what it is usually called."""
    usual = called.get(("", problem.column), problem.column)
    return called.get((problem.place.sheet, problem.column), usual)


def _place(place: Place, words: Words) -> str:
    if not place.sheet:
        return words.say("Row {row}", row=place.row)
    return words.say("Sheet {sheet}, row {row}", sheet=place.sheet, row=place.row)


def _state(said: str, words: Words) -> str:
    """Return a state in words; what is no state, such as a title, as it is."""
    is_state = said in set(OutcomeState)
    return labels.word(OutcomeState(said), words) if is_state else said
