"""The words of one locale: translated sentences, and days and spans as Taiwan writes them.

Sentences are English msgids with named places: `words.say("{title} was certified", title=…)`.
bot/i18n.py loads the catalogues and makes one Words per locale; everything here is pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from models.rules.taipei import TAIPEI, days_left, last_moment

_ROC = 1911
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def N_(msgid: str) -> str:  # noqa: N802 - the name translators' tools know
    """Mark a msgid for extraction where it is written down but not yet said."""
    return msgid


@dataclass(frozen=True, slots=True)
class Words:
    """Says sentences, days and spans in one locale."""

    locale: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    def say(self, msgid: str, /, **values: object) -> str:
        """Return the sentence in this locale with its places filled."""
        return self._set(_filled(self.gettext(msgid), values))

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the sentence for `n` things; `{n}` is filled with the number."""
        return self._set(_filled(self.ngettext(one, many, n), {"n": n, **values}))

    def about(self, kind: str, own: "Own") -> "Words":
        """Return the words in which one kind of message is said, by a school that words it."""
        sentences = own.sentences.get((self.locale, kind)) if own.sentences else None
        if sentences is None:
            return self
        return OwnWords(self.locale, self.gettext, self.ngettext, sentences, own.broken)

    def day(self, day: date) -> str:
        """Return a day as 114/2/3（一）."""
        return _day(day, self.locale[:2])

    def short_day(self, day: date) -> str:
        """Return a day without its year, as 2/3（一）."""
        return self.day(day).split("/", 1)[1]

    def span(self, first: date, last: date) -> str:
        """Return a span of days as 114/1/20（一）–2/3（一）; a year that differs is written."""
        if first == last:
            return self.day(first)
        end = self.short_day(last) if first.year == last.year else self.day(last)
        return f"{self.day(first)}–{end}"

    def clock(self, at: datetime) -> str:
        """Return the time of day in Taipei as 17:00."""
        return at.astimezone(TAIPEI).strftime("%H:%M")

    def moment(self, at: datetime) -> str:
        """Return an instant as 114/2/3（一）17:00."""
        return f"{self.day(at.astimezone(TAIPEI).date())}{self._gap}{self.clock(at)}"

    def deadline(self, closes_at: datetime) -> str:
        """Return the last day of a window, with the hour where it ends before midnight."""
        last = last_moment(closes_at)
        day = self.day(last.date())
        return day if (last.hour, last.minute) == (23, 59) else f"{day}{self._gap}{self._end(last)}"

    def hour_of_deadline(self, closes_at: datetime) -> str:
        """Return the clock time until which something is possible: 17:00, or 23:59."""
        return self._end(last_moment(closes_at))

    def left(self, closes_at: datetime, now: datetime) -> str:
        """Return how long is left in Taipei days: 還有 3 天, 明天截止, 今天截止, 已截止."""
        if now >= closes_at:
            return self.say("closed")
        days = days_left(closes_at, now)
        if days == 0:
            return self.say("closes today")
        if days == 1:
            return self.say("closes tomorrow")
        return self.count("{n} day left", "{n} days left", days)

    def _set(self, sentence: str) -> str:
        """Close the gap after a full-width bracket: it brings a gap of its own."""
        return sentence.replace("） ", "）") if self.locale.startswith("zh") else sentence

    @property
    def _gap(self) -> str:
        return "" if self.locale.startswith("zh") else " "

    def _end(self, last: datetime) -> str:
        shown = last if (last.hour, last.minute) == (23, 59) else last + timedelta(minutes=1)
        return shown.strftime("%H:%M")


def _ignored(_msgid: str) -> None:
    """Hear of nothing."""


@dataclass(frozen=True, slots=True)
class Own:
    """How a school words its messages: by locale and kind, its sentences by the product's msgid.

    `broken` hears of every sentence that could not be said as the school has it.
    """

    sentences: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    broken: Callable[[str], None] = _ignored


@dataclass(frozen=True, slots=True)
class OwnWords(Words):
    """Says some sentences as a school words them; what cannot be said so is said as ever."""

    own: Mapping[str, str]
    broken: Callable[[str], None]

    def say(self, msgid: str, /, **values: object) -> str:
        """Return the sentence in the school's words, or in the product's."""
        return self._in_own(msgid, values) or Words.say(self, msgid, **values)

    def count(self, one: str, many: str, n: int, /, **values: object) -> str:
        """Return the sentence for `n` things in the school's words, or in the product's."""
        return self._in_own(one, {"n": n, **values}) or Words.count(self, one, many, n, **values)

    def about(self, kind: str, own: Own) -> Words:
        """Return the words in which another kind of message is said."""
        return Words(self.locale, self.gettext, self.ngettext).about(kind, own)

    def _in_own(self, msgid: str, values: Mapping[str, object]) -> str:
        """Return the school's sentence, "" where it has none or it cannot be said."""
        sentence = self.own.get(msgid)
        if sentence is None:
            return ""
        try:
            said = self._set(sentence.format_map(values))
        except (LookupError, ValueError, AttributeError, TypeError):
            said = ""
        if not said:
            self.broken(msgid)
        return said


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    weekday = _WEEKDAYS.get(language, _WEEKDAYS["en"])[day.weekday()]
    brackets = "（{}）" if language == "zh" else " ({})"
    return f"{day.year - _ROC}/{day.month}/{day.day}" + brackets.format(weekday)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    return sentence.format_map(values) if values else sentence
