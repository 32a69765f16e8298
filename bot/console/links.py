"""One-time links with which somebody chooses their password."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.settings import Settings
from bot.vault import Vault
from models.queries.console import invitations
from models.rules.signing_in import digest_of, token

BELOW = "/console/invited/"


async def new_link(
    session: AsyncSession, user_id: int, vault: Vault, settings: Settings, clock: Clock
) -> str:
    """Return a link for a user; it works once, and the user's earlier links no more.

    It begins with BOT_WEB_URL, or with where the web process listens.
    """
    fresh = token()
    digest = digest_of(fresh, vault.console_key)
    await invitations.invited(session, user_id, digest, clock.now())
    here = settings.web_url or f"http://{settings.host}:{settings.port}"
    return f"{here}{BELOW}{fresh}"
