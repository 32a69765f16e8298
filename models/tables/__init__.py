"""SQLModel rows: plain data, no relationships. Importing this package knows every table."""

from models.tables.accounts import ChatAccount, InboundEvent, LinkCode
from models.tables.ledger import Attempt, AuditEntry, Delivery, Notice
from models.tables.people import Course, Enrolment, Person, Placement, Role, SchoolClass
from models.tables.receipts import Confirmation, Query, ReceiptLine, ReceiptStatement, Submission
from models.tables.school import ChannelCredential, Finding, School, Setting, Term, Window
from models.tables.works import (
    Certification,
    CourseOutcome,
    Decision,
    Performance,
    PupilYear,
    Selection,
)

__all__ = [
    "Attempt",
    "AuditEntry",
    "Certification",
    "ChannelCredential",
    "ChatAccount",
    "Confirmation",
    "Course",
    "CourseOutcome",
    "Decision",
    "Delivery",
    "Enrolment",
    "Finding",
    "InboundEvent",
    "LinkCode",
    "Notice",
    "Performance",
    "Person",
    "Placement",
    "PupilYear",
    "Query",
    "ReceiptLine",
    "ReceiptStatement",
    "Role",
    "School",
    "SchoolClass",
    "Selection",
    "Setting",
    "Submission",
    "Term",
    "Window",
]
