"""What a subject teacher does about the works that wait: certify, return, take back.

Only the course's teacher, only inside the certification window, each work once (114函 point 2).
The pupil is told when the decision can no longer be taken back, so an undone tap tells nobody.
"""

from handlers import certification_cards as cards
from handlers import labels, verdicts
from handlers.actions import (
    AskToReturn,
    CertifyItem,
    CertifyList,
    ReturnItem,
    ShowListToCertify,
    ShowPending,
    ShowPendingItem,
    WithdrawDecision,
)
from handlers.context import Context
from handlers.refusals import sentence
from handlers.replies import Block, Button, Card, Entry, Paragraph, Reply, Tone, Weight
from handlers.router import after_refusal, handles
from handlers.verdicts import CERTIFIED, Verdict
from models.errors import AlreadyDecided, NotYours, Outdated
from models.queries import certifying
from models.queries.certifying import Submitted
from models.rules import certification
from models.rules.certification import Taken
from models.tables import Certification, Person
from models.vocabulary import CertificationDecision, Duty, OutcomeState


@handles(ShowPending)
async def show_pending(asked: ShowPending, context: Context) -> Reply:
    """Show the works that wait for this teacher, the newest deadline first."""
    found = await _desk(context)
    card = cards.pending_card(found, asked.page, context.words, context.now)
    return Reply(_desk_summary(found, context), (card,))


@handles(ShowPendingItem)
async def show_pending_item(asked: ShowPendingItem, context: Context) -> Reply:
    """Open one work: to decide about it, or to see what was decided and when."""
    work = await _work(context, asked.outcome_id)
    words = context.words
    if work.outcome.state is OutcomeState.AWAITING:
        card = cards.item_card(work, words, context.now)
        return Reply(_item_summary(work, context), (card,))
    said = await _said_of_decision(work, context)
    undo = await _undoable(work, context)
    return Reply(said, (cards.decided_card(work, said, words, undo),))


@handles(CertifyItem)
async def certify_item(asked: CertifyItem, context: Context) -> Reply:
    """Certify a work: this pupil made it, in this course."""
    return await _decide(context, asked.outcome_id, asked.version, CERTIFIED)


@handles(AskToReturn)
async def ask_to_return(asked: AskToReturn, context: Context) -> Reply:
    """Show the closed reasons for a return, if the work can be returned at all."""
    work = await _work(context, asked.outcome_id)
    await verdicts.check(context, work, asked.version, Verdict(CertificationDecision.RETURNED))
    card = cards.reasons_card(work, context.words, context.now)
    return Reply(card.title, (card,))


@handles(ReturnItem)
async def return_item(asked: ReturnItem, context: Context) -> Reply:
    """Return a work for one of the closed reasons, none of which is about quality."""
    verdict = Verdict(CertificationDecision.RETURNED, asked.reason)
    return await _decide(context, asked.outcome_id, asked.version, verdict)


@handles(WithdrawDecision)
async def withdraw_decision(asked: WithdrawDecision, context: Context) -> Reply:
    """Take a decision back within the minutes of the rulebook; the work waits again."""
    teacher = _teacher(context)
    made = await certifying.own_certification(context.session, teacher.id, asked.certification_id)
    work = await _work(context, made.outcome_id)
    state = certification.withdraw(
        Taken(
            title=work.outcome.title,
            decision=made.decision,
            decided_at=made.decided_at,
            withdrawn=made.withdrawn_at is not None,
            state=work.outcome.state,
            selected=await certifying.is_selected(context.session, work.id),
        ),
        window=work.window,
        minutes=context.rulebook.certification_undo_minutes,
        now=context.now,
    )
    made.withdrawn_at = context.now
    await verdicts.move(work, state, context)
    await verdicts.tell_withdrawn(work, made, context)
    await verdicts.record(work, "withdrawn", context, certification_id=made.id)
    title = context.words.say("Taken back: {name}", name=cards.name_of(work, context.words))
    card = cards.item_card(work, context.words, context.now)
    return Reply(title, (Card(title, (), (), Tone.DONE), card), matters=True)


@handles(ShowListToCertify)
async def show_list_to_certify(_asked: ShowListToCertify, context: Context) -> Reply:
    """Show up to eight works to look at before certifying exactly these at once."""
    found = await _desk(context)
    if not found.open:
        return await show_pending(ShowPending(), context)
    card = cards.list_card(_first_page(found), context.words, context.now)
    return Reply(_desk_summary(found, context), (card,))


@handles(CertifyList)
async def certify_list(asked: CertifyList, context: Context) -> Reply:
    """Certify the works of the list that was looked at; any change since then refuses it whole."""
    teacher = _teacher(context)
    ids = [work.id for work in await _listed(context)]
    await certifying.lock(context.session, teacher.id, ids)
    works = await _listed(context)
    certification.check_list(
        (asked.count, asked.digest),
        waiting=[work.key for work in works],
        last_batch=await certifying.last_batch(context.session, teacher.id),
    )
    made = [
        (work, await verdicts.write(context, work, work.outcome.version, CERTIFIED))
        for work in works
    ]
    return await _batch_reply(made, context)


@after_refusal(CertifyItem, AskToReturn, ReturnItem, WithdrawDecision, ShowPendingItem)
async def what_waits(_asked: object, context: Context) -> tuple[Card, ...]:
    """Draw what waits for this teacher now, under a refusal."""
    found = await _desk(context)
    return (cards.pending_card(found, 0, context.words, context.now),)


@after_refusal(CertifyList)
async def fresh_list(_asked: CertifyList, context: Context) -> tuple[Card, ...]:
    """Draw the list as it is now, under a refusal."""
    return (await show_list_to_certify(ShowListToCertify(), context)).cards


async def teacher_home(context: Context) -> tuple[Card, ...]:
    """Draw a subject teacher's part of the overview; nothing for anybody else."""
    if Duty.SUBJECT_TEACHER not in context.duties:
        return ()
    return (cards.summary_card(await _desk(context), context.words, context.now),)


def _teacher(context: Context) -> Person:
    person = context.person
    if Duty.SUBJECT_TEACHER not in context.duties:
        raise NotYours
    return person


async def _desk(context: Context) -> cards.Desk:
    teacher = _teacher(context)
    works = await certifying.waiting(context.session, context.school.id, teacher.id)
    return cards.desk(works, context.now)


async def _listed(context: Context) -> list[Submitted]:
    return _first_page(await _desk(context))


def _first_page(found: cards.Desk) -> list[Submitted]:
    return list(found.open[: cards.A_PAGE])


async def _work(context: Context, outcome_id: int) -> Submitted:
    teacher = _teacher(context)
    return await certifying.for_certifier(
        context.session, context.school.id, teacher.id, outcome_id
    )


async def _decide(context: Context, outcome_id: int, version: int, verdict: Verdict) -> Reply:
    await certifying.lock(context.session, _teacher(context).id, [outcome_id])
    work = await _work(context, outcome_id)
    made = await verdicts.write(context, work, version, verdict)
    rest = (await _desk(context)).open
    words = context.words
    title = words.say(
        cards.DECIDED_TITLES[verdict.decision],
        name=cards.name_of(work, words),
        place=cards.place_of(work, words),
    )
    buttons = [cards.undo_button(made, words)]
    if rest:
        following = Button(words.say("Next one"), ShowPendingItem(rest[0].id), Weight.PRIMARY)
        buttons.insert(0, following)
    blocks = (*_reason(verdict, context), *_afterwards(len(rest), context))
    return Reply(title, (Card(title, blocks, tuple(buttons), Tone.DONE),), matters=True)


def _reason(verdict: Verdict, context: Context) -> tuple[Paragraph, ...]:
    if verdict.reason is None:
        return ()
    said = context.words.say(
        "Reason: {reason}. The pupil can put it right and send it again inside the window.",
        reason=labels.word(verdict.reason, context.words),
    )
    return (Paragraph(said),)


def _afterwards(rest: int, context: Context) -> tuple[Paragraph, ...]:
    words = context.words
    undo = words.count(
        "You can take it back for {n} minute; the pupil is told after that.",
        "You can take it back for {n} minutes; the pupil is told after that.",
        context.rulebook.certification_undo_minutes,
    )
    more = words.count("{n} more work waits for you.", "{n} more works wait for you.", rest)
    return (Paragraph(undo), Paragraph(more if rest else words.say("No work waits for you now.")))


async def _batch_reply(made: list[tuple[Submitted, Certification]], context: Context) -> Reply:
    words = context.words
    rest = (await _desk(context)).open
    title = words.count("✅ Certified: {n} work", "✅ Certified: {n} works", len(made))
    entries = [
        Entry(
            cards.name_of(work, words),
            cards.place_of(work, words),
            labels.word(work.outcome.state, words),
            Tone.DONE,
            cards.undo_button(decision, words),
        )
        for work, decision in made
    ]
    buttons = (Button(words.say("Next list"), ShowListToCertify(), Weight.PRIMARY),) if rest else ()
    blocks: tuple[Block, ...] = (*entries, *_afterwards(len(rest), context))
    return Reply(title, (Card(title, blocks, buttons, Tone.DONE),), matters=True)


async def _said_of_decision(work: Submitted, context: Context) -> str:
    standing = await certifying.decision_about(context.session, work.id)
    if standing is None:
        raise Outdated
    error = AlreadyDecided(
        title=work.outcome.title,
        decision=standing.decision.value,
        by_name=standing.by_name,
        by_actor=standing.by_id == context.person.id,
        decided_at=standing.decided_at,
    )
    return sentence(error, context.words)


async def _undoable(work: Submitted, context: Context) -> Certification | None:
    """Return this teacher's own decision while it can be taken back."""
    made = await certifying.latest_certification(context.session, work.id)
    minutes = context.rulebook.certification_undo_minutes
    if made is None or made.withdrawn_at is not None or made.by_id != context.person.id:
        return None
    too_late = context.now >= certification.undo_until(made.decided_at, minutes)
    return None if too_late else made


def _desk_summary(found: cards.Desk, context: Context) -> str:
    words, first = context.words, found.first_deadline
    if first is None:
        return words.say("No work waits for your certification now.")
    return words.count(
        "{n} work waits for your certification, until {deadline} ({left})",
        "{n} works wait for your certification, the first until {deadline} ({left})",
        len(found.open),
        deadline=words.deadline(first.closes_at),
        left=words.left(first.closes_at, context.now),
    )


def _item_summary(work: Submitted, context: Context) -> str:
    words, name = context.words, cards.name_of(work, context.words)
    if work.window is None:
        return name
    return words.say(
        "{name}, certify until {deadline}",
        name=name,
        deadline=words.deadline(work.window.closes_at),
    )
