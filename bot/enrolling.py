"""Brings a school into an installation, or up to date: its rulebook, timetable and credentials."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.line.inbox import CHANNEL
from bot.mistakes import Mistake
from bot.vault import Vault
from bot.wiring import Installation
from handlers.words import N_
from models.queries import schools
from models.rulebooks import Rulebook, load
from models.tables import ChannelCredential, School
from scheduler.taking_over import Takeover, take_over


class NoCredentials(Mistake):
    """A school that is new here came without its channel's secret or token."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How a school's LINE channel signs: secret and token are never printed.

    `basic_id` is no secret: people add the account by it. What is empty leaves the known one.
    """

    secret: str
    token: str
    basic_id: str = ""

    def __repr__(self) -> str:
        return "Signing(…)"


async def enrol(installation: Installation, text: str, signing: Signing, *, name: str) -> Takeover:
    """Set a school up from the text of its rulebook; a second time brings it up to date.

    Raises RulebookError for a text that cannot be read (`name` is how its errors call it),
    TimetableRefused for a timetable that breaks the law, and NoCredentials.
    """
    rulebook = load(text, name=name)
    now = installation.clock.now()
    async with installation.store.writing() as session:
        school = await schools.by_code(session, rulebook.code) or await _new(session, rulebook, now)
        school.name = rulebook.name
        await _sign_in(session, school, signing, installation.vault)
        taken = await take_over(session, school, text, now)
    await installation.credentials.refresh(even_if_fresh=True)
    return taken


async def _new(session: AsyncSession, rulebook: Rulebook, now: datetime) -> School:
    school = School(code=rulebook.code, name=rulebook.name, rulebook="", planned_until=now)
    session.add(school)
    await session.flush()
    return school


async def _sign_in(session: AsyncSession, school: School, signing: Signing, vault: Vault) -> None:
    """Keep a school's LINE credentials, encrypted."""
    known = select(ChannelCredential).where(
        col(ChannelCredential.school_id) == school.id, col(ChannelCredential.channel) == CHANNEL
    )
    row = (await session.execute(known)).scalar_one_or_none()
    if row is None:
        if not (signing.secret and signing.token):
            raise NoCredentials(
                N_(
                    "A new school needs its LINE channel's secret and access token: type them when "
                    "asked, or give BOT_SCHOOL_LINE_SECRET and BOT_SCHOOL_LINE_TOKEN."
                )
            )
        row = ChannelCredential(school_id=school.id, channel=CHANNEL, secret=b"", token=b"")
        session.add(row)
    row.basic_id = signing.basic_id or row.basic_id
    row.secret = vault.seal(signing.secret) if signing.secret else row.secret
    row.token = vault.seal(signing.token) if signing.token else row.token
    await session.flush()
