"""The places of a rulebook that forms can change, each with its fields and how it is written."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from wtforms import DateField, Form, IntegerField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from handlers.findings import ANCHORS
from handlers.words import Words
from models.rulebooks import Rulebook
from models.rulebooks.bounds import LONGEST_OFFSET, LONGEST_WINDOW
from models.rulebooks.locating import Path
from models.rulebooks.values import DATED_ANCHORS, Anchor
from models.rulebooks.writing import with_value
from models.rules.roc import Term
from models.vocabulary import Stage

_UNITS = ("days", "weeks", "school_days")
_LASTS = ("lasts_days", "lasts_school_days")
_OFFSETS = re.compile(r"\s*\d{1,3}(\s*[,、，]\s*\d{1,3})*\s*")
_END_OF_DAY = "24:00"


@dataclass(frozen=True, slots=True)
class Place:
    """One value of a rulebook with the fields by which it is changed; `now` is what it says.

    `value` reads it out of a form that was sent; None takes the key away.
    """

    path: Path
    fields: Mapping[str, Any]
    given: Mapping[str, Any]
    now: object
    value: Callable[[Form], object]


def places(text: str, rulebook: Rulebook, today: date, words: Words) -> list[Place]:
    """Return every place of a text that the forms show, in their order."""
    content = tomllib.loads(text)
    return [
        *_of_terms(content, terms_shown(rulebook, today), words),
        *_of_reminders(content, words),
        *_of_windows(content, words),
    ]


def terms_shown(rulebook: Rulebook, today: date) -> list[str]:
    """Return the terms that have dates, and the one to come; today's where none has any."""
    known = list(rulebook.terms)
    return [*known, str(Term(known[-1]).next)] if known else [str(Term.on(today))]


def changed(text: str, form: Form, found: list[Place]) -> str:
    """Return the text with every place as the form says; raises CannotWriteError."""
    for each in found:
        value = each.value(form)
        if value != each.now:
            text = with_value(text, each.path, value)
    return text


def name_of(path: Path) -> str:
    """Return what the field of a place is called in its form."""
    return "-".join(str(part) for part in path)


def _of_terms(content: Mapping[str, Any], terms: list[str], words: Words) -> Iterator[Place]:
    missing = words.say("Please choose a day.")
    for term in terms:
        own = content.get("terms", {}).get(term, {})
        for anchor in DATED_ANCHORS:
            yield _day(("terms", term, anchor.value), own.get(anchor.value))
        for at, entry in enumerate(own.get("published", [])):
            path = ("terms", term, "published", at)
            if "opens" in entry:
                yield _day((*path, "opens"), entry["opens"], missing=missing)
            yield _day((*path, "closes"), entry.get("closes"), missing=missing)
            yield _clock((*path, "closing_time"), entry.get("closing_time"))


def _of_reminders(content: Mapping[str, Any], words: Words) -> Iterator[Place]:
    own = content.get("reminders", {})
    yield _offsets(("reminders", "days_before"), own.get("days_before"), words)
    by_stage = own.get("by_stage", {})
    for stage in Stage:
        if stage is not Stage.SUBMISSION:
            path = ("reminders", "by_stage", stage.value)
            yield _offsets(path, by_stage.get(stage.value), words)


def _of_windows(content: Mapping[str, Any], words: Words) -> Iterator[Place]:
    for at, rule in enumerate(content.get("windows", [])):
        path = ("windows", at)
        for key in ("opens", "closes"):
            if key in rule and len(rule[key].keys() & set(_UNITS)) < 2:
                yield _anchored((*path, key), rule[key], words)
        for key in _LASTS:
            if key in rule:
                yield _number((*path, key), rule[key], words.say("A number of days, please."))
        yield _clock((*path, "closing_time"), rule.get("closing_time"))


def _day(path: Path, now: date | None, *, missing: str = "") -> Place:
    """Return the place of a day; `missing` is said where it may not be left out."""
    name = name_of(path)
    field = DateField(validators=[InputRequired(missing) if missing else Optional()])
    return Place(path, {name: field}, {name: now}, now, lambda form: form[name].data)


def _number(path: Path, now: int, wrong: str) -> Place:
    name = name_of(path)
    field = IntegerField(validators=[InputRequired(wrong), NumberRange(1, LONGEST_WINDOW, wrong)])
    return Place(path, {name: field}, {name: now}, now, lambda form: form[name].data)


def _clock(path: Path, now: str | None) -> Place:
    """A time of day at which a last day ends; the end of the day stands as no time at all."""
    name = name_of(path)
    given = time.fromisoformat(now) if now and now != _END_OF_DAY else None

    def value(form: Form) -> object:
        clock = form[name].data
        if clock is None:
            return now if now == _END_OF_DAY else None
        return f"{clock:%H:%M}"

    field = TimeField(validators=[Optional()])
    return Place(path, {name: field}, {name: given}, now, value)


def _offsets(path: Path, now: list[int] | None, words: Words) -> Place:
    name = name_of(path)

    def check(_form: Form, field: StringField) -> None:
        typed = (field.data or "").strip()
        if typed and not _OFFSETS.fullmatch(typed):
            raise ValidationError(words.say("Numbers of days, please, such as 14, 7, 3, 1, 0."))

    def value(form: Form) -> object:
        given = form[name].data or ""
        return [int(each) for each in re.findall(r"\d+", given)] or None

    shown = ", ".join(map(str, now)) if now else ""
    return Place(path, {name: StringField(validators=[check])}, {name: shown}, now, value)


def _anchored(path: Path, now: Mapping[str, Any], words: Words) -> Place:
    name = name_of(path)
    unit = next((each for each in _UNITS if each in now), _UNITS[0])
    anchors = [SelectChoice(each.value, words.say(ANCHORS[each])) for each in Anchor]
    units = [
        SelectChoice("days", words.say("days")),
        SelectChoice("weeks", words.say("weeks")),
        SelectChoice("school_days", words.say("school days")),
    ]

    def value(form: Form) -> object:
        n = form[f"{name}-n"].data
        counted = {form[f"{name}-unit"].data: n} if n else {}
        return {"anchor": form[f"{name}-anchor"].data} | counted

    most = NumberRange(-LONGEST_OFFSET, LONGEST_OFFSET)
    return Place(
        path,
        {
            f"{name}-anchor": SelectField(choices=anchors),
            f"{name}-n": IntegerField(validators=[Optional(), most]),
            f"{name}-unit": SelectField(choices=units),
        },
        {f"{name}-anchor": now.get("anchor"), f"{name}-n": now.get(unit, 0), f"{name}-unit": unit},
        {key: of for key, of in now.items() if of},
        value,
    )
