"""Retry keys: a repeated push is accepted once, and careless use is noted."""

import pytest
from linebot.v3.messaging import ApiException, ErrorResponse, PushMessageRequest, TextMessage

from tests.simulator.line import WANG, Line

KEY = "123e4567-e89b-12d3-a456-426614174000"


async def test_the_same_key_is_accepted_once(line: Line) -> None:
    """The SDK sees 409 with the id of the accepted request and the messages it made."""
    request = PushMessageRequest(to=WANG, messages=[TextMessage(text="一次")])
    first = await line.api.push_message_with_http_info(request, x_line_retry_key=KEY)
    with pytest.raises(ApiException) as repeated:
        await line.api.push_message(request, x_line_retry_key=KEY)
    assert repeated.value.status == 409
    accepted_id = repeated.value.headers["x-line-accepted-request-id"]
    assert accepted_id == first.headers["x-line-request-id"]
    body = ErrorResponse.from_json(repeated.value.body)
    assert body.message == "The retry key is already accepted"
    assert [each.id for each in body.sent_messages] == [
        each.id for each in first.data.sent_messages
    ]
    assert len(line.world.accepted) == len((await line.look())["messages"]) == 1
    assert line.world.violations == []


async def test_a_key_that_is_no_uuid_is_refused(line: Line) -> None:
    """400, and nothing is sent."""
    assert (await line.push("a", key="no-uuid"))[0] == 400
    assert line.world.accepted == []


async def test_another_body_under_the_same_key_is_a_conflict_and_a_violation(line: Line) -> None:
    """LINE answers 409; the world remembers who was careless."""
    await line.push("a", key=KEY)
    assert (await line.push("b", key=KEY))[0] == 409
    assert [each.kind for each in line.world.violations] == ["retry key reused with another body"]
    assert (await line.call("GET", "/phone/violations"))[1][0]["detail"] == KEY


async def test_a_key_is_forgotten_after_24_hours(line: Line) -> None:
    """The same request is then a new one: a duplicate, which a careful client avoids."""
    await line.push("a", key=KEY)
    line.clock.forward(hours=23)
    assert (await line.push("a", key=KEY))[0] == 409
    assert line.world.violations == []
    line.clock.forward(minutes=59)
    assert (await line.push("a", key=KEY))[0] == 409
    line.clock.forward(minutes=1)
    assert (await line.push("a", key=KEY))[0] == 200
    assert len(line.world.accepted) == 2
    assert {each.kind for each in line.world.violations} == {
        "retry key used more than 23 hours after its first try"
    }


async def test_the_first_try_counts_although_it_failed(line: Line) -> None:
    """A key that met a 500 grows old from that try on."""
    await line.fault(kind="error_before")
    assert (await line.push("a", key=KEY))[0] == 500
    line.clock.forward(hours=23, seconds=1)
    assert (await line.push("a", key=KEY))[0] == 200
    assert len(line.world.violations) == 1


async def test_a_refused_request_may_be_sent_again_under_its_key(line: Line) -> None:
    """Only what was accepted is a conflict."""
    line.account.quota = 0
    assert (await line.push("a", key=KEY))[0] == 429
    line.account.quota = 1
    assert (await line.push("a", key=KEY))[0] == 200


async def test_multicast_honours_retry_keys(line: Line) -> None:
    """The repeated multicast reaches nobody twice."""
    body = {"to": [WANG], "messages": [{"type": "text", "text": "a"}]}
    statuses = []
    for _ in range(2):
        answer = await line.call(
            "POST", "/v2/bot/message/multicast", body, **{"x-line-retry-key": KEY}
        )
        statuses.append(answer[0])
    assert statuses == [200, 409]
    assert len(line.world.accepted) == 1
