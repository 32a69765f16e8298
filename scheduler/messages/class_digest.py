"""To a homeroom teacher, on digest mornings: how many of the class have decided, not who."""

from handlers import deadlines
from handlers.actions import NudgeClass, ShowClass, ShowUndecided
from handlers.replies import Bar, Block, Button, Card, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.digests import ClassProgress
from models.queries.wanted import Saying
from scheduler.messages.scene import Scene


def class_digest(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Draw a bar for each open window of the class, the one that ends first on top."""
    class_id = saying.facts["class_id"]
    parts = sorted(
        scene.about.progress[class_id], key=lambda part: scene.windows[part.window_id].closes_at
    )
    first = next((part for part in parts if part.undecided), parts[0])
    title = words.say(
        "Good day. Class {class_name}, {name}: {undecided} undecided, until {deadline}",
        class_name=scene.about.class_names[class_id],
        name=deadlines.name_of(words, scene.windows[first.window_id]),
        undecided=first.undecided,
        deadline=words.deadline(scene.windows[first.window_id].closes_at),
    )
    blocks: list[Block] = [_bar(part, scene, words) for part in parts]
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
    return Reply(title, (Card(title, tuple(blocks), _buttons(class_id, first, words)),))


def _bar(part: ClassProgress, scene: Scene, words: Words) -> Bar:
    window = scene.windows[part.window_id]
    return Bar(
        label=deadlines.name_of(words, window),
        part=part.concerned - part.undecided,
        whole=part.concerned,
        caption=words.say(
            "{decided} decided, {undecided} undecided, until {deadline}",
            decided=part.concerned - part.undecided,
            undecided=part.undecided,
            deadline=words.deadline(window.closes_at),
        ),
    )


def _buttons(class_id: int, part: ClassProgress, words: Words) -> tuple[Button, ...]:
    if not part.undecided:
        return (Button(words.say("See my class"), ShowClass(class_id), Weight.PRIMARY),)
    return (
        Button(words.say("See the list"), ShowUndecided(class_id, part.window_id), Weight.PRIMARY),
        Button(
            words.count("Remind this pupil", "Remind these {n}", part.undecided),
            NudgeClass(class_id, part.window_id),
        ),
        Button(words.say("See my class"), ShowClass(class_id), Weight.QUIET),
    )
