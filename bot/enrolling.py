"""Brings a school into an installation, or up to date: its rulebook, timetable and credentials."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.line.inbox import CHANNEL as LINE
from bot.mistakes import Mistake
from bot.telegram.inbox import CHANNEL as TELEGRAM
from bot.vault import Vault
from bot.wiring import Installation
from handlers.words import N_
from models.queries import schools
from models.queries.console.timetable import taken_over_via
from models.rulebooks import Rulebook, load
from models.tables import ChannelCredential, School
from scheduler.moving import Order
from scheduler.taking_over import BY_COMMAND, Takeover, take_over

BASIC_ID = re.compile(r"@[a-z0-9._-]{1,62}", re.IGNORECASE)
"""A LINE account's basic or premium ID."""
CONSOLE = "console"
"""How the audit names what was done in the console."""


class NoCredentials(Mistake):
    """A school that is new here came without its channel's secret or token."""


class ChangedInConsole(Mistake):
    """A file would undo what was changed in the console since it was taken over."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How a school's LINE channel and its Telegram bot sign: secrets and tokens are never printed.

    `basic_id` is no secret: people add the account by it. What is empty leaves the known one.
    """

    secret: str
    token: str
    basic_id: str = ""
    telegram_token: str = ""

    def __repr__(self) -> str:
        return "Signing(…)"


async def enrol(
    installation: Installation, text: str, signing: Signing, *, name: str, replace: bool = False
) -> Takeover:
    """Set a school up from the text of its rulebook; a second time brings it up to date.

    What the console has changed since is only undone where `replace` says so: ChangedInConsole.

    Raises RulebookError for a text that cannot be read (`name` is how its errors call it),
    TimetableRefused for a timetable that breaks the law, and NoCredentials.
    """
    rulebook, now = load(text, name=name), installation.clock.now()
    async with installation.store.writing() as session:
        school = await schools.by_code(session, rulebook.code)
        if school is None:
            school = await add(session, rulebook, now)
        elif not replace:
            await _keep_changes(session, school, text)
        await sign_in(session, school, signing, installation.vault)
        taken = await bring_up_to_date(session, school, text, now)
    await installation.credentials.refresh(even_if_fresh=True)
    return taken


async def bring_up_to_date(
    session: AsyncSession, school: School, text: str, now: datetime, order: Order = BY_COMMAND
) -> Takeover:
    """Take a rulebook's timetable over, and the school's name; raises what `take_over` raises."""
    school.name = load(text, name=school.code).name
    return await take_over(session, school, text, now, order=order)


async def _keep_changes(session: AsyncSession, school: School, text: str) -> None:
    """Refuse a text that differs from what somebody has written in the console."""
    if text == school.rulebook or await taken_over_via(session, school.id) != CONSOLE:
        return
    raise ChangedInConsole(
        N_(
            "The timetable of {code} was changed in the console, and this file would undo that. "
            "`bot school rulebook > my-school.toml` writes what holds now; change that file, or "
            "add --replace to undo what was changed."
        ),
        code=school.code,
    )


async def add(session: AsyncSession, rulebook: Rulebook, now: datetime) -> School:
    """Add a school that is new here; its timetable comes with `bring_up_to_date`."""
    school = School(code=rulebook.code, name=rulebook.name, rulebook="", planned_until=now)
    session.add(school)
    await session.flush()
    return school


async def sign_in(session: AsyncSession, school: School, signing: Signing, vault: Vault) -> None:
    """Keep a school's credentials, encrypted: LINE's, Telegram's, or those of both."""
    has_telegram = await _sign_in_to_telegram(session, school, signing.telegram_token, vault)
    row = await _known(session, school, LINE)
    if row is None:
        if not (signing.secret and signing.token):
            if has_telegram and not (signing.secret or signing.token):
                return
            raise NoCredentials(
                N_(
                    "A new school needs its LINE channel's secret and access token, or its "
                    "Telegram bot's token: type them when asked, or give BOT_SCHOOL_LINE_SECRET "
                    "and BOT_SCHOOL_LINE_TOKEN, or BOT_SCHOOL_TELEGRAM_TOKEN."
                )
            )
        row = ChannelCredential(school_id=school.id, channel=LINE, secret=b"", token=b"")
        session.add(row)
    row.basic_id = signing.basic_id or row.basic_id
    row.secret = vault.seal(signing.secret) if signing.secret else row.secret
    row.token = vault.seal(signing.token) if signing.token else row.token
    await session.flush()


async def _sign_in_to_telegram(
    session: AsyncSession, school: School, token: str, vault: Vault
) -> bool:
    """Keep a bot's token, and make the secret of its webhook once; say whether there is a bot."""
    row = await _known(session, school, TELEGRAM)
    if not token:
        return row is not None
    if row is None:
        secret = vault.seal(secrets.token_urlsafe(32))
        row = ChannelCredential(school_id=school.id, channel=TELEGRAM, secret=secret, token=b"")
        session.add(row)
    row.token = vault.seal(token)
    await session.flush()
    return True


async def _known(session: AsyncSession, school: School, channel: str) -> ChannelCredential | None:
    known = select(ChannelCredential).where(
        col(ChannelCredential.school_id) == school.id, col(ChannelCredential.channel) == channel
    )
    return (await session.execute(known)).scalar_one_or_none()
