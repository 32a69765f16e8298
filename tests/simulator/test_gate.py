"""What every endpoint shares: tokens, bodies, rates, and LINE's form of an error."""

import io

import pytest

from bot.simulator.limits import LIMITS, OTHER, TO_ONE_USER, Limit
from tests.simulator.line import CHANNEL, LIN, WANG, Line

PUSH = "/v2/bot/message/push"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic abc"])
async def test_without_the_accounts_token_nothing_is_answered(
    line: Line, authorization: str
) -> None:
    """401 with a message and a request id."""
    status, body, headers = await line.call("POST", PUSH, {}, authorization=authorization)
    assert status == 401
    assert body["message"].startswith("Authentication failed")
    assert headers["x-line-request-id"]


async def test_an_unknown_route_is_not_found(line: Line) -> None:
    """404 in JSON, with a request id; a wrong method is 405."""
    status, body, headers = await line.call("GET", "/v2/bot/nothing")
    assert (status, "message" in body) == (404, True)
    assert headers["x-line-request-id"]
    assert (await line.call("GET", PUSH))[0] == 405


async def test_a_body_over_two_megabytes_is_refused(line: Line) -> None:
    """413."""
    headers = {"content-type": "application/json"}
    largest = b" " * (2 * 1024 * 1024)
    assert (await line.call("POST", PUSH, io.BytesIO(largest), **headers))[0] == 400
    assert (await line.call("POST", PUSH, io.BytesIO(largest + b" "), **headers))[0] == 413


async def test_a_body_that_is_no_json_is_refused(line: Line) -> None:
    """400 for broken JSON or a list, 415 for another content type."""
    as_json = {"content-type": "application/json"}
    assert (await line.call("POST", PUSH, b"{", **as_json))[0] == 400
    assert (await line.call("POST", PUSH, b"[]", **as_json))[0] == 400
    assert (await line.call("POST", PUSH, b"{}", **{"content-type": "text/plain"}))[0] == 415


async def test_two_accounts_are_told_apart_by_their_tokens(line: Line) -> None:
    """Each sees its own name and sends into its own chats."""
    other = line.world.add_account("2", "第二高中", "@second", "s", "t2", line.account.webhook_url)
    line.world.follow(other, WANG)
    _, info, _ = await line.call("GET", "/v2/bot/info", authorization="Bearer t2")
    assert info["displayName"] == "第二高中"
    assert (await line.api.get_bot_info()).display_name == "示範高中"
    body = {"to": WANG, "messages": [{"type": "text", "text": "a"}]}
    await line.call("POST", PUSH, body, authorization="Bearer t2")
    assert (await line.look())["messages"] == []


async def test_calls_over_the_rate_are_refused_and_counted_per_endpoint(line: Line) -> None:
    """The third push in the window is refused, and noted; replies have a window of their own."""
    line.world.rates.limits[f"POST {PUSH}"] = Limit(2, 60)
    assert [(await line.push("a"))[0] for _ in range(2)] == [200, 200]
    assert line.world.violations == []
    status, body, _ = await line.push("a")
    assert status == 429
    assert body["message"] == "The API rate limit has been exceeded. Try again later."
    assert [each.kind for each in line.world.violations] == ["too fast"]
    assert (await line.reply("x", "a"))[0] == 400


async def test_too_many_to_one_person_is_a_429_of_its_own(line: Line) -> None:
    """Somebody else can still be reached."""
    line.world.rates.limits[TO_ONE_USER] = Limit(1, 60)
    assert (await line.push("a"))[0] == 200
    status, body, _ = await line.push("b")
    assert (status, "same user" in body["message"]) == (429, True)
    assert (await line.push("c", to=LIN))[0] == 200


def test_the_limits_are_lines() -> None:
    """2,000 a second, 200 for multicast, 100 for loading, 100 an hour for rich menus."""
    assert LIMITS[OTHER] == Limit(2_000, 1)
    assert LIMITS["POST /v2/bot/message/multicast"] == Limit(200, 1)
    assert LIMITS["POST /v2/bot/chat/loading/start"] == Limit(100, 1)
    assert LIMITS["POST /v2/bot/richmenu"] == Limit(100, 3_600)


async def test_a_profile_is_for_friends_only(line: Line) -> None:
    """Name and language of a friend; 404 for who blocks or is unknown."""
    profile = await line.api.get_profile(WANG)
    assert (profile.display_name, profile.language) == ("王小明", "zh-Hant")
    await line.do("unfollow")
    assert (await line.call("GET", f"/v2/bot/profile/{WANG}"))[:2] == (
        404,
        {"message": "Not found"},
    )
    assert (await line.call("GET", "/v2/bot/profile/Unobody"))[0] == 404


async def test_calls_are_counted_by_path(line: Line) -> None:
    """The meter tells how often each path was called, ids left out."""
    await line.push("a")
    await line.api.get_profile(WANG)
    _, meter, _ = await line.call("GET", f"/phone/{CHANNEL}/meter")
    assert meter["apiCalls"] == {PUSH: 1, "/v2/bot/profile/{user_id}": 1}
