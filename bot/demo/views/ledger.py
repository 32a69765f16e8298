"""The ledger behind what is seen: what was to be said, what left, and why the rest was silent."""

from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.demo import labels
from bot.demo.memory import local
from bot.demo.seed.chats import LINE
from bot.demo.views.people import Directory
from bot.i18n import words
from handlers.labels import word
from models.tables import ChatAccount, Delivery, InboundEvent, Notice
from models.vocabulary import DeliveryState, NoticeState, Silence

Json = dict[str, Any]
_UNKNOWN = "unknown"
_UNSURE = sa.select(sa.func.count()).where(
    col(Delivery.state) == DeliveryState.FAILED, col(Delivery.reason) == _UNKNOWN
)
_REASONS = {
    "quota": "本月額度用完",
    "rate": "送得太快，稍後再送",
    "same_user": "對同一人送得太快，稍後再送",
    "concurrency": "同時送得太多，稍後再送",
    "credentials": "{app} 不接受權杖",
    "no_such_person": "{app} 找不到這個人",
    "conflict": "重試碼已經用過",
    "connect": "連不上 {app}",
    "connection_lost": "連線中斷，結果不明",
    "timeout": "逾時，結果不明",
    "unknown": "結果一直不明",
    "bug": "程式出錯，結果不明",
    "expired": "重試期限已過",
    "unlinked": "已解除綁定",
    "changed": "內容改了，另外再送",
    "not wanted any more": "已經不需要",
    "undrawable": "畫不出來",
}


async def ledger(
    session: AsyncSession, directory: Directory, person_id: int | None, limit: int
) -> Json:
    """Return the newest of everything, of the whole school or of one person."""
    return {
        "notices": await _notices(session, directory, person_id, limit),
        "deliveries": await _deliveries(session, directory, person_id, limit),
        "events": await _events(session, person_id, limit),
        "silences": await _silences(session, person_id),
        "totals": await _totals(session, person_id),
    }


async def _notices(
    session: AsyncSession, directory: Directory, person_id: int | None, limit: int
) -> list[Json]:
    found = _of(sa.select(Notice), col(Notice.person_id), person_id)
    newest = found.order_by(col(Notice.due_at).desc(), col(Notice.id).desc()).limit(limit)
    return [
        {
            "id": row.id,
            "at": local(row.due_at),
            "person": _name(directory, row.person_id),
            "occasion": word(row.kind, words()),
            "kind": row.kind,
            "state": row.state,
            "reason": row.silence and word(row.silence, words()),
        }
        for row in (await session.execute(newest)).scalars()
    ]


async def _deliveries(
    session: AsyncSession, directory: Directory, person_id: int | None, limit: int
) -> list[Json]:
    carried = (
        sa.select(sa.func.count())
        .where(col(Notice.delivery_id) == col(Delivery.id))
        .scalar_subquery()
    )
    found = _of(sa.select(Delivery, carried), col(Delivery.person_id), person_id)
    newest = found.order_by(col(Delivery.id).desc()).limit(limit)
    return [
        {
            "id": row.id,
            "at": local(row.settled_at or row.created_at),
            "person": _name(directory, row.person_id),
            "channel": row.channel,
            "state": _state(row),
            "attempts": row.attempts,
            "retryKey": row.retry_key if row.channel == LINE else None,
            "reason": _why(row.reason, row.channel),
            "notices": notices,
        }
        for row, notices in (await session.execute(newest))
    ]


def _state(row: Delivery) -> str:
    """Return where a delivery stands; what nobody knows to have failed is not called so."""
    unsure = row.state is DeliveryState.FAILED and row.reason == _UNKNOWN
    return _UNKNOWN if unsure else row.state.value


def _why(reason: str, channel: str) -> str | None:
    """Return the words for what a delivery met; None where it met nothing."""
    app = labels.CHANNELS[channel]
    if reason.startswith("http_"):
        return f"{app} 回 {reason.removeprefix('http_')}"
    return _REASONS.get(reason, reason).replace("{app}", app) or None


async def _events(session: AsyncSession, person_id: int | None, limit: int) -> list[Json]:
    found = sa.select(InboundEvent).outerjoin(
        ChatAccount, col(ChatAccount.id) == col(InboundEvent.account_id)
    )
    of_person = _of(found, col(ChatAccount.person_id), person_id)
    newest = of_person.order_by(col(InboundEvent.id).desc()).limit(limit)
    return [
        {
            "at": local(row.received_at),
            "channel": row.channel,
            "kind": _kind(row.raw, row.channel),
            "state": row.state,
        }
        for row in (await session.execute(newest)).scalars()
    ]


def _kind(raw: bytes, channel: str) -> str:
    """Return what kind of event it was; its contents are emptied once it has been answered."""
    if not raw:
        return "點按或訊息"
    event = orjson.loads(raw)
    if channel == LINE:
        return str(event.get("type", ""))
    return next((name for name in event if name != "update_id"), "")


async def _silences(session: AsyncSession, person_id: int | None) -> list[Json]:
    counted = (
        sa.select(col(Notice.silence), sa.func.count())
        .where(col(Notice.state) == NoticeState.SKIPPED)
        .group_by(col(Notice.silence))
        .order_by(sa.func.count().desc())
    )
    rows = await session.execute(_of(counted, col(Notice.person_id), person_id))
    return [
        {"reason": reason, "label": word(Silence(reason), words()), "count": count}
        for reason, count in rows
        if reason is not None
    ]


async def _totals(session: AsyncSession, person_id: int | None) -> Json:
    notices = sa.select(col(Notice.state), sa.func.count()).group_by(col(Notice.state))
    deliveries = sa.select(col(Delivery.state), sa.func.count()).group_by(col(Delivery.state))
    said = dict((await session.execute(_of(notices, col(Notice.person_id), person_id))).all())
    left = dict((await session.execute(_of(deliveries, col(Delivery.person_id), person_id))).all())
    unsure = await session.scalar(_of(_UNSURE, col(Delivery.person_id), person_id)) or 0
    return {
        "told": said.get(NoticeState.TOLD, 0),
        "skipped": said.get(NoticeState.SKIPPED, 0),
        "waiting": said.get(NoticeState.WAITING, 0) + said.get(NoticeState.BUNDLED, 0),
        "accepted": left.get(DeliveryState.ACCEPTED, 0),
        "failed": left.get(DeliveryState.FAILED, 0) - unsure,
        "unknown": unsure,
    }


def _of(statement: Any, column: Any, person_id: int | None) -> Any:
    """Narrow a statement to one person, if one is asked for."""
    return statement if person_id is None else statement.where(column == person_id)


def _name(directory: Directory, person_id: int) -> str:
    return directory[person_id].name if person_id in directory else ""
