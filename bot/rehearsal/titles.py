"""What a rehearsal calls things: occasions, windows, roles and habits, as people read them."""

from bot.rehearsal.habits import HABITS, Habit
from bot.rehearsal.record import Message, Rehearsal, Shown
from handlers import labels
from handlers.words import Words
from models.rules.taipei import day_of, last_day
from models.vocabulary import Duty, NoticeKind, Silence, Stage

_PARTS = 5
_ROC = 1911


def role(of: str, words: Words) -> str:
    """Return the name of a role: 學生."""
    return labels.word(Duty(of), words)


def habit(of: str, words: Words) -> str:
    """Return how somebody behaves: 提醒後才決定."""
    return words.say(HABITS[Habit(of)])


def silence(of: str, words: Words) -> str:
    """Return why somebody is not told."""
    return labels.word(Silence(of), words)


def window(of: Shown, rehearsal: Rehearsal, words: Words) -> str:
    """Return what a window is called: 112-2 收訖明細確認（第 2 次）."""
    return _window(of.term, of.stage, of.round, rehearsal.divisions.get(of.division or ""), words)


def month(of: str) -> str:
    """Return a month as Taiwan counts years: 113/9 for 2024-09."""
    year, number = of.split("-")
    return f"{int(year) - _ROC}/{int(number)}"


def days(of: Shown, words: Words) -> str:
    """Return from when until when a window is open."""
    return words.span(day_of(of.opens_at), last_day(of.closes_at))


def occasions(of: tuple[str, ...], rehearsal: Rehearsal, words: Words) -> str:
    """Return what several occasions are called together."""
    return words.say("、").join(occasion(each, rehearsal, words) for each in of)


def occasion(of: str, rehearsal: Rehearsal, words: Words) -> str:
    """Return what an occasion is called: 113-1 課程學習成果上傳：截止前 7 天."""
    parts = of.split("/")
    if len(parts) != _PARTS:
        return labels.word(NoticeKind(of), words)
    term, stage, where, round_, moment = parts
    name = _window(term, stage, int(round_), rehearsal.divisions.get(where), words)
    if moment == "opened":
        return words.say("{window}: it opens", window=name)
    if moment == "closed":
        return words.say("{window}: it is over", window=name)
    n = int(moment.removeprefix("D-"))
    if n == 0:
        return words.say("{window}: the last day", window=name)
    return words.count(
        "{window}: {n} day before the end", "{window}: {n} days before the end", n, window=name
    )


def hearers(of: Message, words: Words) -> str:
    """Return who gets a message, by how they behave."""
    return words.say("、").join(
        habit(each, words) for each in dict.fromkeys(hearer.habit for hearer in of.hearers)
    )


def _window(term: str, stage: str, round_: int, division: str | None, words: Words) -> str:
    name = f"{term} {labels.stage(Stage(stage), words)}"
    if round_ > 1:
        name = words.say("{window}, round {round}", window=name, round=round_)
    return words.say("{window} ({part})", window=name, part=division) if division else name
