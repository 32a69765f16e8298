"""SQLModel rows: plain data, no relationships. Importing this package knows every table."""

from models.tables.accounts import ChatAccount, InboundEvent, LinkCode, WrongCode
from models.tables.announcements import Announcement
from models.tables.appeals import Appeal
from models.tables.console import (
    ConsoleGrant,
    ConsoleInvitation,
    ConsoleSession,
    ConsoleUser,
    FailedSignIn,
    IdentityProvider,
    RecoveryCode,
)
from models.tables.feeds import CalendarFeed
from models.tables.imports import Discrepancy, ImportReport, ImportRun
from models.tables.ledger import Attempt, AuditEntry, Delivery, Notice, Pace, QuotaReading
from models.tables.letters import Letter
from models.tables.namelists import NameList, NameListLine
from models.tables.people import Course, Enrolment, Person, Placement, Role, SchoolClass
from models.tables.receipts import Confirmation, Query, ReceiptLine, ReceiptStatement, Submission
from models.tables.school import ChannelCredential, Finding, School, Setting, Term, Window
from models.tables.wishes import DoneClaim, Extension, ExtensionGrant, Mute, Preference, Question
from models.tables.wordings import HeldOccasion, MessageWording
from models.tables.works import (
    Certification,
    CourseOutcome,
    Decision,
    OfficerRecord,
    Performance,
    PupilYear,
    Selection,
)

__all__ = [
    "Announcement",
    "Appeal",
    "Attempt",
    "AuditEntry",
    "CalendarFeed",
    "Certification",
    "ChannelCredential",
    "ChatAccount",
    "Confirmation",
    "ConsoleGrant",
    "ConsoleInvitation",
    "ConsoleSession",
    "ConsoleUser",
    "Course",
    "CourseOutcome",
    "Decision",
    "Delivery",
    "Discrepancy",
    "DoneClaim",
    "Enrolment",
    "Extension",
    "ExtensionGrant",
    "FailedSignIn",
    "Finding",
    "HeldOccasion",
    "IdentityProvider",
    "ImportReport",
    "ImportRun",
    "InboundEvent",
    "Letter",
    "LinkCode",
    "MessageWording",
    "Mute",
    "NameList",
    "NameListLine",
    "Notice",
    "OfficerRecord",
    "Pace",
    "Performance",
    "Person",
    "Placement",
    "Preference",
    "PupilYear",
    "Query",
    "Question",
    "QuotaReading",
    "ReceiptLine",
    "ReceiptStatement",
    "RecoveryCode",
    "Role",
    "School",
    "SchoolClass",
    "Selection",
    "Setting",
    "Submission",
    "Term",
    "Window",
    "WrongCode",
]
