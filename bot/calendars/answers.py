"""How calendars and their pages are answered, and the one answer for what is not there."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

FRESH_FOR = 900
"""Seconds after which an answer is asked for anew."""
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
ALWAYS = {
    "cache-control": f"private, max-age={FRESH_FOR}",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-security-policy": f"{_PAGE_POLICY}; base-uri 'none'",
}
PUBLIC = {name: value for name, value in ALWAYS.items() if name != "x-robots-tag"} | {
    "cache-control": f"public, max-age={FRESH_FOR}"
}
"""What is said of an address that everybody may know."""
CALENDAR, PAGE = "text/calendar", "text/html"


def answer(
    request: Request, body: bytes, kind: str, headers: Mapping[str, str] = ALWAYS
) -> Response:
    """Return a calendar or a page, or only that it is still the one that was fetched before."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    sent = {**headers, "etag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(status_code=304, headers=sent)
    if kind == CALENDAR:
        sent["content-disposition"] = 'inline; filename="portfolio-bell.ics"'
    return Response(body, headers=sent, media_type=kind)


def too_often() -> Response:
    """Return that whoever asks may come again in a minute."""
    return Response(status_code=429, headers={"retry-after": "60", **ALWAYS})


def nothing() -> Response:
    """Return what is answered for whatever is unknown, taken back, or not public."""
    return Response("", 404, headers={**ALWAYS, "cache-control": "no-store"})
