"""How LINE is called, and what each of its answers comes to, against the simulator."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot.line.channel import LineChannel, LineCredentials, Profile
from bot.line.outcomes import outcome
from bot.line.richmenu import AREAS, PREFIX, Menu, drawn_menu
from bot.simulator.app import create_simulator
from bot.simulator.state import OfficialAccount
from bot.simulator.world import World
from handlers.menus import GUEST
from handlers.replies import Card, Paragraph, Reply
from models.vocabulary import Duty
from scheduler.budgeting import Quota
from scheduler.channel import Outcome, Sent
from tests.support.asking import MSGIDS
from tests.support.server import serving

NOW = datetime(2026, 1, 5, 1, 2, 3, tzinfo=UTC)
USER = "U" + "1" * 32
KEY = "123e4567-e89b-12d3-a456-426614174000"
OTHER_KEY = "223e4567-e89b-12d3-a456-426614174000"
REPLY = Reply("截止 114/2/3（一）", (Card("截止", (Paragraph("還有 3 天"),)),))


class Sky:
    """A channel with one school, and LINE behind it."""

    def __init__(self, world: World, account: OfficialAccount, url: str) -> None:
        self.world = world
        self.account = account
        self.url = url
        self.credentials = LineCredentials("secret", "token")
        self.channel = self._channel()
        self.body = self.channel.draw(REPLY)

    def _channel(self) -> LineChannel:
        return LineChannel(
            lambda _code: self.credentials, api_url=self.url, data_api_url=self.url, limit=1
        )

    @asynccontextmanager
    async def another_channel(self) -> AsyncIterator[LineChannel]:
        """Give the channel of a second process."""
        channel = self._channel()
        yield channel
        await channel.aclose()

    async def push(self, key: str = KEY, address: str = USER) -> Sent:
        """Push the reply."""
        return await self.channel.send("TT", address, self.body, key)

    async def reply(self) -> Sent:
        """Answer with a fresh token."""
        token = self.world.issue_reply_token(self.account, USER)
        return await self.channel.reply("TT", token, self.body)

    @property
    def shown(self) -> int:
        """How many messages the person sees."""
        return len(self.world.chat(self.account, USER).entries)


@asynccontextmanager
async def opened(quota: int | None = 200) -> AsyncIterator[Sky]:
    """Open a channel to a simulator."""
    world = World(lambda: NOW)
    account = world.add_account("1", "歷程鈴", "@bell", "secret", "token", "", quota)
    world.add_user(USER, "小美", "zh-Hant")
    world.follow(account, USER)
    async with serving(create_simulator(world)) as url:
        sky = Sky(world, account, url)
        yield sky
        await sky.channel.aclose()


@pytest.fixture
async def sky() -> AsyncIterator[Sky]:
    """Give a channel to a simulator."""
    async with opened() as sky:
        yield sky


async def test_a_push_arrives_as_it_was_drawn(sky: Sky) -> None:
    """The person sees exactly the frozen messages."""
    sent = await sky.push()

    assert (sent.outcome, sent.status, bool(sent.request_id)) == (Outcome.ACCEPTED, 200, True)
    assert sky.world.accepted[-1].messages == orjson.loads(sky.body)


async def test_the_same_key_again_is_a_success_and_arrives_once(sky: Sky) -> None:
    """409 with the id of the accepted request is what a retry hopes for."""
    first, second = await sky.push(), await sky.push()

    assert (second.outcome, second.status) == (Outcome.ACCEPTED, 409)
    assert second.request_id == first.request_id
    assert sky.shown == 1


async def test_a_school_without_credentials_makes_no_call() -> None:
    """It is not the message's fault: whoever is still linked there waits for the right ones."""
    none: dict[str, LineCredentials] = {}
    channel = LineChannel(none.__getitem__, api_url="http://127.0.0.1:9")
    sent = await channel.send("TT", USER, channel.draw(REPLY), KEY)

    assert (sent.outcome, sent.reason) == (Outcome.PERMANENT, "credentials")


async def test_a_blocked_person_looks_like_any_other(sky: Sky) -> None:
    """LINE accepts it and shows nothing: it never says that something was delivered."""
    sky.world.block(sky.account, USER)

    assert (await sky.push()).outcome is Outcome.ACCEPTED
    assert sky.shown == 0


@pytest.mark.parametrize(
    ("fault", "expected", "arrives"),
    [
        ("error_before", (Outcome.TRANSIENT, "http_500"), False),
        ("error_after", (Outcome.TRANSIENT, "http_500"), True),
        ("silence_before", (Outcome.UNKNOWN, "timeout"), False),
        ("silence_after", (Outcome.UNKNOWN, "timeout"), True),
        ("drip_before", (Outcome.UNKNOWN, "timeout"), False),
        ("drip_after", (Outcome.UNKNOWN, "timeout"), True),
        ("reset_before", (Outcome.UNKNOWN, "connection_lost"), False),
        ("reset_after", (Outcome.UNKNOWN, "connection_lost"), True),
        ("rate_limit", (Outcome.TRANSIENT, "rate"), False),
        ("concurrency_limit", (Outcome.TRANSIENT, "concurrency"), False),
        ("same_user_limit", (Outcome.TRANSIENT, "same_user"), False),
        ("monthly_limit", (Outcome.TRANSIENT, "quota"), False),
    ],
)
async def test_every_failure_has_its_outcome_and_a_retry_is_safe(
    sky: Sky, fault: str, expected: tuple[Outcome, str], arrives: bool
) -> None:
    """Whatever went wrong, the same key again ends with one message, and nothing is raised."""
    sky.world.faults.add(fault)
    async with asyncio.timeout(5):
        sent = await sky.push()

    assert (sent.outcome, sent.reason) == expected
    assert sky.shown == int(arrives)
    assert sent.quota_spent is (fault == "monthly_limit")
    assert bool(sent.retry_after) is (
        fault in {"rate_limit", "concurrency_limit", "same_user_limit"}
    )

    assert (await sky.push()).outcome is Outcome.ACCEPTED
    assert sky.shown == 1


async def test_the_months_quota_stops_pushes_and_not_answers() -> None:
    """Answers are free."""
    async with opened(quota=1) as sky:
        await sky.push()
        spent = await sky.push(OTHER_KEY)

        assert (spent.outcome, spent.quota_spent) == (Outcome.TRANSIENT, True)
        assert (await sky.reply()).outcome is Outcome.ACCEPTED
        assert await sky.channel.quota("TT") == Quota(limit=1, used=1)


@pytest.mark.parametrize("fault", ["error_before", "reset_before"])
async def test_a_month_that_cannot_be_read_is_not_known(sky: Sky, fault: str) -> None:
    """Whatever LINE answers; it is asked again later, and nothing breaks."""
    sky.world.faults.add(fault, path="/quota", times=9)
    assert await sky.channel.quota("TT") is None


async def test_a_plan_without_a_limit_says_so() -> None:
    """What is used of it is known all the same."""
    async with opened(quota=None) as sky:
        await sky.push()
        assert await sky.channel.quota("TT") == Quota(limit=None, used=1)


async def test_a_person_who_does_not_exist_is_a_permanent_failure(sky: Sky) -> None:
    """Trying again would change nothing."""
    sent = await sky.push(address="U" + "9" * 32)

    assert (sent.outcome, sent.reason) == (Outcome.PERMANENT, "no_such_person")


async def test_wrong_credentials_are_a_permanent_failure(sky: Sky) -> None:
    """Somebody has to look at them."""
    sky.credentials = LineCredentials("secret", "revoked")
    sent = await sky.push()

    assert (sent.outcome, sent.status, sent.reason) == (Outcome.PERMANENT, 401, "credentials")


async def test_credentials_may_change_between_calls(sky: Sky) -> None:
    """The next call signs in with the token of that moment."""
    sky.credentials = LineCredentials("secret", "revoked")
    await sky.push()
    sky.credentials = LineCredentials("secret", "token")

    assert (await sky.push()).outcome is Outcome.ACCEPTED


def test_credentials_are_not_printed() -> None:
    """A log that shows the object shows neither secret nor token."""
    assert "hidden" not in repr(LineCredentials("hidden", "hidden"))


async def test_a_server_that_is_not_there_has_not_accepted_anything() -> None:
    """The call never left, so this is no unknown."""
    channel = LineChannel(
        lambda _code: LineCredentials("secret", "token"), api_url="http://127.0.0.1:1", limit=2
    )
    sent = await channel.send("TT", USER, b"[]", KEY)
    await channel.aclose()

    assert (sent.outcome, sent.reason) == (Outcome.TRANSIENT, "connect")


async def test_a_reply_token_works_once(sky: Sky) -> None:
    """The second answer is refused, for good."""
    token = sky.world.issue_reply_token(sky.account, USER)
    first = await sky.channel.reply("TT", token, sky.body)
    second = await sky.channel.reply("TT", token, sky.body)

    assert first.outcome is Outcome.ACCEPTED
    assert (second.outcome, second.reason) == (Outcome.PERMANENT, "reply_token")
    assert sky.shown == 1


async def test_a_profile_is_read_where_line_gives_one(sky: Sky) -> None:
    """Unknown and blocked look the same."""
    assert await sky.channel.profile("TT", USER) == Profile("小美", "zh-Hant")
    sky.world.block(sky.account, USER)
    assert await sky.channel.profile("TT", USER) is None


def test_two_answers_become_one_as_far_as_both_fit() -> None:
    """The answer to the tap is whole; of what was kept the newest stays."""
    channel = LineChannel(lambda _code: LineCredentials("", ""))

    def texts(*names: str) -> bytes:
        return orjson.dumps([{"type": "text", "text": name} for name in names])

    joined = channel.joined(texts("a", "b", "c"), texts("1", "2", "3"))

    assert joined == texts("b", "c", "1", "2", "3")
    assert channel.joined(texts("a"), texts(*"12345")) == texts(*"12345")


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected"),
    [
        (202, {}, b"", Sent(Outcome.ACCEPTED, 202)),
        (409, {}, b"", Sent(Outcome.PERMANENT, 409, reason="conflict")),
        (413, {}, b"", Sent(Outcome.PERMANENT, 413, reason="http_413")),
        (403, {}, b"", Sent(Outcome.PERMANENT, 403, reason="credentials")),
        (302, {}, b"", Sent(Outcome.PERMANENT, 302, reason="http_302")),
        (503, {}, b"<html>", Sent(Outcome.TRANSIENT, 503, reason="http_503")),
        (504, {}, b"<html>", Sent(Outcome.UNKNOWN, 504, reason="http_504")),
        (
            429,
            {"retry-after": "7"},
            b"\xff",
            Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=timedelta(seconds=7)),
        ),
        (
            429,
            {"retry-after": "９９９"},
            b"",
            Sent(
                Outcome.TRANSIENT,
                429,
                reason="rate",
                retry_after=timedelta(seconds=1),
                is_guessed=True,
            ),
        ),
        (
            429,
            {"retry-after": "9" * 30},
            b"",
            Sent(Outcome.TRANSIENT, 429, reason="rate", retry_after=timedelta(hours=1)),
        ),
    ],
)
def test_rare_answers_have_their_outcome_too(
    status: int, headers: dict[str, str], body: bytes, expected: Sent
) -> None:
    """Gateways, odd headers and bodies that are no text."""
    assert outcome(status, headers, body) == expected


async def test_menus_are_created_when_first_needed_and_switched_for_each_person(sky: Sky) -> None:
    """A language that nobody chose costs no creation; a second process finds what is there."""
    first = await sky.channel.menu_id("TT", Duty.PUPIL, "zh_Hant_TW")
    english = await sky.channel.menu_id("TT", Duty.PUPIL, "en")
    async with sky.another_channel() as other:
        again = await other.menu_id("TT", Duty.PUPIL, "zh_Hant_TW")

    assert first == again != english
    assert list(sky.account.rich_menus) == [first, english]

    await sky.channel.link_menu("TT", USER, english)
    shown = sky.account.rich_menu_of(sky.world.chat(sky.account, USER))

    assert shown is not None
    assert shown.rich_menu_id == english
    assert "My overview" in {area["action"]["label"] for area in shown.body["areas"]}


async def test_a_menu_is_made_once_however_many_need_it_at_once(sky: Sky) -> None:
    """LINE allows 100 creations an hour."""
    ids = await asyncio.gather(*(sky.channel.menu_id("TT", GUEST, "en") for _ in range(5)))

    assert list(sky.account.rich_menus) == [*set(ids)]


async def test_a_changed_menu_is_a_new_one_and_the_one_before_it_stays(
    sky: Sky, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LINE's menus cannot be changed, and whoever wears the old one must not be left without."""

    def renamed(name: str) -> None:
        menu = drawn_menu(GUEST, MSGIDS)
        other = Menu(name, {**menu.request, "name": name}, menu.picture)
        monkeypatch.setattr("bot.line.richmenu.drawn_menu", lambda *_: other)

    renamed(f"{PREFIX}{GUEST}/en/an-older-picture")
    before = await sky.channel.menu_id("TT", GUEST, "en")
    monkeypatch.setattr("bot.line.richmenu.drawn_menu", drawn_menu)
    after = await sky.channel.menu_id("TT", GUEST, "en")

    assert before != after
    assert set(sky.account.rich_menus) == {before, after}


async def test_a_chat_is_dressed_or_it_is_said_that_it_is_not(sky: Sky) -> None:
    """What fails is tried again with the next tap."""
    sky.world.faults.add("error_before", path="/link")
    sky.world.faults.add("error_before", path="/user/")

    assert await sky.channel.dress("TT", USER, GUEST, "en") is False
    sky.world.faults.clear()
    assert await sky.channel.dress("TT", USER, GUEST, "en") is True


def test_a_menus_picture_is_small_enough_and_its_areas_speak() -> None:
    """At most 1 MB, areas inside the picture, a label for screen readers on each."""
    for duty in AREAS:
        menu = drawn_menu(duty, MSGIDS)
        size = menu.request["size"]
        assert len(menu.picture) <= 1_000_000
        assert menu.name.startswith(PREFIX)
        assert sum(
            area["bounds"]["width"] * area["bounds"]["height"] for area in menu.request["areas"]
        ) == (size["width"] * size["height"])
        assert all(area["action"]["label"] for area in menu.request["areas"])
