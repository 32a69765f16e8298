"""LINE's side of the demonstration: the school's account, its friends, and faults by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.simulator.retrykeys import RetryKeys
from bot.simulator.state import OfficialAccount
from bot.simulator.world import World

ACCOUNT = "2006113113"
NAME = "草屯商工歷程鈴"
BASIC_ID = "@113bell"
QUOTA = 6_000
"""Messages a month of the largest plan that Taiwan's LINE sells without a surcharge (高用量)."""


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """A fault of the simulator, and how often pushes meet it: each with a chance, or the next few.

    A lost answer must not be lost for ever, or nobody would see the 409 that settles it; each
    time-out lasts ten real seconds, so that only a few are tried.
    """

    fault: str
    rate: float | None = None
    times: int | None = None


FAULTS: Mapping[str, Misbehaviour | None] = MappingProxyType(
    {
        "none": None,
        "500": Misbehaviour("error_before", rate=1.0),
        "timeout": Misbehaviour("silence_before", times=3),
        "lost": Misbehaviour("error_after", rate=0.5),
        "429": Misbehaviour("rate_limit", rate=0.5),
    }
)
"""What the page calls a fault, and what it means."""

_PUSH = "/message/push"


@dataclass(frozen=True, slots=True)
class Friend:
    """Somebody with LINE who has added the school's account."""

    user_id: str
    name: str
    blocks: bool


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


def misbehave(world: World, kind: str) -> None:
    """Let pushes meet this fault from now on; "none" ends it. Raises KeyError for another word."""
    wanted = FAULTS[kind]
    world.faults.clear()
    if wanted is not None:
        world.faults.add(wanted.fault, rate=wanted.rate, times=wanted.times, path=_PUSH)
