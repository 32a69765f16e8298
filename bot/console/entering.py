"""Opening and ending a browser's session: with every change of what it may do its token is new."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.caller import Caller
from models.queries.console import sessions
from models.queries.console.sessions import Signed
from models.rules.signing_in import token

LOCAL, PROVIDER = "password", "provider"
"""How somebody signed in: with a password of the console, or at the school's own sign-in."""


async def enter(
    caller: Caller, session: AsyncSession, user_id: int, via: str, *, confirmed: bool
) -> None:
    """Sign a browser in, in place of whoever was."""
    after = caller.cookie.get("after", "")
    await leave(caller, session)
    caller.cookie["session"] = fresh = token()
    if after:
        caller.cookie["after"] = after
    await sessions.opened(
        session, user_id, caller.desk.digest(fresh), via, caller.right_now, confirmed=confirmed
    )


async def leave(caller: Caller, session: AsyncSession) -> None:
    """Sign a browser out: its token opens nothing any more, and its forms are void."""
    if old := caller.cookie.get("session"):
        await sessions.ended(session, caller.desk.digest(old))
    caller.cookie.clear()


async def half_signed(caller: Caller, session: AsyncSession) -> Signed | None:
    """Return who has given their password but not the second factor."""
    kept = caller.cookie.get("session")
    if not kept:
        return None
    signed = await sessions.found(session, caller.desk.digest(kept), caller.right_now)
    return signed if signed is not None and not signed.confirmed else None


def onward(caller: Caller) -> str:
    """Return the page that was asked for before signing in, or the first one."""
    return inside(str(caller.cookie.pop("after", "") or ""))


def inside(asked: str) -> str:
    """Return a path of the console; what would lead elsewhere becomes the first page."""
    leads_in = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked
    return asked if leads_in else "/"
