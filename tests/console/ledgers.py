"""Writes what the ledger holds of somebody, as the worker would have left it."""

import itertools
from datetime import datetime, timedelta

from models.tables import Attempt, Delivery, Notice
from models.vocabulary import AttemptOutcome, DeliveryState, NoticeKind, NoticeState, Silence
from tests.support.consoles import Office

_numbers = itertools.count()


async def notice(
    office: Office,
    whom: str,
    at: datetime,
    *,
    kind: NoticeKind = NoticeKind.UPLOAD_DUE,
    window: str = "upload",
    state: NoticeState = NoticeState.TOLD,
    silence: Silence | None = None,
    delivery: DeliveryState | None = None,
    reason: str = "",
) -> Notice:
    """Write that something was to be said to somebody of the cast, and the message that said it."""
    cast, number = office.cast, next(_numbers)
    person, account = cast.people[whom], cast.accounts[whom]
    if state is NoticeState.TOLD:
        delivery = DeliveryState.ACCEPTED
    async with office.store.writing() as session:
        sent = None
        if delivery is not None:
            sent = Delivery(
                school_id=cast.school.id,
                person_id=person.id,
                account_id=account.id,
                channel=account.channel,
                retry_key=f"key {number}",
                state=delivery,
                created_at=at,
                try_at=at,
                settled_at=at + timedelta(minutes=1),
                reason=reason,
            )
            session.add(sent)
            await session.flush()
            session.add(
                Attempt(
                    delivery_id=sent.id,
                    started_at=at,
                    outcome=AttemptOutcome.ACCEPTED,
                    status=200,
                    request_id=f"request {number}",
                )
            )
        row = Notice(
            school_id=cast.school.id,
            person_id=person.id,
            kind=kind,
            occasion=f"occasion {number}",
            window_id=cast.windows[window].id,
            due_at=at,
            created_at=at,
            state=state,
            silence=silence,
            delivery_id=sent.id if sent else None,
        )
        session.add(row)
    return row


async def unsaid(
    office: Office,
    whom: str,
    at: datetime,
    silence: Silence,
    *,
    delivery: DeliveryState | None = None,
    reason: str = "",
) -> Notice:
    """Write that something was not said to somebody, and why."""
    state = NoticeState.SKIPPED
    return await notice(
        office, whom, at, state=state, silence=silence, delivery=delivery, reason=reason
    )
