"""Bodies of the phone API: JSON in, JSON out, and a refusal when the phone cannot do that."""

from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

Json = dict[str, Any]


class NotPossible(HTTPException):
    """The phone cannot do that: an HTTP status and a sentence."""


async def body_of(request: Request) -> Json:
    """The JSON object of a request; none at all is an empty one."""
    raw = await request.body()
    try:
        body = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError as error:
        raise NotPossible(400, f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise NotPossible(400, "the body must be a JSON object")
    return body


def json_response(body: Any, status: int = 200) -> Response:
    """An answer of the phone API."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def text_of(body: Json, key: str) -> str:
    """A text that must be there."""
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise NotPossible(400, f"{key} must be a text")
    return value
