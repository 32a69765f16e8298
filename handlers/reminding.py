"""What a person says back to a reminder: tomorrow again, or done already on the platform."""

from handlers import deadlines
from handlers.actions import SayDone, ShowHome, ShowPreferences, Snooze
from handlers.context import Context
from handlers.recording import record
from handlers.replies import Button, Card, Paragraph, Reply, Tone, Weight
from handlers.router import handles
from models.errors import AlreadyDone, NothingReminded, NotYours
from models.queries import notices, preferences, pupils, windows
from models.queries.windows import TermWindow
from models.rules import preferences as rules
from models.rules.taipei import day_of
from models.vocabulary import Duty, NoticeKind, Stage

KINDS = {
    Stage.UPLOAD: NoticeKind.UPLOAD_DUE,
    Stage.CERTIFICATION: NoticeKind.CERTIFICATION_DUE,
    Stage.SELECTION: NoticeKind.SELECTION_DUE,
    Stage.RECEIPT: NoticeKind.RECEIPT_DUE,
}
"""The reminder of each stage that a person has something to do in."""


@handles(Snooze)
async def snooze(asked: Snooze, context: Context) -> Reply:
    """Remind again tomorrow morning; what is required in between comes all the same."""
    window = await _reminded_of(asked.window_id, context)
    until = rules.snoozed_until(window, context.rulebook, context.now)
    person = context.person
    is_new = await notices.tell(
        context.session,
        school_id=context.school.id,
        person_id=person.id,
        kind=KINDS[window.stage],
        occasion=f"snoozed/{window.id}/{day_of(until)}",
        now=context.now,
        window_id=window.id,
        due_at=until,
        deadline_at=window.closes_at,
    )
    if not is_new:
        raise AlreadyDone
    await preferences.put_off(context.session, person.id, window.id, until)
    await record(context, "snoozed reminder", f"timetable_window:{window.id}")
    words = context.words
    title = words.say(
        "{window}: I will remind you on {moment}",
        window=deadlines.name_of(words, window),
        moment=words.moment(until),
    )
    return _answered(title, window, words.say("If you do it before, no reminder comes."), context)


@handles(SayDone)
async def say_done(asked: SayDone, context: Context) -> Reply:
    """Let the optional reminders of a window rest until the school's next import."""
    window = await _reminded_of(asked.window_id, context)
    rules.require_claimable(window, context.now)
    await preferences.claim_done(context.session, context.person, window.id, context.now)
    await record(context, "said done", f"timetable_window:{window.id}")
    words = context.words
    title = words.say("✅ {window}: noted", window=deadlines.name_of(words, window))
    said = words.say(
        "Until the school next brings its records in, no more optional reminders about this come. "
        "If the records then show it open, they begin again; the last day is always told."
    )
    return _answered(title, window, said, context)


async def _reminded_of(window_id: int, context: Context) -> TermWindow:
    """Return a window of this person's, 0 being the one they were reminded of last."""
    person = context.person
    if not window_id:
        last = await preferences.last_reminded(context.session, person.id, context.now)
        if last is None:
            raise NothingReminded
        window_id = last
    if Duty.PUPIL in context.duties:
        own = await pupils.windows_of(context.session, person)
        found = next((window for window in own if window.id == window_id), None)
    else:
        found = await windows.by_id(context.session, context.school.id, window_id)
    if found is None or not _concerns(found, context):
        raise NotYours
    return found


def _concerns(window: TermWindow, context: Context) -> bool:
    """Say whether somebody with these duties is reminded of such a window."""
    if window.stage is Stage.CERTIFICATION:
        return Duty.SUBJECT_TEACHER in context.duties
    return Duty.PUPIL in context.duties and window.stage in KINDS


def _answered(title: str, window: TermWindow, said: str, context: Context) -> Reply:
    words = context.words
    blocks = (
        deadlines.deadline_fact(words, window, context.now),
        Paragraph(said),
    )
    buttons = (
        Button(words.say("To the overview"), ShowHome(), Weight.PRIMARY),
        Button(words.say("Settings"), ShowPreferences(), Weight.QUIET),
    )
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),))
