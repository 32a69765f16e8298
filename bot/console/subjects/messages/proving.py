"""Marks a message as a proof, and makes its call: once, outside any transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import structlog

from bot.channel import ChatChannel
from bot.wiring import COUNTED, Installation
from handlers.actions import ShowHome
from handlers.replies import Button, Card, Entry, Paragraph, Reply
from handlers.words import Words
from models.queries import outbox
from models.queries.claiming import Claimed
from models.rules.retrying import may_have_arrived
from models.vocabulary import DeliveryState
from scheduler.budgeting import run_out
from scheduler.channel import Outcome, Sent
from scheduler.judging import judge

log = structlog.get_logger()
LONGEST_CALL = 10.5
"""Seconds after which a call counts as unknown."""


def marked(reply: Reply, words: Words) -> Reply:
    """Return a message that says it is a proof, and whose buttons lead home and nowhere else."""
    note = Paragraph(
        words.say("A proof: name, work and figures are made up, and its buttons only lead home."),
        quiet=True,
    )
    first, *rest = (_harmless(card) for card in reply.cards)
    first = replace(first, title=_proof(first.title, words), blocks=(note, *first.blocks))
    quick = tuple(_home(each) for each in reply.quick)
    return replace(reply, summary=_proof(reply.summary, words), cards=(first, *rest), quick=quick)


def _proof(title: str, words: Words) -> str:
    return words.say("【Proof】 {title}", title=title)


def _harmless(card: Card) -> Card:
    """Return a card whose buttons do nothing of what they say: its works are made up."""
    blocks = tuple(
        replace(block, button=_home(block.button))
        if isinstance(block, Entry) and block.button
        else block
        for block in card.blocks
    )
    return replace(card, blocks=blocks, buttons=tuple(_home(each) for each in card.buttons))


def _home(button: Button) -> Button:
    return replace(button, action=ShowHome())


async def leave(
    installation: Installation,
    school_code: str,
    begun: Sequence[tuple[ChatChannel, Claimed, int]],
) -> None:
    """Make the calls of proofs that are committed, and write how each ended."""
    for channel, claimed, attempt_id in begun:
        sent = await _call(channel, school_code, claimed)
        now = installation.clock.now()
        has_key = channel.retry_key_lasts is not None
        result = judge(claimed, attempt_id, sent, now, has_key=has_key)
        if result.state is DeliveryState.QUEUED:  # nobody waits for a proof: it is not tried again
            unsure = may_have_arrived(result.outcome, sent.status)
            reason = "unknown" if unsure else result.reason
            result = replace(result, state=DeliveryState.FAILED, try_at=None, reason=reason)
        async with installation.store.writing() as session:
            await outbox.settle(session, [result], now)
            if result.blocked_account_id is not None:
                await outbox.note_blocked(session, [result.blocked_account_id], now)
            if sent.quota_spent:
                await run_out(session, claimed.school_id, COUNTED, now)


async def _call(channel: ChatChannel, school_code: str, claimed: Claimed) -> Sent:
    try:
        async with asyncio.timeout(LONGEST_CALL):
            return await channel.send(
                school_code, claimed.address, claimed.body or b"", claimed.retry_key
            )
    except TimeoutError:
        return Sent(Outcome.UNKNOWN, reason="timeout")
    except Exception as error:  # noqa: BLE001 - a bug in a channel must not leave the row open
        log.error("channel_failed", delivery=claimed.id, kind=type(error).__name__)
        return Sent(Outcome.UNKNOWN, reason="bug")
