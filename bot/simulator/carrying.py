"""Carrying one webhook to the bot, and what a fault makes of it on the way."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from bot.simulator.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one webhook: the bot's status, or why there was none.

    `retry_after` is how many seconds the bot asked to be left alone.
    """

    status: int | None
    reason: str
    retry_after: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the bot answered 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Carrier:
    """Posts webhooks; `time_limit` is in real seconds."""

    def __init__(self, faults: Faults, time_limit: float) -> None:
        self._faults = faults
        self._time_limit = time_limit
        self._http: aiohttp.ClientSession | None = None
        self._overtaken = asyncio.Event()

    async def carry(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a webhook as a fault in force would have it."""
        return await self.carry_under(self._faults.strike_webhook(), url, body, headers)

    async def carry_under(
        self, fault: Fault | None, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Outcome:
        """Post a webhook as this fault would have it, if it is one."""
        if fault is None:
            outcome = await self.post(url, body, headers)
        else:
            outcome = await self._carry_badly(fault, url, body, headers)
        if fault is None or fault.kind != "reorder":
            self._overtaken.set()
        return outcome

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Post a webhook as it should be."""
        try:
            async with self._session().post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                await response.read()
        except TimeoutError:
            return Outcome(None, "request_timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return Outcome(None, "could_not_connect")
        ok = 200 <= response.status < 300
        wait = response.headers.get("retry-after", "")
        return Outcome(
            response.status,
            "OK" if ok else "error_status_code",
            int(wait) if wait.isdecimal() else 0,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._http is not None:
            await self._http.close()

    async def _carry_badly(
        self, fault: Fault, url: str, body: bytes, headers: Mapping[str, str]
    ) -> Outcome:
        seconds = fault.milliseconds / 1_000
        match fault.kind:
            case "lose":
                return Outcome(None, "unclassified")
            case "duplicate":
                first, _ = await asyncio.gather(
                    self.post(url, body, headers), self.post(url, body, headers)
                )
                return first
            case "delay":
                await asyncio.sleep(seconds)
            case "reorder":
                await self._let_another_pass(seconds)
        return await self.post(url, body, headers)

    async def _let_another_pass(self, seconds: float) -> None:
        """Wait until another webhook was delivered, but no longer than this."""
        self._overtaken.clear()
        try:
            await asyncio.wait_for(self._overtaken.wait(), seconds)
        except TimeoutError:
            return

    def _session(self) -> aiohttp.ClientSession:
        # Made at the first webhook: a mounted application has no start-up of its own.
        if self._http is None:
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._time_limit),
                # Shorter than servers keep idle connections, so that none is found closed.
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=2),
                auto_decompress=False,
            )
        return self._http
