"""Rehearsals and comparisons as lines for a terminal."""

from collections.abc import Iterator, Mapping

from bot.commands.timetable import columns
from bot.rehearsal import costing, titles
from bot.rehearsal.comparing import Comparison, Pair
from bot.rehearsal.costing import Month, Row
from bot.rehearsal.record import Message, Rehearsal
from handlers.words import Words

_NONE = "–"


def rehearsal_lines(of: Rehearsal, pupils: int, words: Words) -> Iterator[str]:
    """Yield windows, every message with its cost, and the sums."""
    yield heading(of, words)
    yield ""
    yield from columns(
        [(titles.window(each, of, words), titles.days(each, words)) for each in of.windows]
    )
    yield ""
    for message in of.messages:
        yield from _message_lines(message, of, pupils, words)
    yield from sums(of, pupils, words)


def comparison_lines(of: Comparison, words: Words) -> Iterator[str]:
    """Yield what differs between two rehearsals."""
    yield words.say("Before: {rehearsal}", rehearsal=heading(of.before, words))
    yield words.say("After: {rehearsal}", rehearsal=heading(of.after, words))
    if of.is_empty:
        yield words.say("Nothing differs.")
        return
    head = ("", words.say("before"), words.say("after"))
    for title, rows in comparison_tables(of, words):
        yield from ("", title, *columns([head, *rows]))
    yield ""
    yield in_all(of, words)


def comparison_tables(of: Comparison, words: Words) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return what differs as titled rows of three: what, before, after; empty ones are left out."""
    tables = [
        (words.say("Settings"), _settings(of.settings)),
        (words.say("Timetable"), _windows(of, words)),
        (words.say("Messages"), _rows(of, words)),
        (words.say("Messages a month"), _months(of, words)),
    ]
    return [(title, rows) for title, rows in tables if rows]


def in_all(of: Comparison, words: Words) -> str:
    """Return how many messages both take."""
    before, after = of.totals
    return words.say("In all: {before} before, {after} after", before=before, after=after)


def heading(of: Rehearsal, words: Words) -> str:
    """Return what was rehearsed in one line."""
    return words.say(
        "{school}, {term}, rehearsed with seed {seed}",
        school=of.school_name,
        term=of.term,
        seed=of.seed,
    )


def sums(of: Rehearsal, pupils: int, words: Words) -> Iterator[str]:
    """Yield the summary: each role's occasions, and each month against the plans."""
    head = (
        words.say("Role"),
        words.say("What"),
        words.say("Leaves"),
        words.say("Messages, {n} pupils", n=pupils),
        words.say("Not told (rehearsed people)"),
    )
    rows = [_sum(row, of, words) for row in costing.rows(of, pupils)]
    yield from ("", *columns([head, *rows]), "")
    plans = [
        (titles.month(month.month), str(month.estimated), plan(month, words))
        for month in costing.months(of, pupils)
    ]
    head3 = (words.say("Month"), words.say("Messages"), words.say("LINE plan"))
    yield from columns([head3, *plans])


def plan(month: Month, words: Words) -> str:
    """Return which plan of LINE a month fits."""
    if month.plan is None:
        return words.say("more than {n} a month", n=costing.PLANS[-1])
    return words.say("fits {n} a month", n=month.plan)


def when(row: Row, words: Words) -> str:
    """Return when a row's messages leave: one moment, or how often between two days."""
    if row.times == 1:
        return words.moment(row.first_at)
    return words.say(
        "{n} times, {first} to {last}",
        n=row.times,
        first=words.moment(row.first_at),
        last=words.moment(row.last_at),
    )


def whys(unsaid: Mapping[str, int], words: Words) -> str:
    """Return why others are not told, with how many."""
    return words.say("、").join(
        f"{titles.silence(why, words)} {count}" for why, count in unsaid.items()
    )


def _message_lines(of: Message, whole: Rehearsal, pupils: int, words: Words) -> Iterator[str]:
    yield words.say(
        "{when}  {role}: {what} [{n} messages]",
        when=words.moment(of.at),
        role=titles.role(of.role, words),
        what=titles.occasions(of.occasions, whole, words),
        n=costing.estimate([of], pupils),
    )
    yield f"    {of.summary}"
    for card in of.cards:
        yield f"      ▸ {card.title}"
        yield from (f"        {line}" for text in card.lines for line in text.splitlines())
        if card.buttons:
            yield "        " + "".join(f"〔{label}〕" for label in card.buttons)


def _sum(row: Row, of: Rehearsal, words: Words) -> tuple[str, ...]:
    return (
        titles.role(row.role, words),
        titles.occasions(row.occasions, of, words),
        when(row, words),
        str(row.estimated),
        whys(row.unsaid, words) or _NONE,
    )


def _settings(of: Mapping[str, Pair[str]]) -> list[tuple[str, str, str]]:
    return [(path, pair.before or _NONE, pair.after or _NONE) for path, pair in of.items()]


def _windows(of: Comparison, words: Words) -> list[tuple[str, str, str]]:
    return [
        (
            titles.window(pair.either, of.before, words),
            titles.days(pair.before, words) if pair.before else _NONE,
            titles.days(pair.after, words) if pair.after else _NONE,
        )
        for pair in of.windows
    ]


def _rows(of: Comparison, words: Words) -> list[tuple[str, str, str]]:
    def told(row: Row | None) -> str:
        if row is None:
            return _NONE
        return words.say("{when}: {n} messages", when=when(row, words), n=row.estimated)

    return [
        (
            f"{titles.role(pair.either.role, words)}　"
            + titles.occasions(pair.either.occasions, of.before, words),
            told(pair.before),
            told(pair.after),
        )
        for pair in of.rows
    ]


def _months(of: Comparison, words: Words) -> list[tuple[str, str, str]]:
    def spent(month: Month | None) -> str:
        return f"{month.estimated}　{plan(month, words)}" if month else _NONE

    return [
        (titles.month(pair.either.month), spent(pair.before), spent(pair.after))
        for pair in of.months
    ]
