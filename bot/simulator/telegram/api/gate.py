"""The gate before every method: token, parameters, faults, and the answer."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bot.simulator.answers import Answer
from bot.simulator.faults import Fault
from bot.simulator.telegram.answers import BLOCKED, Rejected, result, too_many
from bot.simulator.telegram.api import messages, profile, receiving
from bot.simulator.telegram.api.call import Call
from bot.simulator.telegram.api.parameters import read
from bot.simulator.telegram.delivery import Updates
from bot.simulator.telegram.world import TelegramWorld
from bot.simulator.wire import Receive, Send, Wire, strikes

LARGEST_BODY = 50 * 1024 * 1024

Method = Callable[[Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {
    "getMe": profile.get_me,
    "getChat": profile.get_chat,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
    **{f"setMy{name}": profile.set_words for name in profile.WORDS},
    **{f"getMy{name}": profile.get_words for name in profile.WORDS},
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "getUpdates": receiving.get_updates,
    "answerCallbackQuery": receiving.answer_callback_query,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "sendPhoto": messages.send_photo,
    "sendChatAction": messages.send_chat_action,
    "editMessageText": messages.edit_message_text,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
}
BY_LOWER = {name.lower(): name for name in METHODS}

PAGES = {
    "error": Rejected(500, "Internal Server Error").answer(),
    "gateway": Answer(
        502,
        b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
        b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n"
        b"</body>\r\n</html>\r\n",
        "text/html",
    ),
}


class Gate:
    """An ASGI application for `/bot{token}/{method}`."""

    def __init__(self, world: TelegramWorld, updates: Updates) -> None:
        self._world = world
        self._updates = updates

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one call, unless a fault keeps the answer back."""
        wire = Wire(receive, send)
        fault = None
        try:
            call = await self._read(scope, wire)
            fault = self._world.faults.strike_api(f"/{call.method}")
            if fault is not None and await self._strikes_before(fault, wire, call):
                return
            done = METHODS[call.method](call)
            answer = result(await done if isinstance(done, Awaitable) else done)
        except Rejected as refusal:
            answer = refusal.answer()
        if fault is None or not await strikes(fault, wire, "after", PAGES):
            await wire.answer(answer)

    async def _read(self, scope: MutableMapping[str, Any], wire: Wire) -> Call:
        token, method = scope["path_params"]["token"], scope["path_params"]["method"]
        if not token.partition(":")[0].isdecimal():
            raise Rejected(404, "Not Found")
        bot = self._world.bot_with_token(token)
        if bot is None:
            raise Rejected(401, "Unauthorized")
        name = BY_LOWER.get(method.lower())
        if name is None:
            raise Rejected(404, "Not Found: method not found")
        bot.api_calls[name] += 1
        raw = await wire.body(LARGEST_BODY)
        if raw is None:
            raise Rejected(413, "Request Entity Too Large")
        content_type = dict(scope["headers"]).get(b"content-type", b"").decode("latin-1")
        parameters = read(scope["query_string"], content_type, raw)
        return Call(self._world, self._updates, bot, name, parameters)

    async def _strikes_before(self, fault: Fault, wire: Wire, call: Call) -> bool:
        """Whether a fault ends this call before Telegram has looked at it."""
        match fault.kind:
            case "slow":
                await asyncio.sleep(fault.milliseconds / 1_000)
            case "forbidden":
                raise Rejected(403, BLOCKED)
            case "rate_limit":
                chat_id = call.parameters.number("chat_id") or None
                seconds = fault.milliseconds / 1_000
                raise too_many(self._world.pace.halt(call.bot.account, chat_id, seconds))
        return await strikes(fault, wire, "before", PAGES)
