"""A pupil sends a work for certification, and reminds the subject teacher politely."""

from handlers import deadlines, steps
from handlers.actions import NudgeTeacher, RequestCertification, ShowHome, ShowItem, ShowStatus
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.status import item_card
from models.errors import WindowNotOpen
from models.queries import items, notices, pupils
from models.queries.items import OwnOutcome
from models.queries.windows import TermWindow
from models.rules import requesting
from models.rules.opening import meant, require_open
from models.vocabulary import NoticeKind, Stage

CLAUSE = "114函 2"


@handles(RequestCertification)
async def request_certification(asked: RequestCertification, context: Context) -> Reply:
    """Send the work to its teacher, who is told; once, however often the button is tapped."""
    session, now = context.session, context.now
    own = await items.own(session, context.person, asked.outcome_id, lock=True)
    window = requesting.window_for_request(
        await _windows(own, context, Stage.UPLOAD, Stage.CERTIFICATION), now
    )
    work = own.outcome
    work.state = requesting.request(
        work.title, work.state, version=work.version, seen=asked.version
    )
    work.version += 1
    work.requested_at = now
    await session.flush()
    await _tell_teacher(
        own,
        window,
        NoticeKind.CERTIFICATION_REQUESTED,
        f"requested/{own.id}/{work.version}",
        context,
    )
    await _record("requested certification", own, context)
    return await _sent(own, window, context)


@handles(NudgeTeacher)
async def nudge_teacher(asked: NudgeTeacher, context: Context) -> Reply:
    """Remind the teacher of a work: one pupil the same teacher, once in the rulebook's days."""
    session, now = context.session, context.now
    own = await items.own(session, context.person, asked.outcome_id, lock=True)
    window = meant(await _windows(own, context, Stage.CERTIFICATION), now)
    if window is None:
        raise WindowNotOpen(Stage.CERTIFICATION, None)
    require_open(window, now)
    requesting.nudge(
        own.state,
        nudged_at=await items.teacher_nudged_at(session, context.person, own.course.teacher_id),
        pause_days=context.rulebook.nudges.teacher_pause_days,
        now=now,
    )
    own.outcome.nudged_at = now
    await session.flush()
    occasion = f"teacher-nudged/{own.id}/{now:%Y%m%dT%H%M%S}"
    await _tell_teacher(own, window, NoticeKind.TEACHER_NUDGED, occasion, context)
    await _record("nudged teacher", own, context)
    return _nudged(own, window, context)


@after_refusal(RequestCertification, NudgeTeacher)
async def fresh_item(
    asked: RequestCertification | NudgeTeacher, context: Context
) -> tuple[Card, ...]:
    """Draw the work as it is now."""
    return (await item_card(asked.outcome_id, context),)


async def _windows(own: OwnOutcome, context: Context, *stages: Stage) -> list[TermWindow]:
    """Return the pupil's windows of these stages in the work's term."""
    return [
        window
        for window in await pupils.windows_of(context.session, context.person)
        if window.stage in stages and window.term.id == own.term.id
    ]


async def _tell_teacher(
    own: OwnOutcome, window: TermWindow, kind: NoticeKind, occasion: str, context: Context
) -> None:
    await notices.tell(
        context.session,
        school_id=context.school.id,
        person_id=own.course.teacher_id,
        kind=kind,
        occasion=occasion,
        now=context.now,
        facts={"outcome_id": own.id},
        window_id=window.id,
        deadline_at=window.closes_at,
    )


async def _record(deed: str, own: OwnOutcome, context: Context) -> None:
    await record(
        context, deed, f"course_outcome:{own.id}", clause=CLAUSE, version=own.outcome.version
    )


async def _sent(own: OwnOutcome, window: TermWindow, context: Context) -> Reply:
    words = context.words
    title = words.say("Sent: {work}", work=steps.named(own.course.name, own.title, words))
    until = deadlines.until(words, window.closes_at, context.now)
    waiting = words.say(
        "{teacher} will be told and can certify it until {until}. You need not go and say so.",
        teacher=own.teacher_name,
        until=until,
    )
    limit = context.rulebook.certify_within
    if limit:
        waiting += " " + words.say(
            "By the school's rules that takes at most {span} ({clause}).",
            span=deadlines.within(words, limit.within),
            clause=limit.clause,
        )
    following = await _next_to_send(own, context)
    buttons = [Button(words.say("All my works"), ShowStatus())]
    if following is not None:
        buttons.insert(
            0,
            Button(
                words.say("The next work"),
                ShowItem(following.id),
                Weight.PRIMARY,
                said=steps.named(following.course.name, following.title, words),
            ),
        )
    buttons.append(Button(words.say("To the overview"), ShowHome(), Weight.QUIET))
    card = Card(title, (Paragraph(waiting),), tuple(buttons), Tone.DONE)
    summary = deadlines.headline(words, title, window, context.now)
    return Reply(summary, (card,), matters=True)


async def _next_to_send(own: OwnOutcome, context: Context) -> OwnOutcome | None:
    """Return another work of the same term that could be sent."""
    return next(
        (
            other
            for other in await items.outcomes_of(context.session, context.person)
            if other.term.id == own.term.id and other.state in requesting.REQUESTABLE
        ),
        None,
    )


def _nudged(own: OwnOutcome, window: TermWindow, context: Context) -> Reply:
    words = context.words
    title = words.say("Reminded: {work}", work=steps.named(own.course.name, own.title, words))
    text = words.count(
        "{teacher} gets a polite reminder. The next one can go in {n} day; "
        "certification runs until {until}.",
        "{teacher} gets a polite reminder. The next one can go in {n} days; "
        "certification runs until {until}.",
        context.rulebook.nudges.teacher_pause_days,
        teacher=own.teacher_name,
        until=deadlines.until(words, window.closes_at, context.now),
    )
    buttons = (
        Button(words.say("All my works"), ShowStatus()),
        Button(words.say("To the overview"), ShowHome(), Weight.QUIET),
    )
    return Reply(title, (Card(title, (Paragraph(text),), buttons, Tone.DONE),), matters=True)
