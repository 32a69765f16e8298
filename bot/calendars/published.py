"""Draws a school's public timetable: term by term, what opens and closes when, and for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from bot.calendars.environment import LANGUAGES, environment
from bot.calendars.wording import CONSEQUENCES, whom
from handlers import labels
from handlers.words import Words
from models.queries.feeds import Shown
from models.rulebooks import Rulebook
from models.rules.taipei import day_of, last_day


@dataclass(frozen=True, slots=True)
class Row:
    """One window as a reader sees it; `state` is "open", "coming" or "over"."""

    name: str
    whom: str
    opens: str
    closes: str
    then: str
    state: str


def page(
    school: str,
    address: str,
    shown: Iterable[Shown],
    *,
    rulebook: Rulebook,
    words: Words,
    now: datetime,
) -> str:
    """Return the page; its calendar is `address` with .ics. It changes only when a state does."""
    terms: dict[str, list[Row]] = {}
    for each in shown:
        if not each.dated.cancelled:
            terms.setdefault(each.window.term_name, []).append(_row(each, rulebook, words, now))
    calendar = f"{address}.ics"
    subscribe = f"webcal://{calendar.split('://', 1)[1]}"
    return (
        environment()
        .get_template("published.html")
        .render(
            school=school,
            address=address,
            calendar=calendar,
            subscribe=subscribe,
            google=f"https://calendar.google.com/calendar/r?cid={quote(subscribe, safe='')}",
            terms=sorted(terms.items(), reverse=True),
            say=words.say,
            language=LANGUAGES[words.locale],
        )
    )


def _row(shown: Shown, rulebook: Rulebook, words: Words, now: datetime) -> Row:
    window = shown.window
    name = labels.stage(window.stage, words)
    if window.window.round > 1:
        name = words.say("{stage}, round {round}", stage=name, round=window.window.round)
    closes = words.say(
        "{day} {hour}",
        day=words.day(last_day(window.closes_at)),
        hour=words.hour_of_deadline(window.closes_at),
    )
    state = "over" if now >= window.closes_at else "open" if window.is_open(now) else "coming"
    return Row(
        name=name,
        whom=whom(shown, rulebook, words) or words.say("The whole school"),
        opens=words.day(day_of(window.opens_at)),
        closes=closes,
        then=words.say(CONSEQUENCES[window.stage]),
        state=state,
    )
