"""Two chat apps as handlers know them, for tests without a channel."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.tables import ChannelCredential
from tests.support.cast import Cast


@dataclass(frozen=True, slots=True)
class App:
    """An app of this name."""

    label: str

    def invitation(self, known_as: str, code: str) -> str:
        """Return an address with the account and the code in it."""
        return f"https://{self.label.lower()}.example/{known_as}?{code}" if known_as else ""


APPS = {"line": App("LINE"), "telegram": App("Telegram")}


async def on_both(session: AsyncSession, cast: Cast) -> None:
    """Let the school have an account in both apps; of one the name is not known."""
    for channel, known_as in (("line", ""), ("telegram", "@bell")):
        session.add(
            ChannelCredential(
                school_id=cast.school.id,
                channel=channel,
                secret=b"s",
                token=b"t",
                basic_id=known_as,
            )
        )
