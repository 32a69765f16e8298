"""Methods by which a bot gets its updates and answers taps."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.telegram.answers import QUERY_TOO_OLD, WEBHOOK_ACTIVE, Rejected, bad
from bot.simulator.telegram.api.call import Call
from bot.simulator.telegram.delivery import hook_object
from bot.simulator.telegram.state import Hook

Json = dict[str, Any]

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
PORTS = (None, 443, 80, 88, 8443)
LONGEST_ANSWER = 200
LONGEST_POLL = 50


async def set_webhook(call: Call) -> bool:
    """The method setWebhook; an empty address takes it away."""
    given, bot = call.parameters, call.bot
    url, secret = given.text("url"), given.text("secret_token")
    if url:
        _check_address(url)
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    connections = given.number("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad("bad webhook: max_connections must be between 1 and 100")
    allowed = given.parsed("allowed_updates", "allowed updates")
    bot.hook = Hook(url, secret, connections, bot.hook.allowed if allowed is None else allowed)
    if given.flag("drop_pending_updates"):
        bot.pending.clear()
    await call.updates.hook_changed(bot)
    return True


def delete_webhook(call: Call) -> bool:
    """The method deleteWebhook."""
    call.bot.hook = Hook(allowed=call.bot.hook.allowed)
    if call.parameters.flag("drop_pending_updates"):
        call.bot.pending.clear()
    return True


def get_webhook_info(call: Call) -> Json:
    """The method getWebhookInfo."""
    return hook_object(call.bot)


async def get_updates(call: Call) -> Any:
    """The method getUpdates: waits `timeout` real seconds; `offset` confirms all before it."""
    given, bot = call.parameters, call.bot
    if bot.hook.url:
        raise Rejected(409, WEBHOOK_ACTIVE)
    allowed = given.parsed("allowed_updates", "allowed updates")
    if allowed is not None:
        bot.hook.allowed = allowed
    limit = min(max(given.number("limit", 100), 1), 100)
    seconds = min(max(given.number("timeout"), 0), LONGEST_POLL)
    return await call.updates.poll(bot, given.number("offset"), limit, seconds)


def answer_callback_query(call: Call) -> bool:
    """The method answerCallbackQuery: the button stops spinning, if the tap is fresh."""
    query = call.bot.queries.get(call.parameters.text("callback_query_id"))
    if query is None or not call.world.waits(query):
        raise bad(QUERY_TOO_OLD)
    text = call.parameters.text("text")
    if len(text) > LONGEST_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    query.answered = True
    query.text = text
    query.show_alert = call.parameters.flag("show_alert")
    call.world.publish(call.bot, query.chat_id, "message")
    return True


def _check_address(url: str) -> None:
    """Let https pass at one of four ports, and http for this very machine without certificate."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise bad("bad webhook: invalid URL specified") from None
    if host in THIS_MACHINE:
        return
    if parts.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
