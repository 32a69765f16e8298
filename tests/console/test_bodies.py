"""What a call of the console may bring: a form of a megabyte, and files from who may bring them."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.console.bodies import MOST_BYTES
from bot.console.lazily import AT
from models.rules.access import Grant
from models.vocabulary import ConsoleRole
from tests.support.consoles import Office, Sitting, opened

CHUNK = b"x" * (64 * 1024)
BEGUN = b'--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\n'
FORM = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


class Body:
    """A body that notes how much of it was read; it goes on for ever."""

    def __init__(self) -> None:
        self.read = 0
        self.begun, self.end = asyncio.Event(), asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the beginning of a file, and more until somebody ends it."""
        yield BEGUN
        self.begun.set()
        while not self.end.is_set():
            self.read += len(CHUNK)
            yield CHUNK
            await asyncio.sleep(0)
        yield b"\r\n--b--\r\n"


async def sent(sitting: Sitting, path: str, body: Body) -> int:
    """Send a body that has no end; return the status."""
    answer = await sitting.http.post(AT + path, content=body, headers=FORM)
    return answer.status_code


async def test_a_form_of_everybodys_has_a_megabyte(office: Office) -> None:
    """More is refused before it is read, signed in or not."""
    body, stranger = Body(), office.stranger()

    assert await sent(stranger, "/sign-in", body) == 413
    assert body.read <= 2 * MOST_BYTES
    declared = await stranger.http.post(
        f"{AT}/sign-in", content=b"x", headers={**FORM, "content-length": str(2 * MOST_BYTES)}
    )
    assert declared.status_code == 413


async def test_files_are_read_only_from_who_may_bring_them(office: Office) -> None:
    """Of a stranger, and of somebody without the role, nothing is read."""
    path = f"{office.at_school}/imports/new/people"
    viewer = await office.signed_in(Grant(ConsoleRole.VIEWER, office.cast.school.id))
    body = Body()

    assert await sent(office.stranger(), path, body) == 303
    assert await sent(viewer, path, body) == 404
    assert not body.begun.is_set()


async def test_one_file_at_a_time(office: Office) -> None:
    """A second one of the same account is refused while the first is on its way."""
    path = f"{office.at_school}/imports/new/people"
    sitting = await office.registrar()
    slow = Body()
    first = asyncio.create_task(sent(sitting, path, slow))
    await slow.begun.wait()

    assert await sent(sitting, path, Body()) == 409
    slow.end.set()
    assert await first == 403
