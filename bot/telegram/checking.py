"""Looks at a school's bot for `bot school check`: its token, its webhook, and what waits."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import InvalidToken, TelegramError

from bot.checking import Check
from bot.telegram.client import Client
from handlers.words import Words

MANY_WAITING = 100


async def look_at(
    client: Client, school_code: str, words: Words, *, fetched: bool
) -> AsyncIterator[tuple[Check, str]]:
    """Yield each check, the first one with the bot's name where Telegram tells it.

    `fetched` says that updates were fetched a moment ago, so that no webhook is wanted.
    """
    try:
        me = await client.me()
        webhook = await client.webhook()
    except InvalidToken:
        yield (
            Check(
                False,
                words.say(
                    "Telegram does not take the bot's token: ask @BotFather for it and run "
                    "`bot school add` again."
                ),
            ),
            "",
        )
        return
    except TelegramError:
        yield (
            Check(
                False, words.say("Telegram cannot be reached: is the network, or a proxy, down?")
            ),
            "",
        )
        return
    bot = words.say("Telegram bot: {name} (@{username})", name=me.full_name, username=me.username)
    yield Check(True, bot), me.username or ""
    yield _webhook(webhook, school_code, words, fetched=fetched), ""


def _webhook(info: WebhookInfo, school_code: str, words: Words, *, fetched: bool) -> Check:
    """Say whether updates come here; what went wrong last is Telegram's own sentence."""
    waiting = info.pending_update_count
    if not info.url and fetched:
        said = words.say("Updates are fetched from Telegram, without a webhook.")
        return Check(True, said)
    if not info.url:
        said = words.say(
            "No webhook is set at Telegram: run `bot school webhook https://…` with this "
            "installation's address, or `bot serve --telegram-polling`. Updates waiting: {n}",
            n=waiting,
        )
        return Check(False, said)
    if urlsplit(info.url).path != f"/telegram/{school_code}":
        said = words.say(
            "Telegram sends to {url}, which is not this school: run `bot school webhook https://…`.",
            url=info.url,
        )
        return Check(False, said)
    if waiting < MANY_WAITING and not (waiting and info.last_error_message):
        said = words.say("Telegram sends to {url}. Updates waiting: {n}", url=info.url, n=waiting)
        return Check(True, said)
    said = words.say(
        "Telegram gets no answer from {url} ({reason}); updates waiting: {n}. Is `bot serve` "
        "running behind TLS?",
        url=info.url,
        reason=info.last_error_message or "-",
        n=waiting,
    )
    return Check(False, said)
