"""LINE's side of the demonstration: the school's account and its friends."""

from collections.abc import Iterable

from bot.demo.friends import Friend
from bot.simulator.retrykeys import RetryKeys
from bot.simulator.state import OfficialAccount
from bot.simulator.world import World

ACCOUNT = "2006113113"
NAME = "草屯商工歷程鈴"
BASIC_ID = "@113bell"
QUOTA = 6_000
"""Messages a month of the largest plan that Taiwan's LINE sells without a surcharge (高用量)."""


def open_account(world: World, *, secret: str, token: str, webhook_url: str) -> OfficialAccount:
    """Open the school's Official Account."""
    return world.add_account(ACCOUNT, NAME, BASIC_ID, secret, token, webhook_url, QUOTA)


def befriend(world: World, account: OfficialAccount, friends: Iterable[Friend]) -> None:
    """Let people follow the account; some of them block it since."""
    for friend in friends:
        world.add_user(friend.user_id, friend.name)
        world.follow(account, friend.user_id)
        if friend.blocks:
            world.block(account, friend.user_id)


def start_over(world: World) -> OfficialAccount:
    """Forget every chat, bill and fault; the account keeps its sign-in and its rich menus."""
    before = world.accounts[ACCOUNT]
    world.users.clear()
    world.accepted.clear()
    world.violations.clear()
    world.contents.clear()
    world.faults.clear()
    world.retry_keys = RetryKeys()
    account = open_account(
        world, secret=before.secret, token=before.token, webhook_url=before.webhook_url
    )
    account.rich_menus, account.aliases = before.rich_menus, before.aliases
    account.default_rich_menu_id = before.default_rich_menu_id
    return account
