"""Telegram's side of the demonstration: the school's bot and those who have started it."""

from collections.abc import Iterable

from bot.demo.friends import Friend
from bot.simulator.telegram.state import Bot
from bot.simulator.telegram.world import TelegramWorld

ACCOUNT = "caotun_bell_bot"
NAME = "草屯商工歷程鈴"


def open_bot(world: TelegramWorld) -> Bot:
    """Make the school's bot, as BotFather does."""
    return world.add_bot(ACCOUNT, NAME)


def befriend(world: TelegramWorld, friends: Iterable[Friend]) -> None:
    """Let people start the bot; some of them block it since."""
    bot = world.bots[ACCOUNT]
    for friend in friends:
        user = world.add_user(friend.name, int(friend.user_id))
        world.start(bot, user.user_id).blocked = friend.blocks
