"""Looks at the machine for `bot doctor`: its disk, its clock, its time zones, and its files."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp
from sqlalchemy.engine import make_url

from bot import anchors
from bot.checking import Check
from bot.clock import Clock
from bot.heartbeat import UNANSWERED, WITHIN
from bot.proxies import proxy_for
from bot.settings import Settings
from handlers.words import Words

ROOM = 1024**3
"""Bytes that should be free beside an SQLite file: its log and a backup of a term fit in."""
OFF_BY = timedelta(seconds=30)
_ZONES = {"Asia/Taipei": 8, "Asia/Tokyo": 9}


def database_file(settings: Settings) -> Path | None:
    """Return the file of an SQLite database, None on PostgreSQL."""
    url = make_url(settings.database_url)
    is_file = url.drivername.startswith("sqlite") and url.database not in (None, "", ":memory:")
    return Path(str(url.database)) if is_file else None


def look(settings: Settings, now: datetime, words: Words) -> Iterator[Check]:
    """Yield what can be seen without asking anybody else."""
    file = database_file(settings)
    if file is not None and file.parent.is_dir():
        yield _disk(shutil.disk_usage(file.parent).free, words)
    yield _zones(now, words)
    yield _anchors(anchors.place(settings), words)


async def answering(hosts: dict[str, str], clock: Clock, words: Words) -> AsyncIterator[Check]:
    """Yield for each host, by its name, whether it answers and agrees on the time."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN)) as http:
        for name, url in hosts.items():
            try:
                async with http.head(url, proxy=proxy_for(url), allow_redirects=False) as answer:
                    theirs = answer.headers.get("Date", "")
            except UNANSWERED:
                yield Check(
                    False,
                    words.say(
                        "{name} cannot be reached at {url}: is the network, or a proxy, down?",
                        name=name,
                        url=url,
                    ),
                )
                continue
            yield agreeing(name, theirs, clock.now(), words)


def _disk(free: int, words: Words) -> Check:
    gigabytes = f"{free / 1024**3:.1f}"
    if free >= ROOM:
        return Check(True, words.say("Free on the disk: {n} GB", n=gigabytes))
    said = words.say(
        "Only {n} GB are free on the disk of the database: make room; a full disk stops all.",
        n=gigabytes,
    )
    return Check(False, said)


def _zones(now: datetime, words: Words) -> Check:
    try:
        found = {name: now.astimezone(ZoneInfo(name)).utcoffset() for name in _ZONES}
    except ZoneInfoNotFoundError:
        found = {}
    if found == {name: timedelta(hours=hours) for name, hours in _ZONES.items()}:
        return Check(True, words.say("The time zone data is there."))
    return Check(False, words.say("The time zone data is missing or wrong: `pip install tzdata`."))


def _anchors(place: Path | None, words: Words) -> Check:
    if place is None:
        said = words.say(
            "The heads of the audit are kept in the log alone; BOT_AUDIT_ANCHORS names a file."
        )
        return Check(True, said)
    if os.access(place if place.exists() else place.parent, os.W_OK):
        return Check(True, words.say("The heads of the audit go to {file}.", file=place))
    said = words.say(
        "{file} cannot be written: the audit is sealed no more. Give the bot's user the right to.",
        file=place,
    )
    return Check(False, said)


def agreeing(name: str, theirs: str, now: datetime, words: Words) -> Check:
    """Hold the machine's clock against the date of an answer; one without a date says nothing."""
    try:
        off = now - parsedate_to_datetime(theirs).astimezone(UTC)
    except ValueError:
        return Check(True, words.say("{name} answers.", name=name))
    if abs(off) <= OFF_BY:
        return Check(True, words.say("{name} answers, and has the same time.", name=name))
    said = words.say(
        "This machine's clock is {n} seconds off from {name}'s: `timedatectl set-ntp true` keeps "
        "it right. Deadlines and quiet hours go by it.",
        n=round(abs(off).total_seconds()),
        name=name,
    )
    return Check(False, said)
