"""What a person may switch off, when they are left alone, and until when a reminder is put off.

Optional reminders can be muted and silenced; what the law or the last day asks for cannot
(114函 point 6: silence after a receipt window has an effect in law).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta

from models.errors import SnoozedTooFar, StaysRequired
from models.rulebooks import QuietHours, Rulebook
from models.rules.calendar import SchoolCalendar
from models.rules.opening import Span, require_open
from models.rules.quiet import next_allowed
from models.rules.taipei import day_of, instant
from models.vocabulary import Duty, NoticeKind, QuietChoice, Stage

TOPICS: Mapping[NoticeKind, frozenset[NoticeKind]] = {
    NoticeKind.UPLOAD_DUE: frozenset({NoticeKind.UPLOAD_DUE}),
    NoticeKind.SELECTION_DUE: frozenset({NoticeKind.SELECTION_DUE}),
    NoticeKind.CERTIFICATION_DUE: frozenset(
        {NoticeKind.CERTIFICATION_DUE, NoticeKind.CERTIFICATION_REQUESTED}
    ),
    NoticeKind.CLASS_DIGEST: frozenset({NoticeKind.CLASS_DIGEST}),
}
"""The optional reminders: the kind that stands for a topic, with all that a mute of it silences."""

OFFERED: Mapping[Duty, tuple[NoticeKind, ...]] = {
    Duty.PUPIL: (NoticeKind.UPLOAD_DUE, NoticeKind.SELECTION_DUE),
    Duty.SUBJECT_TEACHER: (NoticeKind.CERTIFICATION_DUE,),
    Duty.HOMEROOM_TEACHER: (NoticeKind.CLASS_DIGEST,),
    Duty.REGISTRAR: (),
}
"""Which optional reminders a duty brings with it."""

SILENCED_BY_CLAIM = frozenset(
    {
        NoticeKind.UPLOAD_DUE,
        NoticeKind.SELECTION_DUE,
        NoticeKind.CERTIFICATION_DUE,
        NoticeKind.PUPIL_NUDGED,
    }
)
"""What rests, where it is not required, once a person said to have done it on the platform."""

CLAIMABLE = frozenset({Stage.UPLOAD, Stage.SELECTION, Stage.CERTIFICATION})
"""What somebody can have done on the platform; a receipt has no optional reminders."""

HOURS: Mapping[QuietChoice, QuietHours] = {
    QuietChoice.EVENING: QuietHours(time(20), time(8)),
    QuietChoice.LATE_EVENING: QuietHours(time(21), time(9)),
    QuietChoice.AFTER_SCHOOL: QuietHours(time(18), time(7)),
}
"""The hours of each choice in Taipei; the school's own choice adds none."""

_DAY = timedelta(days=1)


def topics_for(duties: Collection[Duty]) -> tuple[NoticeKind, ...]:
    """Return the optional reminders that somebody with these duties gets, in a fixed order."""
    offered = {topic for duty in duties for topic in OFFERED[duty]}
    return tuple(topic for topic in TOPICS if topic in offered)


def snoozed_until(span: Span, rulebook: Rulebook, now: datetime) -> datetime:
    """Return tomorrow morning: when a reminder that was put off comes again.

    A holiday holds it back only while the deadline leaves room for that. Raises WindowClosed or
    WindowNotOpen outside the window, SnoozedTooFar where it would come after the deadline.
    """
    require_open(span, now)
    plan = rulebook.reminders
    calendar = SchoolCalendar(rulebook.school_days)
    morning = instant(day_of(now) + _DAY, plan.at)
    after_holidays = next_allowed(morning, plan.quiet, calendar, morning=plan.at)
    for at in (after_holidays, next_allowed(morning, plan.quiet, calendar, past_holidays=False)):
        if at < span.closes_at:
            return at
    raise SnoozedTooFar(span.closes_at)


def require_claimable(span: Span, now: datetime) -> None:
    """Raise unless somebody may say now that this is done elsewhere.

    A receipt has no optional reminders: StaysRequired (114函 point 6).
    """
    if span.stage not in CLAIMABLE:
        raise StaysRequired(span.stage)
    require_open(span, now)
