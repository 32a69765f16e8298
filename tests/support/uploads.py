"""Uploads files in the console as its pages do, and waits until they have been dealt with."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2

from bot.console.lazily import AT
from bot.imports import errands
from bot.imports.tray import Slot, tray
from tests.imports.files import Row, csv_text
from tests.support.consoles import Office, Sitting

WITHIN = 20
"""Seconds in which a small file must have been dealt with."""


async def send(
    sitting: Sitting, subject: str, rows: Sequence[Row] | bytes, **more: Any
) -> httpx2.Response:
    """Upload a file as its page would."""
    content = rows if isinstance(rows, bytes) else csv_text(rows).encode()
    files = {"file": ("名冊.csv", content), **more.pop("files", {})}
    path = f"{AT}{sitting.office.at_school}/imports/new/{subject}"
    return await sitting.http.post(path, data={"token": await sitting.guard(), **more}, files=files)


async def worked(sitting: Sitting) -> str:
    """Wait until the file has been dealt with; return its page."""
    async with asyncio.timeout(WITHIN):
        await asyncio.wrap_future(errands.thread().submit(int))  # it takes one after another
    answer = await sitting.get(f"{sitting.office.at_school}/imports/waiting")
    assert answer.status_code == 200
    return answer.text


async def slot_of(office: Office, address: str = "office@school.example") -> Slot:
    """Return where an account's file lies."""
    installation = office.installation
    found = tray(installation.settings.upload_dir, installation.vault.console_key)
    return found.slot((await office.user(address)).id)
