"""The gate before every endpoint: token, body, retry key, faults and rate, and the answer."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson

from bot.simulator.answers import AUTHENTICATION_FAILED, RATE_LIMIT, Answer, Refused
from bot.simulator.api.striking import strikes_after, strikes_before
from bot.simulator.retrykeys import UUID
from bot.simulator.state import Json, OfficialAccount
from bot.simulator.wire import Receive, Send, Wire
from bot.simulator.world import World

LARGEST_BODY = 2 * 1024 * 1024

Scope = MutableMapping[str, Any]


class Call:
    """One authenticated request, read whole."""

    __slots__ = ("_json", "account", "content_type", "params", "raw", "request_id", "retry_key")

    def __init__(
        self,
        account: OfficialAccount,
        params: Mapping[str, str],
        headers: Mapping[bytes, bytes],
        raw: bytes,
        request_id: str,
    ) -> None:
        self.account = account
        self.params = params
        self.raw = raw
        self.request_id = request_id
        self.content_type = headers.get(b"content-type", b"").decode("latin-1")
        retry_key = headers.get(b"x-line-retry-key")
        self.retry_key = None if retry_key is None else retry_key.decode("latin-1")
        self._json: Json | None = None

    @property
    def json(self) -> Json:
        """The body as a JSON object; 415 and 400 if it is none."""
        if self._json is None:
            if not self.content_type.startswith("application/json"):
                raise Refused(415, f"The content type, {self.content_type}, is not supported")
            try:
                body = orjson.loads(self.raw)
            except orjson.JSONDecodeError as error:
                raise Refused(
                    400,
                    "The request body could not be parsed as JSON "
                    f"(line: {error.lineno}, column: {error.colno})",
                ) from None
            if not isinstance(body, dict):
                raise Refused(400, "The request body must be a JSON object")
            self._json = body
        return self._json


Handler = Callable[[World, Call], Answer | Awaitable[Answer]]


class Gate:
    """An ASGI application around one endpoint, named as "POST /v2/bot/…"."""

    def __init__(self, world: World, endpoint: str, handler: Handler) -> None:
        self._world = world
        self._endpoint = endpoint
        self._path = endpoint.partition(" ")[2]
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, unless a fault keeps the answer back."""
        request_id = self._world.ids.request_id()
        wire = Wire(receive, send, {"x-line-request-id": request_id})
        fault = None
        try:
            call = await self._read(scope, wire, request_id)
            self._see_retry_key(call)
            fault = self._world.faults.strike_api(self._endpoint)
            if fault is not None and await strikes_before(fault, wire):
                return
            if not self._world.rates.allow(call.account.channel_id, self._endpoint):
                self._world.violate(call.account, "too fast", self._endpoint)
                raise Refused(429, RATE_LIMIT)
            answer = self._handler(self._world, call)
            if not isinstance(answer, Answer):
                answer = await answer
        except Refused as refusal:
            answer = refusal.answer()
        if fault is None or not await strikes_after(fault, wire):
            await wire.answer(answer)

    async def _read(self, scope: Scope, wire: Wire, request_id: str) -> Call:
        headers = dict(scope["headers"])
        account = self._authenticate(headers)
        account.api_calls[self._path] += 1
        raw = await wire.body(LARGEST_BODY)
        if raw is None:
            raise Refused(413, "The request body is too large")
        return Call(account, scope["path_params"], headers, raw, request_id)

    def _authenticate(self, headers: Mapping[bytes, bytes]) -> OfficialAccount:
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        account = self._world.account_with_token(token) if kind.lower() == "bearer" else None
        if account is None:
            raise Refused(401, AUTHENTICATION_FAILED)
        return account

    def _see_retry_key(self, call: Call) -> None:
        """A try counts as one even if LINE fails before accepting: that is what a retry is for."""
        if call.retry_key is None or not UUID.fullmatch(call.retry_key):
            return
        now = self._world.now()
        channel_id = call.account.channel_id
        for kind in self._world.retry_keys.see(channel_id, call.retry_key, call.json, now):
            self._world.violate(call.account, kind, call.retry_key)
