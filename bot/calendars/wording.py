"""What an entry of a calendar says: what it is, for whom, and what happens after it."""

from handlers import deadlines
from handlers.receipt_cards import SILENCE
from handlers.words import N_, Words
from models.queries.feeds import Shown
from models.rulebooks import Rulebook
from models.rules.calendars import Edge, Event
from models.rules.taipei import last_day
from models.vocabulary import Stage
from scheduler.messages.phrases import CHOICE, MEANING

CONSEQUENCES = {
    Stage.UPLOAD: CHOICE,
    Stage.CERTIFICATION: N_(
        "A work that is not certified by then cannot be selected by its pupil."
    ),
    Stage.SELECTION: N_(
        "What is not selected is not sent to the central database. How many you select, "
        "or none, is your choice."
    ),
    Stage.SUBMISSION: N_("A task of the office: what was selected goes to the central database."),
    Stage.RECEIPT: SILENCE,
}
"""What happens after each stage's last day."""


def name_of(school: str, words: Words, *, own: bool) -> str:
    """Return what a calendar is called in the list of a phone."""
    if own:
        return words.say("Portfolio: my deadlines")
    return words.say("Portfolio deadlines of {school}", school=school)


def title(event: Event, shown: Shown, rulebook: Rulebook, words: Words) -> str:
    """Return the line that a phone shows: what closes and at what hour, and for whom."""
    name = deadlines.name_of(words, shown.window)
    for_whom = whom(shown, rulebook, words)
    if for_whom:
        name = words.say("{name} ({whom})", name=name, whom=for_whom)
    if event.edge is Edge.OPENS:
        return words.say("Opens: {name}", name=name)
    if event.is_whole_day:
        return words.say("Last day: {name}", name=name)
    return words.say(
        "Until {hour}: {name}",
        hour=words.hour_of_deadline(shown.dated.closes_at),
        name=name,
    )


def description(event: Event, shown: Shown, words: Words) -> str:
    """Return until when something is possible to the minute, and what happens after that."""
    until = words.say(
        "Possible until {day} {hour}.",
        day=words.day(last_day(shown.dated.closes_at)),
        hour=words.hour_of_deadline(shown.dated.closes_at),
    )
    said = [until, words.say(CONSEQUENCES[shown.window.stage])]
    if shown.window.stage is Stage.CERTIFICATION:
        said.append(words.say(MEANING))
    if event.cancelled:
        said.insert(0, words.say("The school's timetable has dropped this."))
    return "\n".join(said)


def whom(shown: Shown, rulebook: Rulebook, words: Words) -> str:
    """Return the grades and division of a window that is not for all."""
    window = shown.window
    said = []
    if set(window.grades) != set(rulebook.grades):
        grades = words.say(", ").join(str(grade) for grade in window.grades)
        said.append(words.say("grade {grades} of {year}", grades=grades, year=window.term.year))
    division = rulebook.label_of(window.division)
    return words.say(", ").join([*said, division] if division else said)
