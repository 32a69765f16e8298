"""The form in which a message to the school is written: the words, for whom, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from bot.console.forms import ConsoleForm
from bot.console.subjects.announcing import calling
from bot.console.visit import Visit
from handlers import labels
from models.rules.announcing import (
    LONGEST_LINK,
    LONGEST_TITLE,
    LONGEST_WORDING,
    UNDO_MINUTES,
    Audience,
    Content,
    Hearers,
)
from models.rules.taipei import TAIPEI
from models.tables import SchoolClass
from models.vocabulary import PersonKind
from scheduler.announcing import told_from

UNDO_CHOICES = (UNDO_MINUTES, 30, 60)
FARTHEST = timedelta(days=60)
"""How far ahead a message can be planned: whom it is for is asked when it leaves."""


class Ticks(SelectMultipleField):
    """Boxes to tick; none or several."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MessageForm(ConsoleForm):
    """A message to the school with its audience and its hour."""

    title = StringField()
    wording = TextAreaField(render_kw={"rows": 6})
    link = StringField()
    hearers = Ticks(coerce=Hearers)
    divisions = Ticks()
    grades = Ticks(coerce=int)
    classes = Ticks(coerce=int)
    wanted = StringField()
    undo = SelectField(coerce=int, default=UNDO_MINUTES)

    def __init__(
        self, visit: Visit, rooms: Sequence[SchoolClass], content: Content | None = None
    ) -> None:
        super().__init__(visit, given=_given(content) if content else {})
        self._visit, self._words = visit, visit.words
        say = visit.words.say
        self._present = tuple(sorted({each.division for each in rooms}))
        self.hearers.choices = [(each, say(calling.HEARERS[each])) for each in Hearers]
        self.divisions.choices = [
            (each.key, each.label) for each in visit.rulebook.divisions if each.key in self._present
        ]
        grades = sorted({each.grade for each in rooms})
        self.grades.choices = [(each, calling.grade(visit, each)) for each in grades]
        self.classes.choices = [(each.id, labels.room(each.name, visit.words)) for each in rooms]
        self.undo.choices = [
            (each, visit.words.count("{n} minute", "{n} minutes", each)) for each in UNDO_CHOICES
        ]

    def validate_title(self, field: StringField) -> None:
        """Ask for a line that tells what it is about."""
        if not _line(field.data):
            raise ValidationError(self._words.say("A title, please: it is what a phone shows."))
        self._fits(_line(field.data), LONGEST_TITLE)

    def validate_wording(self, field: TextAreaField) -> None:
        """Ask for words, no more than fit into one message of every chat app."""
        if not _text(field.data):
            raise ValidationError(self._words.say("What should they know? Please write it here."))
        self._fits(_text(field.data), LONGEST_WORDING)

    def validate_link(self, field: StringField) -> None:
        """Take only an address that a phone opens safely."""
        link = _line(field.data)
        if not link:
            return
        parts = urlsplit(link)
        if parts.scheme != "https" or not parts.hostname or any(each.isspace() for each in link):
            raise ValidationError(
                self._words.say("The whole address, please, beginning with https://")
            )
        self._fits(link, LONGEST_LINK)

    def validate_hearers(self, field: Ticks) -> None:
        """Ask for whom it is."""
        if not field.data:
            raise ValidationError(self._words.say("Please tick at least one."))

    def validate_wanted(self, field: StringField) -> None:
        """Take only an hour that is to come, and at which messages may leave."""
        if not _line(field.data):
            return
        at, now = _at(field.data), self._visit.now
        if at is None:
            raise ValidationError(self._words.say("A day and a time, please."))
        if at <= now:
            raise ValidationError(
                self._words.say("That is over already. Leave it empty for “at once”.")
            )
        if at > now + FARTHEST:
            raise ValidationError(self._words.say("At most 60 days ahead, please."))
        kind = (
            PersonKind.STAFF if Hearers.PUPILS not in self._audience().hearers else PersonKind.PUPIL
        )
        divisions = self._audience().divisions or self._present
        allowed = told_from(self._visit.rulebook, divisions, kind, at)[-1]
        if allowed > at:
            raise ValidationError(
                self._words.say(
                    "Nothing is sent at that hour (night, holiday, or outside the staff's hours). "
                    "The next possible time is {moment}.",
                    moment=self._words.moment(allowed),
                )
            )

    def content(self) -> Content:
        """Return what was written."""
        return Content(
            _line(self.title.data),
            _text(self.wording.data),
            _line(self.link.data),
            self._audience(),
            _at(self.wanted.data) if _line(self.wanted.data) else None,
            self.undo.data,
        )

    def _audience(self) -> Audience:
        return Audience(
            frozenset(self.hearers.data or ()),
            tuple(sorted(self.divisions.data or ())),
            tuple(sorted(self.grades.data or ())),
            tuple(sorted(self.classes.data or ())),
        )

    def _fits(self, typed: str, most: int) -> None:
        over = len(typed) - most
        if over > 0:
            raise ValidationError(
                self._words.count(
                    "{n} sign too long: at most {most}.",
                    "{n} signs too long: at most {most}.",
                    over,
                    most=most,
                )
            )


def _given(content: Content) -> dict[str, object]:
    at = content.wanted_at
    return {
        "title": content.title,
        "wording": content.wording,
        "link": content.link,
        "hearers": list(content.audience.hearers),
        "divisions": list(content.audience.divisions),
        "grades": list(content.audience.grades),
        "classes": list(content.audience.class_ids),
        "wanted": at.astimezone(TAIPEI).strftime("%Y-%m-%dT%H:%M") if at else "",
        "undo": content.undo_minutes,
    }


def _line(typed: str | None) -> str:
    return " ".join((typed or "").split())


def _text(typed: str | None) -> str:
    return (typed or "").replace("\r\n", "\n").strip()


def _at(typed: str | None) -> datetime | None:
    """Return the instant of a day and time as a browser sends it, in Taipei."""
    try:
        return datetime.fromisoformat(_line(typed)).replace(tzinfo=TAIPEI)
    except ValueError:
        return None
