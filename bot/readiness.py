"""Looks whether a school is ready to start: what LINE says of it, and what is still missing."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlsplit

import aiohttp
import sqlalchemy as sa
from linebot.v3.messaging import ApiException, AsyncMessagingApi
from sqlmodel import col, select

from bot.checking import Check
from bot.line.checking import look_at_menus
from bot.wiring import Installation
from handlers.words import Words
from models.queries import heartbeats
from models.tables import ChannelCredential, ChatAccount, Person, School, Window
from models.vocabulary import PersonKind

PATIENCE = 10.0
"""Seconds for one question to LINE."""
FETCHED_WITHIN = timedelta(minutes=2)
"""After how long without a fetch a bot without a webhook hears nothing."""
UNREACHABLE = (ApiException, aiohttp.ClientError, TimeoutError, OSError)


async def look(installation: Installation, school: School, words: Words) -> AsyncIterator[Check]:
    """Yield each check as it is made; channels are asked with the credentials of the store."""
    on_line = school.code in installation.credentials.codes()
    on_telegram = school.code in installation.credentials.telegram_codes()
    if on_line:
        api = installation.line.api(school.code)
        async for check in _channel(installation, api, school, words):
            yield check
    if on_telegram:
        async for check in _telegram(installation, school, words):
            yield check
    if not on_line and not on_telegram:
        said = words.say("This school is in no app yet: run `bot school add` with a token.")
        yield Check(False, said)
    async for check in _rows(installation, school, words):
        yield check


async def menus(installation: Installation, school: School, words: Words) -> AsyncIterator[Check]:
    """Yield whether a school's rich menus are of this build; nothing where LINE does not answer."""
    if school.code in installation.credentials.codes():
        with suppress(*UNREACHABLE):
            api = installation.line.api(school.code)
            yield await look_at_menus(api, words, within=PATIENCE)


async def _channel(
    installation: Installation, api: AsyncMessagingApi, school: School, words: Words
) -> AsyncIterator[Check]:
    try:
        info = await api.get_bot_info(_request_timeout=PATIENCE)
    except ApiException as error:
        yield Check(
            False,
            words.say(
                "LINE does not take the access token (HTTP {status}): issue one in the LINE "
                "Developers console and run `bot school add` again.",
                status=error.status,
            ),
        )
        return
    except UNREACHABLE:
        yield Check(False, words.say("LINE cannot be reached: is the network, or a proxy, down?"))
        return
    await _remember_id(installation, school, installation.line.name, info.basic_id)
    yield Check(
        True, words.say("LINE account: {name} ({id})", name=info.display_name, id=info.basic_id)
    )
    yield await _webhook(api, school, words)
    yield await _plan(installation, api, school, words)


async def _telegram(
    installation: Installation, school: School, words: Words
) -> AsyncIterator[Check]:
    from bot.fetching import HEARTBEAT
    from bot.telegram.checking import look_at

    client = await installation.telegram.client(school.code)
    async with installation.store.reading() as session:
        beaten_at = (await heartbeats.last(session)).get(HEARTBEAT + school.code)
    fetched = beaten_at is not None and installation.clock.now() - beaten_at < FETCHED_WITHIN
    async for check, username in look_at(client, school.code, words, fetched=fetched):
        if username:
            await _remember_id(installation, school, installation.telegram.name, f"@{username}")
        yield check


async def _webhook(api: AsyncMessagingApi, school: School, words: Words) -> Check:
    path = f"/line/{school.code}"
    try:
        endpoint = await api.get_webhook_endpoint(_request_timeout=PATIENCE)
        if urlsplit(endpoint.endpoint or "").path != path or not endpoint.active:
            raise LookupError
        trial = await api.test_webhook_endpoint(_request_timeout=PATIENCE)
    except (LookupError, *UNREACHABLE):
        return Check(
            False,
            words.say(
                "The webhook is not set: in the LINE Developers console enter https://…{path} "
                "and switch “Use webhook” on.",
                path=path,
            ),
        )
    if trial.success:
        return Check(True, words.say("The webhook answers: {url}", url=endpoint.endpoint))
    if trial.status_code == 401:
        return Check(
            False,
            words.say("The webhook refuses LINE's signature: the channel secret is another one."),
        )
    return Check(
        False,
        words.say(
            "LINE gets no answer from {url} ({reason}): is `bot serve` running behind TLS?",
            url=endpoint.endpoint,
            reason=trial.reason,
        ),
    )


async def _plan(
    installation: Installation, api: AsyncMessagingApi, school: School, words: Words
) -> Check:
    """Hold the month's messages against one reminder to every pupil."""
    try:
        limit = (await api.get_message_quota(_request_timeout=PATIENCE)).value
    except UNREACHABLE:
        return Check(False, words.say("LINE did not say how many messages a month may have."))
    pupils = await _count(installation, school, PersonKind.PUPIL)
    if limit is None:
        return Check(True, words.say("The LINE plan has no limit of messages."))
    return Check(
        limit >= pupils,
        words.say(
            "The LINE plan has {limit} messages a month; one reminder to every pupil takes "
            "{pupils}. Answers to taps are free.",
            limit=limit,
            pupils=pupils,
        ),
    )


async def _rows(installation: Installation, school: School, words: Words) -> AsyncIterator[Check]:
    async with installation.store.reading() as session:
        windows = await session.scalar(
            sa.select(sa.func.count()).where(
                col(Window.school_id) == school.id,
                col(Window.retired_at).is_(None),
                col(Window.closes_at) > installation.clock.now(),
            )
        )
        joined = await session.scalar(
            sa.select(sa.func.count()).where(
                col(ChatAccount.school_id) == school.id, col(ChatAccount.person_id).is_not(None)
            )
        )
    yield Check(
        bool(windows),
        words.say("Windows still to end: {n}", n=windows)
        if windows
        else words.say(
            "No window lies ahead: enter the dates of the term into the rulebook and run "
            "`bot school add` again."
        ),
    )
    pupils = await _count(installation, school, PersonKind.PUPIL)
    staff = await _count(installation, school, PersonKind.STAFF)
    yield Check(
        pupils > 0 and staff > 0,
        words.say(
            "People: {pupils} pupils, {staff} staff, {joined} have joined. "
            "`bot import` takes people over, `bot codes` prints their codes.",
            pupils=pupils,
            staff=staff,
            joined=joined,
        ),
    )


async def _count(installation: Installation, school: School, kind: PersonKind) -> int:
    async with installation.store.reading() as session:
        counted = await session.scalar(
            sa.select(sa.func.count()).where(
                col(Person.school_id) == school.id,
                col(Person.kind) == kind,
                col(Person.departed).is_(False),
            )
        )
    return int(counted or 0)


async def _remember_id(
    installation: Installation, school: School, channel: str, basic_id: str
) -> None:
    """Keep the ID by which people find the account, where none was given: code sheets need it."""
    async with installation.store.writing() as session:
        row = (
            await session.execute(
                select(ChannelCredential).where(
                    col(ChannelCredential.school_id) == school.id,
                    col(ChannelCredential.channel) == channel,
                )
            )
        ).scalar_one_or_none()
        if row is not None and not row.basic_id:
            row.basic_id = basic_id
