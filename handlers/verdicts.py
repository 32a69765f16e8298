"""Puts a teacher's decision into the rows: the work's state, the notice, the audit entry.

The pupil's notice falls due when the decision can no longer be taken back, so that a tap that is
taken back tells nobody.
"""

from dataclasses import dataclass
from typing import Any

from handlers import recording
from handlers.context import Context
from models.queries import certifying, notices
from models.queries.certifying import Submitted
from models.rules import certification
from models.rules.certification import Asked
from models.tables import Certification
from models.vocabulary import CertificationDecision, NoticeKind, OutcomeState, ReturnReason

OCCASIONS = {
    CertificationDecision.CERTIFIED: "item-certified",
    CertificationDecision.RETURNED: "item-returned",
}
KINDS = {
    CertificationDecision.CERTIFIED: NoticeKind.ITEM_CERTIFIED,
    CertificationDecision.RETURNED: NoticeKind.ITEM_RETURNED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a teacher decided; `reason` is set for a return only."""

    decision: CertificationDecision
    reason: ReturnReason | None = None


CERTIFIED = Verdict(CertificationDecision.CERTIFIED)


async def check(context: Context, work: Submitted, version: int, verdict: Verdict) -> OutcomeState:
    """Ask the rule whether this teacher may decide so now; return the state after it."""
    return certification.decide(
        Asked(work.outcome.title, work.outcome.state, work.outcome.version, version),
        verdict.decision,
        standing=await certifying.decision_about(context.session, work.id),
        window=work.window,
        by_id=context.person.id,
        now=context.now,
    )


async def write(context: Context, work: Submitted, version: int, verdict: Verdict) -> Certification:
    """Decide about a locked work, tell its pupil, and record it."""
    state = await check(context, work, version, verdict)
    made = Certification(
        school_id=work.outcome.school_id,
        outcome_id=work.id,
        by_id=context.person.id,
        decision=verdict.decision,
        reason=verdict.reason,
        decided_at=context.now,
    )
    context.session.add(made)
    await move(work, state, context)
    await _tell_decided(work, made, context)
    facts = {"reason": verdict.reason.value} if verdict.reason else {}
    await record(work, verdict.decision.value, context, certification_id=made.id, **facts)
    return made


async def move(work: Submitted, state: OutcomeState, context: Context) -> None:
    """Give a locked work its new state; its version grows, so that older cards are noticed."""
    work.outcome.state = state
    work.outcome.version += 1
    await context.session.flush()


async def _tell_decided(work: Submitted, made: Certification, context: Context) -> None:
    await notices.tell(
        context.session,
        school_id=work.outcome.school_id,
        person_id=work.outcome.person_id,
        kind=KINDS[made.decision],
        occasion=_occasion(made),
        now=context.now,
        due_at=certification.undo_until(
            made.decided_at, context.rulebook.certification_undo_minutes
        ),
        facts={"outcome_id": work.id, "certification_id": made.id},
    )


async def tell_withdrawn(work: Submitted, made: Certification, context: Context) -> None:
    """Take the waiting notice back; only where the pupil was told already, tell the change."""
    person_id = work.outcome.person_id
    if await certifying.hold_back(context.session, person_id, _occasion(made)):
        return
    await notices.tell(
        context.session,
        school_id=work.outcome.school_id,
        person_id=person_id,
        kind=NoticeKind.CERTIFICATION_WITHDRAWN,
        occasion=f"certification-withdrawn/{made.id}",
        now=context.now,
        facts={"outcome_id": work.id, "certification_id": made.id},
    )


def _occasion(made: Certification) -> str:
    return f"{OCCASIONS[made.decision]}/{made.id}"


async def record(work: Submitted, deed: str, context: Context, **facts: Any) -> None:
    """Write who did what about a pupil's work, under which clause."""
    await recording.record(
        context,
        deed,
        f"course_outcome:{work.id}",
        person_id=work.outcome.person_id,
        clause=certification.CLAUSE,
        **facts,
    )
