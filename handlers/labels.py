"""Words for the closed sets: stages, states, kinds, reasons and duties, as people read them."""

from enum import StrEnum

from handlers.words import N_, Words
from models.vocabulary import (
    AppealState,
    CertificationDecision,
    Duty,
    ExtendedTo,
    ItemKind,
    NoticeKind,
    OutcomeState,
    PerformanceKind,
    QueryReason,
    QueryState,
    ReturnReason,
    Silence,
    Stage,
    StatementPart,
)

WORDS: dict[type[StrEnum], dict[str, str]] = {
    Stage: {
        Stage.UPLOAD: N_("Upload of course outcomes"),
        Stage.CERTIFICATION: N_("Certification"),
        Stage.SELECTION: N_("Selection"),
        Stage.SUBMISSION: N_("Submission"),
        Stage.RECEIPT: N_("Receipt confirmation"),
    },
    ItemKind: {
        ItemKind.OUTCOME: N_("Course outcomes"),
        ItemKind.PERFORMANCE: N_("Diverse performances"),
    },
    OutcomeState: {
        OutcomeState.DRAFT: N_("Draft"),
        OutcomeState.UPLOADED: N_("Uploaded, not sent for certification yet"),
        OutcomeState.AWAITING: N_("Waiting for certification"),
        OutcomeState.CERTIFIED: N_("Certified"),
        OutcomeState.RETURNED: N_("Returned"),
    },
    PerformanceKind: {
        PerformanceKind.OFFICER: N_("Officer experience"),
        PerformanceKind.COMPETITION: N_("Competition"),
        PerformanceKind.LICENCE: N_("Licence or certificate"),
        PerformanceKind.SERVICE: N_("Service learning"),
        PerformanceKind.FLEXIBLE_TIME: N_("Flexible learning time"),
        PerformanceKind.GROUP_ACTIVITY: N_("Group activity time"),
        PerformanceKind.WORKPLACE: N_("Workplace learning"),
        PerformanceKind.WORK: N_("Work of one's own"),
        PerformanceKind.ADVANCED_COURSE: N_("Advanced placement course"),
        PerformanceKind.OTHER: N_("Other performance"),
    },
    Duty: {
        Duty.PUPIL: N_("Pupil"),
        Duty.SUBJECT_TEACHER: N_("Subject teacher"),
        Duty.HOMEROOM_TEACHER: N_("Homeroom teacher"),
        Duty.REGISTRAR: N_("Registrar"),
    },
    NoticeKind: {
        NoticeKind.UPLOAD_DUE: N_("Reminder: upload"),
        NoticeKind.CERTIFICATION_DUE: N_("Reminder: certification"),
        NoticeKind.SELECTION_DUE: N_("Reminder: selection"),
        NoticeKind.RECEIPT_DUE: N_("Reminder: receipt statement"),
        NoticeKind.RECEIPT_OPENED: N_("Receipt statement to be checked"),
        NoticeKind.LAST_CALL_REPEATED: N_("Last call in the other chat"),
        NoticeKind.RECEIPT_DEEMED_CONFIRMED: N_("Receipt deemed confirmed"),
        NoticeKind.ITEM_CERTIFIED: N_("A work was certified"),
        NoticeKind.ITEM_RETURNED: N_("A work was returned"),
        NoticeKind.CERTIFICATION_WITHDRAWN: N_("A certification was withdrawn"),
        NoticeKind.CERTIFICATION_REQUESTED: N_("A work to certify"),
        NoticeKind.TEACHER_NUDGED: N_("A pupil asks for certification"),
        NoticeKind.PUPIL_NUDGED: N_("Nudge by the homeroom teacher"),
        NoticeKind.CLASS_DIGEST: N_("Digest of a class"),
        NoticeKind.DEADLINE_MOVED: N_("A deadline has moved"),
        NoticeKind.DEADLINE_EXTENDED: N_("A deadline of one's own"),
        NoticeKind.QUESTION_ANSWERED: N_("A question was answered"),
        NoticeKind.QUERY_SETTLED: N_("A query was settled"),
        NoticeKind.APPEAL_SETTLED: N_("An appeal was answered"),
        NoticeKind.SLIP_ENTERED: N_("A returned slip was entered"),
        NoticeKind.OFFICE_DIGEST: N_("Digest of what waits for the office"),
        NoticeKind.ACCOUNT_LINKED: N_("An account was linked"),
        NoticeKind.JOINING_PAUSED: N_("Joining is paused"),
        NoticeKind.QUOTA_SHORT: N_("The month's messages will not suffice"),
        NoticeKind.QUOTA_SPENT: N_("The month's messages ran out"),
        NoticeKind.QUOTA_DIFFERS: N_("Messages that others sent"),
        NoticeKind.ANSWER_KEPT: N_("An answer that was late"),
        NoticeKind.DATA_STALE: N_("The platform's data is old"),
        NoticeKind.SCHOOL_ANNOUNCED: N_("A message of the school"),
        NoticeKind.ANNOUNCEMENT_ASKED: N_("A message that waits for approval"),
    },
    Silence: {
        Silence.NOTHING_OUTSTANDING: N_("nothing left to do"),
        Silence.DECIDED: N_("has decided"),
        Silence.NO_ACCOUNT: N_("has not joined"),
        Silence.BLOCKED: N_("has blocked the account"),
        Silence.MUTED: N_("has muted this"),
        Silence.SUPERSEDED: N_("a nearer reminder says it"),
        Silence.SAID_DONE: N_("says it is done on the platform"),
        Silence.STALE_DATA: N_("the platform's data is too old to say so"),
        Silence.EXTENDED: N_("has a later deadline of their own"),
        Silence.DEADLINE_MOVED: N_("the deadline has moved"),
        Silence.DEADLINE_PASSED: N_("the deadline has passed"),
        Silence.WINDOW_RETIRED: N_("the timetable has dropped this window"),
        Silence.QUOTA: N_("the month's messages are used up"),
        Silence.CAPPED: N_("this person's messages for the day are used up"),
        Silence.REFUSED: N_("the channel refused it"),
        Silence.EXPIRED: N_("waited too long"),
        Silence.UNKNOWN: N_("may have arrived; it is not said twice"),
        Silence.CALLED_OFF: N_("the school has stopped it"),
    },
    CertificationDecision: {
        CertificationDecision.CERTIFIED: N_("Decided: certified"),
        CertificationDecision.RETURNED: N_("Decided: returned"),
    },
    ReturnReason: {
        ReturnReason.NOT_OWN_WORK: N_("Not the pupil's own work"),
        ReturnReason.NOT_THIS_COURSE: N_("Not made in this course"),
        ReturnReason.WRONG_COURSE_OR_TEACHER: N_("Wrong course or teacher chosen"),
        ReturnReason.UNREADABLE_OR_WRONG_FILE: N_("File cannot be opened or is the wrong one"),
    },
    QueryReason: {
        QueryReason.MISSING_ITEM: N_("A work is missing"),
        QueryReason.WRONG_FILE: N_("Wrong file"),
        QueryReason.WRONG_COURSE: N_("Wrong course"),
        QueryReason.OTHER_DIFFERENCE: N_("Another difference"),
        QueryReason.COULD_BE_BETTER: N_("I want to improve it"),
    },
    QueryState: {
        QueryState.OPEN: N_("Query is being looked into"),
        QueryState.CORRECTED: N_("Query: corrected in a later round"),
        QueryState.EXPLAINED: N_("Query: explained"),
    },
    AppealState: {
        AppealState.OPEN: N_("Appeal is being looked into"),
        AppealState.GRANTED: N_("Appeal: granted"),
        AppealState.EXPLAINED: N_("Appeal: explained"),
    },
    ExtendedTo: {
        ExtendedTo.PERSON: N_("One pupil"),
        ExtendedTo.CLASS: N_("One class"),
        ExtendedTo.SCHOOL: N_("Everybody whom the window is for"),
    },
    StatementPart: {
        StatementPart.OUTCOME: N_("Course outcome"),
        StatementPart.PERFORMANCE: N_("Diverse performance"),
        StatementPart.COURSE_RECORD: N_("Course record"),
        StatementPart.OFFICER_RECORD: N_("Officer record"),
    },
}
"""The msgid of every word that a card may show, set by set: equal words of two sets differ."""


def word(member: StrEnum, words: Words) -> str:
    """Return how people read a member of a closed set."""
    return words.say(WORDS[type(member)][member])


def stage(of: Stage, words: Words) -> str:
    """Return the name of a stage as it begins a sentence or heads a bar."""
    return word(of, words)


def room(class_name: str, words: Words) -> str:
    """Return a class as it is called, in English after the word "class": 201 班, 資訊二甲班.

    A gap stands only between figures and what follows; a name that says 班 itself keeps it.
    """
    if class_name[-1:].isascii():
        return words.say("{class_name}", class_name=class_name)
    return class_name if class_name.endswith("班") else words.say("{name}", name=class_name)


def seat(class_name: str, number: int, words: Words) -> str:
    """Return where a pupil sits: 201 班 12 號, 資訊二甲班 12 號."""
    named = room(class_name, words)
    return words.say("class {class_name}, no. {seat}", class_name=named, seat=number)
