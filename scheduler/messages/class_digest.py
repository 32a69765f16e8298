"""To a homeroom teacher, on digest mornings: how many of the class have decided, not who."""

from collections.abc import Iterator, Sequence

from handlers import deadlines, labels
from handlers.actions import NudgeClass, ShowClass, ShowUndecided
from handlers.progress_cards import REMINDED, untold
from handlers.replies import Bar, Block, Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.digests import ClassProgress
from models.queries.wanted import Saying
from models.rules.calendar import SchoolCalendar
from models.rules.slips import back_on
from scheduler.messages.scene import Scene


def class_digest(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Draw a bar for each open window of the class, the one that ends first on top."""
    class_id = saying.facts["class_id"]
    parts = sorted(scene.about.progress[class_id], key=lambda part: part.window.closes_at)
    first = next((part for part in parts if part.undecided), parts[0])
    title = words.say(
        "Good day. Class {class_name}, {name}: {undecided} undecided, until {deadline}",
        class_name=labels.room(scene.about.class_names[class_id], words),
        name=deadlines.name_of(words, first.window),
        undecided=first.undecided,
        deadline=words.deadline(first.window.closes_at),
    )
    nudged = (class_id, first.window.id) in scene.about.nudged
    blocks: list[Block] = [_bar(part, words) for part in parts]
    blocks += _slips(parts, scene, words)
    if first.unreachable:
        blocks.append(
            Paragraph(
                words.count(
                    "One of them cannot be reached here (not joined, or blocked): please speak to "
                    "them or call.",
                    "{n} of them cannot be reached here (not joined, or blocked): please speak to "
                    "them or call.",
                    first.unreachable,
                )
            )
        )
    blocks += untold(first.untold, words)
    if nudged:
        blocks.append(Paragraph(words.say(REMINDED), quiet=True))
    return Reply(title, (Card(title, tuple(blocks), _buttons(first, words, nudged=nudged)),))


def _bar(part: ClassProgress, words: Words) -> Bar:
    return Bar(
        label=deadlines.name_of(words, part.window),
        part=part.concerned - part.undecided,
        whole=part.concerned,
        caption=words.say(
            "{decided} decided, {undecided} undecided, until {deadline}",
            decided=part.concerned - part.undecided,
            undecided=part.undecided,
            deadline=words.deadline(part.window.closes_at),
        ),
    )


def _slips(parts: Sequence[ClassProgress], scene: Scene, words: Words) -> Iterator[Paragraph]:
    """Say by which day the paper slips of a window are to be back, where the rules want them."""
    calendar = SchoolCalendar(scene.rulebook.school_days)
    for part in parts:
        window = part.window
        rule = scene.rulebook.slip_for(
            window.stage,
            semester=window.term.semester,
            grade=part.grade,
            division=part.division,
        )
        if rule:
            yield Paragraph(
                words.say(
                    "{window}: please collect the paper slips by {day} ({clause}).",
                    window=deadlines.name_of(words, window),
                    day=words.day(back_on(rule, window.window.closes_at, calendar)),
                    clause=rule.clause,
                )
            )


def _buttons(part: ClassProgress, words: Words, *, nudged: bool) -> tuple[Button, ...]:
    """Return the ways on; who was reminded this morning is not offered to be reminded again."""
    class_id, window_id = part.class_id, part.window.id
    if not part.undecided:
        return (Button(words.say("See my class"), ShowClass(class_id), Weight.PRIMARY),)
    nudge = Button(
        words.count("Remind this pupil", "Remind these {n}", part.undecided),
        NudgeClass(class_id, window_id),
    )
    return (
        Button(words.say("See the list"), ShowUndecided(class_id, window_id), Weight.PRIMARY),
        *(() if nudged else (nudge,)),
        Button(words.say("See my class"), ShowClass(class_id), Weight.QUIET),
    )
