"""To a pupil: a work was not certified, for one of the closed reasons; none is about quality."""

from handlers import labels
from handlers.actions import AskToAppeal, ShowItem, ShowStatus
from handlers.replies import Block, Button, Card, Fact, Paragraph, Reply, Weight
from handlers.words import Words
from models.queries.spoken import Work
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.vocabulary import Stage
from scheduler.messages.scene import Scene


def item_returned(saying: Saying, scene: Scene, words: Words) -> Reply:
    """Say why, until when the work can be sent again, and whom to turn to (114函 point 2(三))."""
    verdict = scene.about.verdicts[saying.facts["certification_id"]]
    work = verdict.work
    title = words.say("{course} “{title}” was not certified", course=work.course, title=work.title)
    blocks: list[Block] = []
    if verdict.reason is not None:
        blocks.append(Fact(words.say("Reason"), labels.word(verdict.reason, words)))
    window = _certification(scene, work)
    if window is not None:
        blocks.append(
            Paragraph(
                words.say(
                    "You can change the work and send it again; certification ends {deadline}.",
                    deadline=words.deadline(window.closes_at),
                )
            )
        )
    blocks.append(
        Paragraph(
            words.say(
                "If you find this wrong, you can say so to the teacher, your homeroom teacher or "
                "the registrar (K12EA letter of 2025, point 2)."
            ),
            quiet=True,
        )
    )
    buttons = (
        Button(words.say("Send it again"), ShowItem(work.id), Weight.PRIMARY),
        Button(words.say("Raise it with the school"), AskToAppeal(work.id)),
        Button(words.say("See my works"), ShowStatus(), Weight.QUIET),
    )
    return Reply(title, (Card(title, tuple(blocks), buttons),))


def _certification(scene: Scene, work: Work) -> TermWindow | None:
    """Return the term's certification window that is open and ends last."""
    return max(
        (
            window
            for window in scene.windows.values()
            if window.stage is Stage.CERTIFICATION
            and window.term.id == work.term_id
            and window.is_open(scene.now)
        ),
        key=lambda window: window.closes_at,
        default=None,
    )
