"""Keeps joining codes and links chat accounts to people: one person an account and channel."""

import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from models.queries import codes, feeds
from models.rules import linking
from models.tables import ChatAccount, Delivery, LinkCode, Notice, Person
from models.vocabulary import AccountState, DeliveryState, NoticeKind, NoticeState, Silence

_JOININGS = uuid.UUID("0c3f6f0a-5a52-4e0b-9d5b-7f4f8f2f9a61")


async def issue(
    session: AsyncSession,
    person: Person,
    now: datetime,
    pepper: bytes,
    lasts: timedelta = linking.VALID_FOR,
    *,
    by: codes.Issuer = codes.UNNAMED,
) -> str:
    """Make a one-time joining code for a person and return it as it is printed; kept as a hash.

    Earlier codes of the person hold no more.
    """
    code = linking.make_code()
    await codes.keep(
        session,
        person.school_id,
        {person.id: code},
        pepper=pepper,
        now=now,
        expires_at=now + lasts,
        by=by,
    )
    return code


async def code_typed(
    session: AsyncSession, school_id: int, typed: str, pepper: bytes
) -> LinkCode | None:
    """Return the code that somebody typed, locked, or None for one that the school never gave."""
    digest = linking.digest_of(typed, pepper)
    return await _locked(session, school_id, col(LinkCode.digest) == digest)


async def code_by_id(session: AsyncSession, school_id: int, code_id: int) -> LinkCode | None:
    """Return a code by its id, locked, or None."""
    return await _locked(session, school_id, col(LinkCode.id) == code_id)


async def code_held(session: AsyncSession, account: ChatAccount, code_id: int) -> LinkCode | None:
    """Return a code by its id, or for 0 the unused one that this chat sent last; locked."""
    if code_id:
        return await code_by_id(session, account.school_id, code_id)
    held = (
        select(LinkCode.id)
        .where(col(LinkCode.claimed_by_id) == account.id, col(LinkCode.used_at).is_(None))
        .order_by(col(LinkCode.id).desc())
        .limit(1)
    )
    latest = (await session.execute(held)).scalar_one_or_none()
    return await code_by_id(session, account.school_id, latest) if latest else None


async def person_of(session: AsyncSession, code: LinkCode) -> Person | None:
    """Return the person of a code, locked so that two joinings come one after the other."""
    found = (
        select(Person)
        .where(col(Person.id) == code.person_id, col(Person.departed).is_(False))
        .with_for_update()
    )
    return (await session.execute(found)).scalar_one_or_none()


async def accounts_of(session: AsyncSession, person_id: int) -> list[ChatAccount]:
    """Return every account that is linked to a person, on any channel."""
    found = select(ChatAccount).where(col(ChatAccount.person_id) == person_id).order_by("id")
    return list((await session.execute(found)).scalars())


async def link(
    session: AsyncSession, account: ChatAccount, code: LinkCode, now: datetime
) -> list[ChatAccount]:
    """Link an account to the person of a code, and return the accounts that they had before.

    An account on the same channel is let go first: one account a person and channel. The address
    of a calendar that was given out there ends with it.
    """
    earlier = await accounts_of(session, code.person_id)
    for other in earlier:
        if other.channel == account.channel:
            let_go(other)
            await feeds.end(session, code.school_id, code.person_id, now)
    await session.flush()
    code.used_at = now
    account.person_id = code.person_id
    account.linked_at = now
    await session.flush()
    return earlier


async def tell_earlier(
    session: AsyncSession, earlier: ChatAccount, code: LinkCode, now: datetime
) -> None:
    """Tell an account of somebody that another one was linked to the same person.

    It is bound to that account, which may be nobody's by now; hence a delivery of its own.
    """
    occasion = f"account-linked/{code.id}/{earlier.id}"
    notice = Notice(
        school_id=code.school_id,
        person_id=code.person_id,
        kind=NoticeKind.ACCOUNT_LINKED,
        occasion=occasion,
        facts={"account_id": earlier.id, "stays": earlier.person_id is not None},
        required=True,
        due_at=now,
        created_at=now,
    )
    if earlier.state is AccountState.OPEN:
        delivery = Delivery(
            school_id=code.school_id,
            person_id=code.person_id,
            account_id=earlier.id,
            channel=earlier.channel,
            retry_key=str(uuid.uuid5(_JOININGS, f"{code.school_id}/{occasion}")),
            state=DeliveryState.QUEUED,
            created_at=now,
            try_at=now,
        )
        session.add(delivery)
        await session.flush()
        notice.state, notice.delivery_id = NoticeState.BUNDLED, delivery.id
    else:
        notice.state, notice.silence = NoticeState.SKIPPED, Silence.BLOCKED
    session.add(notice)
    await session.flush()


async def unlink(session: AsyncSession, account: ChatAccount, now: datetime) -> None:
    """Take an account off its person; with their last one their calendar's address ends."""
    person_id = account.person_id
    let_go(account)
    await session.flush()
    if person_id is not None:
        await feeds.end_without_chat(session, account.school_id, person_id, now)


def let_go(account: ChatAccount) -> None:
    """Take an account off its person."""
    account.person_id = None
    account.linked_at = None


async def _locked(
    session: AsyncSession, school_id: int, condition: sa.ColumnElement[bool]
) -> LinkCode | None:
    found = (
        select(LinkCode)
        .where(col(LinkCode.school_id) == school_id, condition)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.execute(found)).scalar_one_or_none()
