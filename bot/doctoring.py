"""Examines an installation for `bot doctor`, from the disk to LINE; every ✗ says what to do.

What needs something that is broken is not looked at: without a database nothing is said of schools.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import make_url
from sqlmodel import col, select

from bot import health, machine, readiness
from bot.checking import Check
from bot.clock import Clock
from bot.heartbeat import Outside
from bot.settings import Settings
from bot.vault import Vault, WrongKey
from bot.wiring import Installation, installed
from handlers.words import Words
from models import migrations
from models.queries import backups, heartbeats, holds, inbox
from models.store import Store
from models.tables import ChannelCredential, School

BACKED_UP_WITHIN = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with what it is about: "installation", or a school's code."""

    about: str
    check: Check


INSTALLATION = "installation"


async def examine(settings: Settings, clock: Clock, words: Words) -> AsyncIterator[Finding]:
    """Yield what is found, in the order in which it should be put right."""
    usable = False
    async for check in _database(settings, words):
        usable = check.well
        yield Finding(INSTALLATION, check)
    for check in machine.look(settings, clock.now(), words):
        yield Finding(INSTALLATION, check)
    store = Store(settings.database_url)
    try:
        used = await _channels(store) if usable else set()
        async for check in machine.answering(_hosts(settings, used), clock, words):
            yield Finding(INSTALLATION, check)
        if usable:
            async for finding in _inside(settings, store, clock, words):
                yield finding
    finally:
        await store.close()


async def _database(settings: Settings, words: Words) -> AsyncIterator[Check]:
    """Yield whether the database answers, and then whether it has the newest shape."""
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    file = machine.database_file(settings)
    if file is not None and not file.exists():
        said = words.say("There is no database at {where} yet: run `bot migrate`.", where=where)
        yield Check(False, said)
        return
    try:
        async with asyncio.timeout(health.PATIENCE):
            current = await asyncio.to_thread(migrations.is_current, settings.database_url)
    except health.UNREACHABLE as error:
        said = words.say(
            "The database {where} does not answer ({kind}): is it running, is BOT_DATABASE_URL "
            "right?",
            where=where,
            kind=type(error).__name__,
        )
        yield Check(False, said)
        return
    yield Check(True, words.say("The database answers: {where}", where=where))
    yield (
        Check(True, words.say("The database has the newest shape."))
        if current
        else Check(
            False,
            words.say("The database has not the newest shape: run `bot migrate` first."),
        )
    )


async def _channels(store: Store) -> set[str]:
    """Return the channels that any school is on."""
    async with store.reading() as session:
        found = await session.scalars(select(ChannelCredential.channel).distinct())
        return set(found)


def _hosts(settings: Settings, used: set[str]) -> dict[str, str]:
    """Return whom to ask: the channels in use, or all of them where there is no school yet."""
    hosts = {"LINE": settings.line_api_url, "Telegram": settings.telegram_api_url}
    return {name: url for name, url in hosts.items() if not used or name.lower() in used}


async def _inside(
    settings: Settings, store: Store, clock: Clock, words: Words
) -> AsyncIterator[Finding]:
    """Yield what the database says, and then what each school's channels say."""
    key = await _key(settings, store, words)
    yield Finding(INSTALLATION, key)
    async for check in _at_work(store, clock.now(), words):
        yield Finding(INSTALLATION, check)
    async for check in _outside(settings, words):
        yield Finding(INSTALLATION, check)
    if not key.well:
        return
    async with installed(settings, clock) as installation:
        async for finding in _schools(installation, words):
            yield finding


async def _key(settings: Settings, store: Store, words: Words) -> Check:
    vault = Vault(settings.secret_key.get_secret_value())
    async with store.reading() as session:
        sealed = list(await session.scalars(select(ChannelCredential.token)))
    try:
        for each in sealed:
            vault.open(each)
    except WrongKey as wrong:
        return Check(False, words.say(wrong.sentence))
    return Check(True, words.say("BOT_SECRET_KEY opens the stored credentials."))


async def _at_work(store: Store, now: datetime, words: Words) -> AsyncIterator[Check]:
    """Yield whether the jobs tick, whether anything waits, and how old the backup is."""
    async with store.reading() as session:
        beats = await heartbeats.last(session)
        waiting_since = await inbox.waiting_since(session)
        held = await holds.every(session)
        backed_up_at = await backups.last_backed_up_at(session)
    still = [problem.what.partition("/")[2] for problem in health.stopped(beats, now)]
    yield (
        Check(
            False,
            words.say(
                "No worker is at work ({jobs} stand still): start `bot worker` or `bot serve`, "
                "and look into its log if it runs.",
                jobs=", ".join(still),
            ),
        )
        if still
        else Check(True, words.say("The worker is at work."))
    )
    if waiting_since is not None and now - waiting_since > health.ACTED_WITHIN:
        said = words.say(
            "Messages wait to be answered since {since}: start `bot web` or `bot serve`.",
            since=words.moment(waiting_since),
        )
        yield Check(False, said)
    if held:
        said = words.say("Sending is held up: `bot hold` put it on, `bot release` lets it go on.")
        yield Check(False, said)
    yield _backup(backed_up_at, now, words)


def _backup(backed_up_at: datetime | None, now: datetime, words: Words) -> Check:
    if backed_up_at is None:
        said = words.say(
            "There was never a backup: set BOT_BACKUP_DIR, or run `bot backup` every night."
        )
        return Check(False, said)
    since = words.moment(backed_up_at)
    if now - backed_up_at > BACKED_UP_WITHIN:
        said = words.say(
            "The newest backup is of {since}: is there room at BOT_BACKUP_DIR, and what does the "
            "worker's log say?",
            since=since,
        )
        return Check(False, said)
    return Check(True, words.say("The newest backup is of {since}.", since=since))


async def _outside(settings: Settings, words: Words) -> AsyncIterator[Check]:
    """Yield whether anybody outside would notice, and whether the web side answers."""
    yield (
        Check(True, words.say("A watcher outside gets heartbeats."))
        if settings.heartbeat_url
        else Check(
            False,
            words.say(
                "Nobody would notice if all stood still: set BOT_HEARTBEAT_URL to a watcher "
                "outside (docs/operations.md, “Watching”)."
            ),
        )
    )
    if settings.alarm_url:
        yield Check(True, words.say("Alarms go to the address of BOT_ALARM_URL."))
    if settings.web_url:
        yield await _web(settings, words)


async def _web(settings: Settings, words: Words) -> Check:
    outside = Outside(settings, words, "doctor")
    answers = await outside.web_answers()
    await outside.aclose()
    if answers:
        return Check(True, words.say("The web side answers: {url}", url=settings.web_url))
    said = words.say(
        "The web side does not answer at {url}: start `bot web` or `bot serve`, and look at the "
        "proxy in front of it.",
        url=settings.web_url,
    )
    return Check(False, said)


async def _schools(installation: Installation, words: Words) -> AsyncIterator[Finding]:
    async with installation.store.reading() as session:
        schools = list(await session.scalars(select(School).order_by(col(School.code))))
        session.expunge_all()
    if not schools:
        said = words.say("There is no school yet: run `bot school add RULEBOOK` first.")
        yield Finding(INSTALLATION, Check(False, said))
    for school in schools:
        async for check in readiness.look(installation, school, words):
            yield Finding(school.code, check)
        async for check in readiness.menus(installation, school, words):
            yield Finding(school.code, check)
