"""The closed sets of words that rows and rules are written in; docs/glossary.md has the Chinese."""

from enum import StrEnum


class Stage(StrEnum):
    """A step in the yearly life of a portfolio; each has a window in the timetable."""

    UPLOAD = "upload"
    CERTIFICATION = "certification"
    SELECTION = "selection"
    SUBMISSION = "submission"
    RECEIPT = "receipt"


class ItemKind(StrEnum):
    """What a pupil can select: a course outcome (課程學習成果) or a performance (多元表現)."""

    OUTCOME = "outcome"
    PERFORMANCE = "performance"


class OutcomeState(StrEnum):
    """How far a course outcome has come on its way to being certified."""

    DRAFT = "draft"
    UPLOADED = "uploaded"
    AWAITING = "awaiting"
    CERTIFIED = "certified"
    RETURNED = "returned"


class CourseTaking(StrEnum):
    """How a pupil took the course of a work: each has a sheet of its own in the name lists."""

    SEMESTER = "semester"
    MAKE_UP = "make_up"
    RETAKEN = "retaken"
    REPEATED_YEAR = "repeated_year"
    TRANSFERRED = "transferred"
    GUEST = "guest"


class PerformanceKind(StrEnum):
    """The ten kinds of diverse performance (domain.md section 6)."""

    OFFICER = "officer"
    COMPETITION = "competition"
    LICENCE = "licence"
    SERVICE = "service"
    FLEXIBLE_TIME = "flexible_time"
    GROUP_ACTIVITY = "group_activity"
    WORKPLACE = "workplace"
    WORK = "work"
    ADVANCED_COURSE = "advanced_course"
    OTHER = "other"


class PersonKind(StrEnum):
    """Whether a person learns or works at the school."""

    PUPIL = "pupil"
    STAFF = "staff"


class Duty(StrEnum):
    """What a person is to the school; a person may have several duties."""

    PUPIL = "pupil"
    SUBJECT_TEACHER = "subject_teacher"
    HOMEROOM_TEACHER = "homeroom_teacher"
    REGISTRAR = "registrar"


class CertificationDecision(StrEnum):
    """What a teacher decided about a work; a withdrawn decision was taken back in time."""

    CERTIFIED = "certified"
    RETURNED = "returned"


class ReturnReason(StrEnum):
    """The closed reasons for a return: none of them is about quality (114函 point 2)."""

    NOT_OWN_WORK = "not_own_work"
    NOT_THIS_COURSE = "not_this_course"
    WRONG_COURSE_OR_TEACHER = "wrong_course_or_teacher"
    UNREADABLE_OR_WRONG_FILE = "unreadable_or_wrong_file"


class Choice(StrEnum):
    """How a pupil decided about a stage: what there is, or nothing at all. Both are decisions."""

    DONE = "done"
    NOTHING = "nothing"


class StatementPart(StrEnum):
    """The four parts of a receipt statement."""

    OUTCOME = "outcome"
    PERFORMANCE = "performance"
    COURSE_RECORD = "course_record"
    OFFICER_RECORD = "officer_record"


class QueryReason(StrEnum):
    """Why a pupil doubts a line of the receipt statement; the last is answered, never accepted."""

    MISSING_ITEM = "missing_item"
    WRONG_FILE = "wrong_file"
    WRONG_COURSE = "wrong_course"
    OTHER_DIFFERENCE = "other_difference"
    COULD_BE_BETTER = "could_be_better"


class QueryState(StrEnum):
    """Where a query stands: raised, then corrected in a later round, or explained."""

    OPEN = "open"
    CORRECTED = "corrected"
    EXPLAINED = "explained"


class AppealState(StrEnum):
    """Where an appeal about a certification stands: raised, then granted, or explained."""

    OPEN = "open"
    GRANTED = "granted"
    EXPLAINED = "explained"


class ExtendedTo(StrEnum):
    """To whom more time was given."""

    PERSON = "person"
    CLASS = "class"
    SCHOOL = "school"


class AccountState(StrEnum):
    """What we know of a chat account: reachable, blocked us, or let go by its person."""

    OPEN = "open"
    BLOCKED = "blocked"


class NoticeState(StrEnum):
    """Where a notice stands: what is to be said, not yet how."""

    WAITING = "waiting"
    BUNDLED = "bundled"
    TOLD = "told"
    SKIPPED = "skipped"


class DeliveryState(StrEnum):
    """Where a counted message stands; *accepted* is all a channel ever tells us."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class AttemptOutcome(StrEnum):
    """How one call ended; *unknown* is a call that a crash or a time-out left open."""

    OPEN = "open"
    ACCEPTED = "accepted"
    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


class Silence(StrEnum):
    """Why a notice was not sent: no notice stays unsent without one of these."""

    NOTHING_OUTSTANDING = "nothing_outstanding"
    DECIDED = "decided"
    NO_ACCOUNT = "no_account"
    BLOCKED = "blocked"
    MUTED = "muted"
    SUPERSEDED = "superseded"
    SAID_DONE = "said_done"
    STALE_DATA = "stale_data"
    EXTENDED = "extended"
    DEADLINE_MOVED = "deadline_moved"
    DEADLINE_PASSED = "deadline_passed"
    WINDOW_RETIRED = "window_retired"
    QUOTA = "quota"
    CAPPED = "capped"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    CALLED_OFF = "called_off"


class NoticeKind(StrEnum):
    """What happened, or is due: one message function each in scheduler/messages."""

    UPLOAD_DUE = "upload_due"
    CERTIFICATION_DUE = "certification_due"
    SELECTION_DUE = "selection_due"
    RECEIPT_DUE = "receipt_due"
    RECEIPT_OPENED = "receipt_opened"
    LAST_CALL_REPEATED = "last_call_repeated"
    RECEIPT_DEEMED_CONFIRMED = "receipt_deemed_confirmed"
    ITEM_CERTIFIED = "item_certified"
    ITEM_RETURNED = "item_returned"
    CERTIFICATION_WITHDRAWN = "certification_withdrawn"
    CERTIFICATION_REQUESTED = "certification_requested"
    TEACHER_NUDGED = "teacher_nudged"
    PUPIL_NUDGED = "pupil_nudged"
    CLASS_DIGEST = "class_digest"
    DEADLINE_MOVED = "deadline_moved"
    DEADLINE_EXTENDED = "deadline_extended"
    QUESTION_ANSWERED = "question_answered"
    QUERY_SETTLED = "query_settled"
    APPEAL_SETTLED = "appeal_settled"
    SLIP_ENTERED = "slip_entered"
    OFFICE_DIGEST = "office_digest"
    ACCOUNT_LINKED = "account_linked"
    JOINING_PAUSED = "joining_paused"
    QUOTA_SHORT = "quota_short"
    QUOTA_SPENT = "quota_spent"
    QUOTA_DIFFERS = "quota_differs"
    ANSWER_KEPT = "answer_kept"
    DATA_STALE = "data_stale"
    SCHOOL_ANNOUNCED = "school_announced"
    ANNOUNCEMENT_ASKED = "announcement_asked"


class QuietChoice(StrEnum):
    """A person's own quiet hours, beside the school's; each is spelt with its hours in Taipei."""

    SCHOOL = "school"
    EVENING = "20-08"
    LATE_EVENING = "21-09"
    AFTER_SCHOOL = "18-07"


class QuestionState(StrEnum):
    """Where a typed question stands that the bot could not answer itself."""

    OPEN = "open"
    ANSWERED = "answered"


class EventState(StrEnum):
    """Where an inbound event stands: stored, acted upon, answered; or kept, or failed, and why.

    A kept answer could not leave free of charge and rides on the next free one.
    """

    RECEIVED = "received"
    ACTED = "acted"
    KEPT = "kept"
    DONE = "done"
    FAILED = "failed"


class Difference(StrEnum):
    """How the school's platform and our record of a work differ after an import."""

    CERTIFIED_THERE = "certified_there"
    NOT_CERTIFIED_THERE = "not_certified_there"
    WITHDRAWN_HERE = "withdrawn_here"
    STATE = "state"
    TITLE = "title"
    FILE = "file"
    SELECTION = "selection"
    NOT_IN_FILE = "not_in_file"


class ConsoleRole(StrEnum):
    """What somebody may do in the console; one person may have several roles, each at a school.

    The administrator of the installation looks after schools, accounts and channels, and sees no
    pupil's data by that.
    """

    ADMINISTRATOR = "administrator"
    REGISTRAR = "registrar"
    SUBMITTER = "submitter"
    HOMEROOM_TEACHER = "homeroom_teacher"
    DEPARTMENT_HEAD = "department_head"
    VIEWER = "viewer"


class AnnouncementState(StrEnum):
    """Where a message to the whole school stands; *leaving* it stays when the last has left."""

    DRAFT = "draft"
    ASKED = "asked"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    LEAVING = "leaving"
    STOPPED = "stopped"
