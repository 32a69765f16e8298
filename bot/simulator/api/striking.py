"""What LINE answers when a fault strikes one of its calls."""

import asyncio

from bot.simulator.answers import LIMIT_SENTENCES, Answer, Refused
from bot.simulator.faults import Fault
from bot.simulator.wire import Wire, strikes

# LINE's front servers answer an inner failure with a page, not with JSON.
SERVER_ERROR = Answer(500, b"<html><body>500 Internal Server Error</body></html>", "text/html")
PAGES = {"error": SERVER_ERROR}


async def strikes_before(fault: Fault, wire: Wire) -> bool:
    """Whether a fault ends this call before LINE has looked at it."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.milliseconds / 1_000)
    if sentence := LIMIT_SENTENCES.get(fault.kind):
        raise Refused(429, sentence)
    return await strikes(fault, wire, "before", PAGES)


async def strikes_after(fault: Fault, wire: Wire) -> bool:
    """Whether a fault swallows the answer although LINE did what was asked."""
    return await strikes(fault, wire, "after", PAGES)
