"""The cards that show how far people are: has decided, or has not; drawn as bars.

Counts of people and never of works, and no class beside another (domain.md section 3.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers import deadlines, labels
from handlers.actions import NudgeClass, ShowClass, ShowJoinings, ShowTimetable, ShowUndecided
from handlers.replies import Bar, Block, Button, Card, Entry, Paragraph, Tone, Weight
from handlers.words import N_, Words
from models.queries.classes import Undecided
from models.queries.windows import TermWindow
from models.rules.progress import Progress
from models.tables import SchoolClass
from models.vocabulary import Stage

A_PAGE = 8
"""Names of one card: more would not fit the largest bubble of a chat."""

NOTHING_COUNTS = N_("To hand in nothing is a decision too, and counts as decided.")
OTHERWISE = {
    Stage.UPLOAD: N_(
        "After that nothing more can be uploaded for the term; whether to upload is each "
        "pupil's own choice."
    ),
    Stage.SELECTION: N_("After that, what is not selected is not submitted."),
    Stage.RECEIPT: N_("After that, silence counts as agreement (K12EA letter of 2025, point 6)."),
}
"""What follows when a window closes, for the stages that pupils decide about."""
REMINDED = N_("They were reminded today; the next reminder can go tomorrow.")


def class_card(
    room: SchoolClass, window: TermWindow, reached: Progress, words: Words, now: datetime
) -> Card:
    """Draw how far a class is in one window, with its list and its reminder."""
    blocks: tuple[Block, ...] = (
        Bar("", reached.decided, reached.concerned, caption(reached, words)),
        deadlines.deadline_fact(words, window, now),
        Paragraph(words.say(OTHERWISE[window.stage])),
        *_out_of_reach(reached, words),
        *untold(reached.untold, words),
        *_on_paper(reached, words),
        Paragraph(words.say(NOTHING_COUNTS), quiet=True),
    )
    joined = Button(words.say("Who joined"), ShowJoinings(room.id), Weight.QUIET)
    if reached.undecided == 0:
        return Card(class_title(room, window, words), blocks, (joined,), Tone.DONE)
    buttons = (
        Button(words.say("See the list"), ShowUndecided(room.id, window.id), Weight.PRIMARY),
        nudge_button(room.id, window.id, reached.undecided, words),
        joined,
    )
    return Card(class_title(room, window, words), blocks, buttons, Tone.DUE)


def class_title(room: SchoolClass, window: TermWindow, words: Words) -> str:
    """Return what the progress of a class in a window is called."""
    name = deadlines.name_of(words, window)
    named = labels.room(room.name, words)
    return words.say("Class {class_name}: {window}", class_name=named, window=name)


def class_summary(
    room: SchoolClass, window: TermWindow, reached: Progress, words: Words, now: datetime
) -> str:
    """Return the progress of a class in one line."""
    return words.say(
        "{title}: {caption}, until {deadline}",
        title=class_title(room, window, words),
        caption=caption(reached, words),
        deadline=deadlines.until(words, window.closes_at, now),
    )


def bar(window: TermWindow, reached: Progress, words: Words) -> Bar:
    """Draw the share of those who have decided, with the counts of people beside it."""
    name = deadlines.name_of(words, window)
    said = caption(reached, words)
    if window.stage is Stage.CERTIFICATION:
        said = words.say(
            "{done} have nothing waiting, {left} have works to certify",
            done=reached.decided,
            left=reached.undecided,
        )
    return Bar(name, reached.decided, reached.concerned, said)


def caption(reached: Progress, words: Words) -> str:
    """Return the counts of people: 已決定 31 人，未決定 6 人."""
    return words.say(
        "{decided} have decided, {undecided} have not",
        decided=reached.decided,
        undecided=reached.undecided,
    )


@dataclass(frozen=True, slots=True)
class Left:
    """Those of a class who have something left in a window, and if they were reminded today."""

    room: SchoolClass
    window: TermWindow
    people: Sequence[Undecided]
    nudged_today: bool


def undecided_card(found: Left, page: int, words: Words, now: datetime) -> Card:
    """Draw a page of those who have something left: seat and name, and who is out of reach."""
    room, window, open_for = found.room, found.window, found.people
    title = class_title(room, window, words)
    back = Button(words.say("Back to the class"), ShowClass(room.id), Weight.QUIET)
    if not open_for:
        done = Paragraph(words.say("Everybody in this class has decided."))
        return Card(title, (done,), (back,), Tone.DONE)
    shown = open_for[page * A_PAGE : (page + 1) * A_PAGE]
    blocks: tuple[Block, ...] = (
        Paragraph(
            words.count("{n} pupil has not decided.", "{n} pupils have not decided.", len(open_for))
        ),
        *(_pupil(pupil, words) for pupil in shown),
        deadlines.deadline_fact(words, window, now),
        Paragraph(words.say(OTHERWISE[window.stage])),
        Paragraph(words.say(REMINDED if found.nudged_today else NOTHING_COUNTS), quiet=True),
    )
    buttons = []
    if window.is_open(now) and not found.nudged_today:
        buttons.append(nudge_button(room.id, window.id, len(open_for), words))
    if (page + 1) * A_PAGE < len(open_for):
        following = ShowUndecided(room.id, window.id, page + 1)
        buttons.append(Button(words.say("Next page"), following))
    return Card(title, blocks, (*buttons, back), Tone.DUE)


def nudge_button(class_id: int, window_id: int, undecided: int, words: Words) -> Button:
    """Return the button that reminds exactly those who have not decided."""
    label = words.count("Remind {n} pupil", "Remind {n} pupils", undecided)
    return Button(label, NudgeClass(class_id, window_id))


def nothing_open_card(words: Words) -> Card:
    """Draw that no window is open, with the way to the timetable."""
    said = words.say("No window for pupils is open now.")
    dates = Button(words.say("Timetable"), ShowTimetable(), Weight.PRIMARY)
    return Card(words.say("Progress"), (Paragraph(said),), (dates,))


def overall_card(
    title: str, rows: Sequence[tuple[TermWindow, Progress]], words: Words, now: datetime
) -> Card:
    """Draw bars of several windows: of the school, or where a group reads along."""
    blocks: list[Block] = []
    for window, reached in rows[:A_PAGE]:
        blocks += [bar(window, reached, words), deadlines.deadline_fact(words, window, now)]
    blocks.append(Paragraph(words.say(NOTHING_COUNTS), quiet=True))
    return Card(title, tuple(blocks))


def _pupil(pupil: Undecided, words: Words) -> Entry:
    title = words.say("No. {seat} {name}", seat=pupil.seat, name=pupil.name)
    own = pupil.own_closes_at
    detail = words.say("Own deadline: {deadline}", deadline=words.deadline(own)) if own else ""
    if pupil.reachable and pupil.untold:
        return Entry(title, detail, words.say("Not told; please say it"), Tone.DUE)
    if pupil.reachable:
        return Entry(title, detail)
    return Entry(title, detail, words.say("Cannot be reached here"), Tone.DUE)


def _out_of_reach(reached: Progress, words: Words) -> tuple[Block, ...]:
    if reached.unreachable == 0:
        return ()
    said = words.count(
        "{n} of these cannot be reached here (not joined, or blocked): "
        "better tell them in person or by telephone.",
        "{n} of these cannot be reached here (not joined, or blocked): "
        "better tell them in person or by telephone.",
        reached.unreachable,
    )
    return (Paragraph(said),)


def _on_paper(reached: Progress, words: Words) -> tuple[Block, ...]:
    """Say how many are to be told by letter or in person: silence will count against them."""
    if reached.on_paper == 0:
        return ()
    said = words.count(
        "{n} of these may not know of it: the registrar prints a letter to hand over.",
        "{n} of these may not know of it: the registrar prints letters to hand over.",
        reached.on_paper,
    )
    return (Paragraph(said),)


def untold(people: int, words: Words) -> tuple[Block, ...]:
    """Say how many got no message for want of messages: they need to hear it from somebody."""
    if people == 0:
        return ()
    said = words.count(
        "One of these got no reminder, since the month's messages do not suffice: please tell them "
        "in person.",
        "{n} of these got no reminder, since the month's messages do not suffice: please tell them "
        "in person.",
        people,
    )
    return (Paragraph(said),)
