"""Sending endpoints: reply, push, multicast, validation, quota and the loading animation."""

import re

from bot.simulator import sending
from bot.simulator.answers import (
    RETRY_KEY_ACCEPTED,
    Answer,
    Refused,
    invalid,
    invalid_property,
    json_answer,
)
from bot.simulator.api.gate import Call
from bot.simulator.retrykeys import UUID, Acceptance
from bot.simulator.validation.messages import check_messages
from bot.simulator.world import World

MOST_RECIPIENTS = 500
UNIT = re.compile(r"[a-zA-Z0-9_]{1,30}")
LOADING_SECONDS = range(5, 61, 5)


def reply(world: World, call: Call) -> Answer:
    """POST /v2/bot/message/reply."""
    if call.retry_key is not None:
        raise Refused(400, "The retry key is not supported by this endpoint")
    _check(call)
    sent = sending.reply(world, call.account, call.json, call.request_id)
    return json_answer({"sentMessages": sent})


def push(world: World, call: Call) -> Answer:
    """POST /v2/bot/message/push."""
    _refuse_repetition(world, call)
    if not isinstance(call.json.get("to"), str) or not call.json["to"]:
        raise invalid_property("'to'")
    _check_sending(call)
    sent = sending.push(world, call.account, call.json, call.retry_key, call.request_id)
    _remember(world, call, sent)
    return json_answer({"sentMessages": sent})


def multicast(world: World, call: Call) -> Answer:
    """POST /v2/bot/message/multicast."""
    _refuse_repetition(world, call)
    to = call.json.get("to")
    if not isinstance(to, list) or not 1 <= len(to) <= MOST_RECIPIENTS:
        details = [{"message": f"Size must be between 1 and {MOST_RECIPIENTS}", "property": "to"}]
        raise invalid(details)
    if not all(isinstance(user_id, str) and user_id.startswith("U") for user_id in to):
        raise invalid_property("'to'")
    _check_sending(call)
    sending.multicast(world, call.account, call.json, call.retry_key, call.request_id)
    _remember(world, call, [])
    return Answer()


def validate(world: World, call: Call) -> Answer:
    """POST /v2/bot/message/validate/…: looks at the messages and at nothing else."""
    _check(call)
    return Answer()


def quota(world: World, call: Call) -> Answer:
    """GET /v2/bot/message/quota."""
    if call.account.quota is None:
        return json_answer({"type": "none"})
    return json_answer({"type": "limited", "value": call.account.quota})


def consumption(world: World, call: Call) -> Answer:
    """GET /v2/bot/message/quota/consumption."""
    return json_answer({"totalUsage": call.account.used[world.month()]})


def start_loading(world: World, call: Call) -> Answer:
    """POST /v2/bot/chat/loading/start: to a person only; 202 even if they block the account."""
    chat_id, seconds = call.json.get("chatId"), call.json.get("loadingSeconds", 20)
    if not isinstance(chat_id, str) or not chat_id.startswith("U"):
        raise invalid_property("'chatId'")
    if type(seconds) is not int or seconds not in LOADING_SECONDS:
        raise invalid_property("'loadingSeconds'")
    if chat_id in world.users:
        chat = world.chat(call.account, chat_id)
        if not chat.blocked:
            chat.loading_until = world.ticks() + seconds
            world.publish(call.account, chat_id, "loading")
    return Answer(202)


def mark_as_read(world: World, call: Call) -> Answer:
    """POST /v2/bot/chat/markAsRead."""
    if not isinstance(call.json.get("markAsReadToken"), str):
        raise invalid_property("'markAsReadToken'")
    return Answer()


def _check(call: Call) -> None:
    if problems := check_messages(call.json.get("messages"), len(call.raw)):
        raise invalid(problems)


def _check_sending(call: Call) -> None:
    """The messages, and the one unit their statistics may be gathered under."""
    _check(call)
    units = call.json.get("customAggregationUnits", [])
    if not isinstance(units, list) or len(units) > 1:
        raise invalid_property("'customAggregationUnits'")
    if not all(isinstance(unit, str) and UNIT.fullmatch(unit) for unit in units):
        raise invalid_property("'customAggregationUnits'")


def _refuse_repetition(world: World, call: Call) -> None:
    """400 for a key that is no UUID, 409 for one under which something was accepted already."""
    key = call.retry_key
    if key is None:
        return
    if not UUID.fullmatch(key):
        raise Refused(400, "The retry key is not a valid UUID")
    done = world.retry_keys.acceptance(call.account.channel_id, key, world.now())
    if done is not None:
        raise Refused(
            409,
            RETRY_KEY_ACCEPTED,
            headers={"x-line-accepted-request-id": done.request_id},
            sent_messages=done.sent_messages,
        )


def _remember(world: World, call: Call, sent: sending.SentMessages) -> None:
    if call.retry_key is not None:
        acceptance = Acceptance(call.request_id, sent, world.now())
        world.retry_keys.accept(call.account.channel_id, call.retry_key, acceptance)
