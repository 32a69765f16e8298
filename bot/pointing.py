"""Tells Telegram where a school's updates go."""

from urllib.parse import urlsplit

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.mistakes import Mistake
from bot.wiring import Installation
from handlers.words import N_


class NotPointed(Mistake):
    """Telegram was not told, or did not take it; the sentence says why."""


async def point_here(installation: Installation, school_code: str, address: str) -> str:
    """Set a school's webhook to this installation and register its commands; return its URL.

    Raises NotPointed.
    """
    if school_code not in installation.credentials.telegram_codes():
        raise NotPointed(
            N_("{code} has no Telegram bot: run `bot school add` with its token."), code=school_code
        )
    public = urlsplit(address)
    if public.scheme not in ("https", "http") or not public.netloc:
        raise NotPointed(
            N_("An address that begins with https:// is expected, not {address}."), address=address
        )
    url = f"{public.scheme}://{public.netloc}{public.path.rstrip('/')}/telegram/{school_code}"
    client = await installation.telegram.client(school_code)
    try:
        await client.set_webhook(url, installation.credentials.telegram(school_code).secret)
    except InvalidToken:
        raise NotPointed(
            N_(
                "Telegram does not take the bot's token: ask @BotFather for it and run "
                "`bot school add` again."
            )
        ) from None
    except BadRequest as error:
        raise NotPointed(
            N_("Telegram does not take {url}: {why}"), url=url, why=error.message
        ) from None
    except TelegramError:
        raise NotPointed(
            N_("Telegram cannot be reached: is the network, or a proxy, down?")
        ) from None
    await installation.telegram.introduce(school_code)
    return url
