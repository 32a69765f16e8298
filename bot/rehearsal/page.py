"""Rehearsals and comparisons as one self-contained page: readable on a phone, printable on A4."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.rehearsal import costing, text, titles
from bot.rehearsal.comparing import Comparison
from bot.rehearsal.record import Message, Rehearsal, Shown
from bot.rehearsal.recording import Drawing
from handlers.words import Words
from models.rules.taipei import day_of, last_day
from models.vocabulary import Duty

_DAY = timedelta(days=1)
_LANGUAGES = {"zh_Hant_TW": "zh-Hant-TW"}
_BRACKET = "（"
_LONG_QUIET = 3
_DIFFERENT = (Duty.PUPIL, Duty.SUBJECT_TEACHER)
"""The roles whose people behave differently."""


@dataclass(frozen=True, slots=True)
class _Note:
    """One message as a small card of the page."""

    role: str
    role_name: str
    clock: str
    what: str
    summary: str
    cards: tuple[Drawing, ...]
    cost: str
    hearers: str


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the page, with what opens and ends on it; `quiet` is how many days came before."""

    on: str
    weekday: str
    year: str
    quiet: int
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    notes: tuple[_Note, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A window as a bar along the rehearsed span, in per cent of it."""

    name: str
    days: str
    stage: str
    start: float
    width: float


def rehearsal_page(of: Rehearsal, pupils: int, words: Words) -> str:
    """Return a rehearsal as HTML: days down the side, roles as columns."""
    shares = costing.by_role(of, pupils)
    total = f"{costing.estimate(of.messages, pupils):,}"
    return _render(
        "rehearsal.html",
        words,
        heading=text.heading(of, words),
        span=words.span(day_of(of.began), day_of(of.ended)),
        roles=[(role, titles.role(role, words), cost) for role, cost in shares.items()],
        stretches=[_stretch(each, of, words) for each in of.windows],
        sizes=words.say("For a school of {n} pupils: {total} messages", n=pupils, total=total),
        tallies=_tallies(of, pupils, words),
        plans=words.say(
            "The marks are LINE's plans: {plans} messages a month",
            plans=words.say("、").join(f"{plan:,}" for plan in costing.PLANS),
        ),
        plan_marks=_plan_marks(of, pupils),
        days=[(day, _quiet(day.quiet, words)) for day in _days(of, pupils, words)],
        sums=[
            (
                titles.role(row.role, words),
                titles.occasions(row.occasions, of, words),
                text.when(row, words),
                row.estimated,
                text.whys(row.unsaid, words),
            )
            for row in costing.rows(of, pupils)
        ],
    )


def comparison_page(of: Comparison, words: Words) -> str:
    """Return a comparison as HTML: what was before beside what is after."""
    return _render(
        "comparison.html",
        words,
        of=of,
        before=text.heading(of.before, words),
        after=text.heading(of.after, words),
        tables=text.comparison_tables(of, words),
        in_all=text.in_all(of, words),
    )


def _render(template: str, words: Words, **values: object) -> str:
    environment = Environment(
        loader=PackageLoader("bot.rehearsal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    language = _LANGUAGES.get(words.locale, words.locale)
    rendered = environment.get_template(template).render(
        language=language, labels=_labels(words), **values
    )
    return rendered.rstrip() + "\n"


def _labels(words: Words) -> dict[str, str]:
    """Return the fixed words of the pages."""
    return {
        "timeline": words.say("Day by day"),
        "day": words.say("Day"),
        "windows": words.say("Timetable"),
        "cost": words.say("Messages a month"),
        "sums": words.say("Who is told what"),
        "role": words.say("Role"),
        "what": words.say("What"),
        "leaves": words.say("Leaves"),
        "messages": words.say("Messages"),
        "unsaid": words.say("Not told (rehearsed people)"),
        "opens": words.say("opens"),
        "closes": words.say("ends"),
        "whole": words.say("Whole message"),
        "before": words.say("before"),
        "after": words.say("after"),
        "differs": words.say("What a changed setting changes"),
        "same": words.say("Nothing differs."),
        "made_up": words.say(
            "Nobody here is real. The messages are those that the product would send; how many is "
            "an estimate from how people typically behave."
        ),
    }


def _days(of: Rehearsal, pupils: int, words: Words) -> Iterator[_Day]:
    said = {
        day: tuple(messages)
        for day, messages in groupby(of.messages, key=lambda each: day_of(each.at))
    }
    opens = _by_day((day_of(each.opens_at), each) for each in of.windows)
    closes = _by_day((last_day(each.closes_at), each) for each in of.windows)
    previous: date | None = None
    for day in sorted(said.keys() | opens.keys() | closes.keys()):
        on, _, weekday = words.short_day(day).partition(_BRACKET)
        yield _Day(
            on=on,
            weekday=weekday.rstrip("）"),
            year=words.day(day).split("/", 1)[0],
            quiet=(day - previous - _DAY).days if previous else 0,
            opens=tuple(titles.window(each, of, words) for each in opens.get(day, ())),
            closes=tuple(titles.window(each, of, words) for each in closes.get(day, ())),
            notes=tuple(_note(each, of, pupils, words) for each in said.get(day, ())),
        )
        previous = day


def _quiet(days: int, words: Words) -> str:
    """Return what stands for days on which nothing happens; nothing for a few of them."""
    if days < _LONG_QUIET:
        return ""
    return words.count("{n} quiet day", "{n} quiet days", days)


def _by_day(windows: Iterable[tuple[date, Shown]]) -> dict[date, list[Shown]]:
    found: dict[date, list[Shown]] = {}
    for day, window in windows:
        found.setdefault(day, []).append(window)
    return found


def _note(of: Message, whole: Rehearsal, pupils: int, words: Words) -> _Note:
    return _Note(
        role=of.role,
        role_name=titles.role(of.role, words),
        clock=words.clock(of.at),
        what=titles.occasions(of.occasions, whole, words),
        summary=of.summary,
        cards=of.cards,
        cost=words.count("{n} message", "{n} messages", costing.estimate([of], pupils)),
        hearers=titles.hearers(of, words) if of.role in _DIFFERENT else "",
    )


def _stretch(of: Shown, whole: Rehearsal, words: Words) -> _Stretch:
    span = whole.ended - whole.began
    start = max(of.opens_at, whole.began)
    end = min(of.closes_at, whole.ended)
    return _Stretch(
        titles.window(of, whole, words),
        titles.days(of, words),
        of.stage,
        round(100 * ((start - whole.began) / span), 2),
        round(100 * ((end - start) / span), 2),
    )


def _largest(of: Rehearsal, pupils: int) -> int:
    return max([*(month.estimated for month in costing.months(of, pupils)), costing.PLANS[-1]])


def _tallies(of: Rehearsal, pupils: int, words: Words) -> list[tuple[str, str, float, str]]:
    """Return each month with its bar in per cent of the largest plan or month, and its plan."""
    largest = _largest(of, pupils)
    return [
        (
            titles.month(month.month),
            f"{month.estimated:,}",
            round(100 * month.estimated / largest, 2),
            text.plan(month, words),
        )
        for month in costing.months(of, pupils)
    ]


def _plan_marks(of: Rehearsal, pupils: int) -> list[tuple[int, float]]:
    largest = _largest(of, pupils)
    return [(plan, round(100 * plan / largest, 2)) for plan in costing.PLANS]
