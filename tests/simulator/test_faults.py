"""Faults on demand: every way an API call can go wrong, and the same again from the same seed."""

import asyncio

import aiohttp
import pytest
from linebot.v3.messaging import ApiException, PushMessageRequest, TextMessage

from bot.simulator.faults import API_KINDS, Faults
from tests.simulator.line import WANG, Line

REQUEST = PushMessageRequest(to=WANG, messages=[TextMessage(text="a")])
KEY = "123e4567-e89b-12d3-a456-426614174000"


@pytest.mark.parametrize(("kind", "accepted"), [("error_before", 0), ("error_after", 1)])
async def test_a_server_error_comes_before_or_after_acceptance(
    line: Line, kind: str, accepted: int
) -> None:
    """500 either way, with a page instead of JSON; only the ledger knows which."""
    await line.fault(kind=kind)
    with pytest.raises(ApiException) as failed:
        await line.api.push_message(REQUEST)
    assert failed.value.status == 500
    assert "html" in failed.value.headers["content-type"]
    assert len(line.world.accepted) == accepted


@pytest.mark.parametrize(
    ("kind", "accepted"),
    [("silence_before", 0), ("silence_after", 1), ("drip_before", 0), ("drip_after", 1)],
)
async def test_a_call_can_run_into_its_time_out(line: Line, kind: str, accepted: int) -> None:
    """No answer at all, or one that never ends."""
    await line.fault(kind=kind)
    with pytest.raises(TimeoutError):
        await line.api.push_message(REQUEST, _request_timeout=0.3)
    assert len(line.world.accepted) == accepted


@pytest.mark.parametrize(("kind", "accepted"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_connection_can_be_reset(line: Line, kind: str, accepted: int) -> None:
    """The client sees a broken connection; afterwards LINE works as before."""
    await line.fault(kind=kind)
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await line.api.push_message(REQUEST)
    assert len(line.world.accepted) == accepted
    await line.api.push_message(REQUEST)


async def test_an_answer_lost_after_acceptance_is_found_by_its_retry_key(line: Line) -> None:
    """The retry meets 409, and the person has one message."""
    await line.fault(kind="reset_after")
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await line.api.push_message(REQUEST, x_line_retry_key=KEY)
    with pytest.raises(ApiException) as repeated:
        await line.api.push_message(REQUEST, x_line_retry_key=KEY)
    assert repeated.value.status == 409
    assert len((await line.look())["messages"]) == 1


async def test_the_four_limits_are_told_apart_by_their_sentences(line: Line) -> None:
    """All are 429 and accept nothing."""
    sentences = set()
    for kind in ("rate_limit", "concurrency_limit", "monthly_limit", "same_user_limit"):
        await line.fault(kind=kind)
        status, body, _ = await line.push("a")
        assert status == 429
        sentences.add(body["message"])
    assert len(sentences) == 4
    assert "You have reached your monthly limit." in sentences
    assert line.world.accepted == []


async def test_a_slow_call_is_answered_in_the_end(line: Line) -> None:
    """A client with less patience gives up, one with more gets its answer."""
    await line.fault(kind="slow", milliseconds=60_000)
    with pytest.raises(TimeoutError):
        await line.api.push_message(REQUEST, _request_timeout=0.1)
    await line.fault(kind="slow", milliseconds=1)
    await line.api.push_message(REQUEST)


async def test_a_fault_can_be_confined_to_one_path(line: Line) -> None:
    """Pushes fail while profiles are answered."""
    await line.fault(kind="error_before", path="/push", times=2)
    await line.api.get_profile(WANG)
    assert [(await line.push("a"))[0] for _ in range(3)] == [500, 500, 200]


async def test_faults_are_listed_and_cleared(line: Line) -> None:
    """What is in force can be read; clearing ends it."""
    await line.fault(kind="error_before", rate=1.0)
    assert (await line.push("a"))[0] == 500
    _, told, _ = await line.call("GET", "/phone/faults")
    assert [plan["kind"] for plan in told["faults"]] == ["error_before"]
    assert told["struck"] == ["error_before"]
    assert (await line.call("DELETE", "/faults"))[1]["faults"] == []
    assert (await line.push("a"))[0] == 200


@pytest.mark.parametrize(
    "plan",
    [{"kind": "gremlins"}, {"kind": "slow", "rate": 2}, {"kind": "slow", "odd": 1}, {}, [], 7],
)
async def test_a_fault_that_does_not_exist_is_refused(line: Line, plan: object) -> None:
    """400, and nothing is in force."""
    assert (await line.call("POST", "/faults", plan))[0] == 400
    assert line.world.faults.plans == []


def strikes(faults: Faults) -> list[bool]:
    """Which of fifty calls meet a fault."""
    return [faults.strike_api("POST /v2/bot/message/push") is not None for _ in range(50)]


def test_the_same_seed_brings_the_same_faults() -> None:
    """A run can be repeated exactly; another seed is another run."""
    runs = []
    for seed in (1, 1, 2):
        faults = Faults(seed)
        for kind in API_KINDS:
            faults.add(kind, rate=0.03)
        runs.append((strikes(faults), faults.struck))
    assert runs[0] == runs[1] != runs[2]
    assert 0 < sum(runs[0][0]) < 50


async def test_a_caller_that_goes_away_leaves_nothing_hanging(line: Line) -> None:
    """Twenty silent calls given up at once do not keep the next from being answered."""
    await line.fault(kind="silence_before", times=20)
    calls = [line.api.push_message(REQUEST, _request_timeout=0.2) for _ in range(20)]
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert {type(each) for each in outcomes} == {TimeoutError}
    line.world.faults.clear()  # the SDK's pool is small: some calls never left
    assert (await line.push("a"))[0] == 200
