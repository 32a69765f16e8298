"""`bot simulator`: LINE's and Telegram's sides by themselves, to point a bot at."""

import click

from handlers.words import N_

CHANNEL = "2000000001"
USERNAME = "portfolio_bell_bot"
PEOPLE = ("王小明", "林老師", "陳導師", "李小華", "張小美", "註冊組")
_SHOWN = N_(
    """The phones are at {url} (open it in a browser). LINE's side is at {url},
Telegram's at {url}/telegram.

  account  {account}, channel {channel}, destination {destination}
  secret   {secret}
  token    {token}
  webhook  {webhook}

Point the bot at it, and give the school this secret and token:

  export BOT_LINE_API_URL={url}
  export BOT_LINE_DATA_API_URL={url}

On Telegram the bot is @{bot}, which may set a webhook or ask for its updates:

  token    {telegram_token}

  export BOT_TELEGRAM_API_URL={url}/telegram
"""
)


@click.command("simulator")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8200, show_default=True, help="Port to listen on.")
@click.option("--account", default="歷程鈴", show_default=True, help="Name of the account.")
@click.option(
    "--webhook",
    default="http://127.0.0.1:8000/line/demo",
    show_default=True,
    help="Where the bot takes webhooks.",
)
@click.option("--quota", default=200, show_default=True, help="Messages a month; 0 for no limit.")
@click.option("--secret", envvar="BOT_SIMULATOR_SECRET", help="Channel secret; made if not given.")
@click.option("--token", envvar="BOT_SIMULATOR_TOKEN", help="Access token; made if not given.")
@click.option(
    "--telegram-token",
    envvar="BOT_SIMULATOR_TELEGRAM_TOKEN",
    help="Telegram's token, 123456:letters; made if not given.",
)
@click.option(
    "--person",
    "people",
    multiple=True,
    default=PEOPLE,
    metavar="NAME",
    help="Somebody with a phone; may be given several times. [default: six people]",
)
def command(  # noqa: PLR0917
    host: str,
    port: int,
    account: str,
    webhook: str,
    quota: int,
    secret: str | None,
    token: str | None,
    telegram_token: str | None,
    people: tuple[str, ...],
) -> None:
    """Run LINE's side and Telegram's by themselves: their APIs, and phones in the browser.

    Example: bot simulator --port 8200 --webhook http://127.0.0.1:8000/line/demo
    """
    import contextlib
    import secrets

    import uvicorn

    from bot import language
    from bot.clock import SystemClock
    from bot.listening import listening
    from bot.simulator.standalone import create_standalone
    from bot.simulator.telegram.world import TelegramWorld
    from bot.simulator.world import World

    sock = listening(host, port)
    telegram = TelegramWorld(SystemClock().now, seed=secrets.randbits(32))
    bot = telegram.add_bot(USERNAME, account, telegram_token)
    world = World(SystemClock().now, seed=secrets.randbits(32))
    opened = world.add_account(
        CHANNEL,
        account,
        "@bell",
        secret or secrets.token_hex(16),
        token or secrets.token_urlsafe(48),
        webhook,
        quota or None,
    )
    for number, name in enumerate(people, start=1):
        world.add_user(f"U{number:032x}", name)
        telegram.add_user(name)
    url = f"http://{host}:{port}"
    click.echo(
        language.words().say(
            _SHOWN,
            url=url,
            account=opened.name,
            channel=opened.channel_id,
            destination=opened.user_id,
            secret=opened.secret,
            token=opened.token,
            webhook=opened.webhook_url,
            bot=bot.account,
            telegram_token=bot.token,
        )
    )
    with sock, contextlib.suppress(KeyboardInterrupt):
        server = uvicorn.Server(
            uvicorn.Config(
                create_standalone(world, telegram),
                log_level="warning",
                timeout_keep_alive=75,  # longer than a bot keeps a connection that it may use again
            )
        )
        server.run(sockets=[sock])
