"""Speaks with the outside about the installation itself: a heartbeat, alarms, and is the web there.

None of these ways leads through the bot, LINE or Telegram. The addresses may hold keys, so that
they stand in no log; what is sent has closed words and instants, never anything about a person.
"""

import asyncio
import socket
from collections.abc import Awaitable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import orjson
import structlog

from bot.alarms import Alarm, whats
from bot.health import Problem
from bot.proxies import proxy_for
from bot.settings import Settings
from handlers.words import N_, Words
from models.rules.taipei import TAIPEI

log = structlog.get_logger()

WITHIN = 10.0
"""Seconds for one call."""
UNANSWERED = (aiohttp.ClientError, TimeoutError, OSError)
_JOB = "scheduler/"
_THINGS = {
    "scheduler": N_("the worker"),
    "inbox": N_("answering"),
    "web": N_("the web side"),
    "database": N_("the database"),
    "quota": N_("sending"),
}
_JSON = {"Content-Type": "application/json"}


class Outside:
    """The outside addresses of the settings; make it inside the running loop, and close it."""

    def __init__(self, settings: Settings, words: Words, role: str) -> None:
        """Speak for a process in a `role`, such as "worker", in these words."""
        self._settings = settings
        self._words = words
        self._role = role
        self._http = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=WITHIN), cookie_jar=aiohttp.DummyCookieJar()
        )

    async def beat(self) -> bool:
        """Let the watcher outside know that all is well; return whether it knows."""
        return await self._arrived("heartbeat", self._get(self._settings.heartbeat_url))

    async def tell(self, alarm: Alarm) -> bool:
        """Post an alarm; return whether it was taken, and True where nobody is to be told."""
        url = self._settings.alarm_url
        if not url:
            return True
        body = orjson.dumps(self._body(alarm))
        post = self._http.post(url, data=body, headers=_JSON, proxy=proxy_for(url))
        return await self._arrived("alarm", self._status(post))

    async def web_answers(self) -> bool:
        """Say whether the web process serves at its public address, proxy and TLS included."""
        try:
            return await self._get(f"{self._settings.web_url}/readyz") < 500
        except UNANSWERED:
            return False

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _arrived(self, what: str, call: Awaitable[int]) -> bool:
        try:
            status = await call
        except UNANSWERED as error:
            log.warning("not_told_outside", what=what, kind=type(error).__name__)
            return False
        if status >= 300:
            log.warning("not_told_outside", what=what, status=status)
        return status < 300

    async def _get(self, url: str) -> int:
        return await self._status(self._http.get(url, proxy=proxy_for(url)))

    async def _status(self, request: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> int:
        async with asyncio.timeout(WITHIN), request as answer:
            return answer.status

    def _body(self, alarm: Alarm) -> dict[str, Any]:
        """Return what is posted; `text` is what chat programmes show, `key` joins repetitions."""
        lines = [sentence(each, self._words) for each in _together(alarm.problems)]
        lines += [self._over(each) for each in _together(alarm.over)]
        return {
            "text": "\n".join(lines),
            "key": "portfolio-bell/" + ",".join(whats([*alarm.problems, *alarm.over])),
            "from": self._role,
            "host": socket.gethostname(),
            "problems": [_as_data(each) for each in alarm.problems],
            "over": [_as_data(each) for each in alarm.over],
        }

    def _over(self, problem: Problem) -> str:
        thing = self._words.say(_THINGS[problem.what.partition("/")[0]])
        return self._words.say("✅ Portfolio Bell: {thing} works again.", thing=thing)


def _together(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems with all jobs that stand still as one: it is the worker that is gone."""
    others = [each for each in problems if not each.what.startswith(_JOB)]
    still = [each for each in problems if each.what.startswith(_JOB)]
    if not still:
        return others
    names = ", ".join(each.what.removeprefix(_JOB) for each in still)
    since = min((each.since for each in still if each.since), default=None)
    return [Problem(_JOB + names, "", since), *others]


def sentence(problem: Problem, words: Words) -> str:
    """Return a problem in a sentence for whoever runs the installation."""
    since = problem.since.astimezone(TAIPEI).strftime("%m/%d %H:%M:%S") if problem.since else "-"
    kind, _, job = problem.what.partition("/")
    match kind:
        case "quota":
            return words.say(
                "🔔 Portfolio Bell: the month's messages of school {school} are used up. What is "
                "free goes on; `bot quota` says who is not told, and a larger plan helps at once.",
                school=job,
            )
        case "scheduler":
            return words.say(
                "🔔 Portfolio Bell: the job {job} has not run since {since}. Is `bot worker` "
                "running, and what does its log say?",
                job=job,
                since=since,
            )
        case "inbox":
            return words.say(
                "🔔 Portfolio Bell: a message of somebody has waited since {since} to be "
                "answered. Is `bot web` running, and what does its log say?",
                since=since,
            )
        case "web":
            return words.say(
                "🔔 Portfolio Bell: the web side has not answered since {since}. Is `bot web` "
                "running, and the proxy in front of it?",
                since=since,
            )
        case _:
            return words.say(
                "🔔 Portfolio Bell: the database has not answered since {since}. Is it running, "
                "and is there room on the disk?",
                since=since,
            )


def _as_data(problem: Problem) -> dict[str, str | None]:
    since = problem.since.isoformat() if problem.since else None
    return {"what": problem.what, "since": since}
