"""What a call of the console may bring: how many bytes, and in how many seconds.

Everybody's form has a megabyte and the server's patience (bot/protocol.py). Only a door that takes
files reads more, from somebody it knows by then, one at a time, and only as long as it comes.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from bot.protocol import ALLOWANCE, PATIENCE

MOST_FIELDS = 2_000
MOST_FILES = 4
MOST_BYTES = 1024 * 1024
SLOWEST = 32 * 1024
"""Bytes a second of the slowest line on which a file is waited for."""
TOO_LARGE = 413


class TooMuch(Exception):
    """A call brings more than its door takes."""


class TwoAtOnce(Exception):
    """Somebody sends a file while another one of theirs is on its way."""


async def form(request: Request, most: int = MOST_BYTES) -> FormData:
    """Return the form that a call brings; raises TooMuch, and what is no form is none."""
    if _declared(request) > most:
        raise TooMuch
    bounded = Request(request.scope, _Bounded(request.receive, most))
    try:
        return await bounded.form(
            max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES
        )
    except (MultiPartException, HTTPException, ClientDisconnect):
        return FormData()


async def files(request: Request, most: int) -> FormData:
    """Return a form with files; the call gets as long as its size takes on a slow line."""
    extension = request.scope.get("extensions", {}).get(ALLOWANCE)
    if extension is not None:
        extension["seconds"](PATIENCE + min(_declared(request), most) / SLOWEST)
    return await form(request, most)


class OneEach:
    """Lets everybody send one file at a time."""

    def __init__(self) -> None:
        self._sending: set[int] = set()

    @contextmanager
    def turn(self, user_id: int) -> Iterator[None]:
        """Take an account's turn; raises TwoAtOnce while it has one."""
        if user_id in self._sending:
            raise TwoAtOnce
        self._sending.add(user_id)
        try:
            yield
        finally:
            self._sending.discard(user_id)


class _Bounded:
    """Receives so many bytes, and waits for none longer than the server's patience."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._left = receive, most

    async def __call__(self) -> Message:
        try:
            async with asyncio.timeout(PATIENCE):
                message = await self._receive()
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise TooMuch
        return message


def _declared(request: Request) -> int:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdecimal() else 0
