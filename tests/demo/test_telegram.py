"""The demonstration on Telegram: a term by taps, joining by the deep link, faults, and a group."""

from typing import Any

import pytest

from handlers.actions import (
    AgreeToLink,
    AskToFinishSelection,
    CertifyList,
    ConfirmReceipt,
    FinishSelection,
    NudgeClass,
    SelectItem,
    ShowListToCertify,
    ShowPending,
    ShowReceipt,
    ShowSelection,
)

from .conftest import ROOTS, Phone, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def switched(visitor: Visitor, role: str) -> Phone:
    """Switch somebody of the cast to Telegram, and wait for the first card."""
    state = await visitor.get("/demo/state")
    person = next(each for each in state["cast"] if each["role"] == role)
    phone, given = await visitor.on_telegram(person["personId"])
    assert (given["linked"], given["code"]) == (True, None)
    await phone.hears()
    return phone


async def test_a_term_goes_by_on_telegram(visitor: Visitor) -> None:
    """Selecting, nudging, certifying, reminding and confirming: taps change the card in place."""
    in_line = await visitor.phone("學生")
    await in_line.hears()
    pupil, teacher, homeroom = [
        await switched(visitor, role) for role in ("學生", "任課教師", "導師")
    ]
    said = len(await pupil.messages())

    await homeroom.taps(NudgeClass)
    await visitor.post("/demo/advance", {"by": "hour"})
    assert "導師請你看一下這件事" in await pupil.hears(after=said)
    await pupil.taps(ShowSelection)
    assert "4／6" in await pupil.taps(SelectItem)
    await pupil.taps(AskToFinishSelection)
    await pupil.taps(FinishSelection)
    await teacher.taps(ShowPending)
    await teacher.taps(ShowListToCertify)
    assert "已認證" in await teacher.taps(CertifyList)
    said = len(await pupil.messages())
    await visitor.post("/demo/advance", {"by": "hour"})
    assert "自動澆水盆栽" in await pupil.hears(after=said)
    state = await visitor.get("/demo/state")
    while not state["now"].startswith("2024-10-09"):
        state = await visitor.post("/demo/advance", {"by": "reminder"})
    assert "草屯公車到站查詢" in await pupil.taps(ShowReceipt)
    assert "已確認" in await pupil.taps(ConfirmReceipt)

    assert len([each for each in await in_line.messages() if each["from"] == "bot"]) == 1
    assert visitor.stage.telegram.violations == []


async def test_a_switch_decides_where_notices_go(visitor: Visitor) -> None:
    """There and back: each reminder arrives once, in the app that was chosen last."""
    line = await visitor.phone("學生")
    await line.hears()
    telegram = await switched(visitor, "學生")
    assert (await visitor.phone("學生")).user_id == telegram.user_id
    person_id = (await visitor.get("/demo/state"))["cast"][0]["personId"]

    back = await visitor.post(f"/demo/people/{person_id}/phone", {"channel": "line"})
    assert back == {"userId": line.user_id, "linked": True, "code": None}
    counts = [len(await phone.messages()) for phone in (line, telegram)]
    for by in ("day", "day", "hour"):  # in the hour what a busy machine let fail is tried again
        await visitor.post("/demo/advance", {"by": by})

    assert [len(await phone.messages()) for phone in (line, telegram)] == [counts[0] + 1, counts[1]]


async def test_somebody_joins_by_the_deep_link_and_lets_go(visitor: Visitor) -> None:
    """Start with the code, the word about data, a yes; whoever let go gets a code and no card."""
    people = await visitor.get("/demo/people?role=%E5%AD%B8%E7%94%9F")
    stranger = next(each for each in people if not each["linked"])

    phone, given = await visitor.on_telegram(stranger["personId"])
    assert "個資告知" in await phone.says("start", {"payload": given["code"]})
    assert "已綁定" in await phone.taps(AgreeToLink)
    view = await visitor.get(phone.path)
    assert "status" in {each["command"] for each in view["commands"]}
    await phone.says("text", {"text": "/unlink"})
    (yes, *_) = (await phone.messages())[-1]["message"]["keyboard"]
    assert "已解除綁定" in await phone.sends(yes[0]["action"]["data"])

    _, again = await visitor.on_telegram(stranger["personId"])
    assert again["linked"] is False
    assert again["code"] != given["code"]


@pytest.mark.parametrize("channel", ["line", "telegram"])
async def test_a_group_is_told_counts_and_no_name(visitor: Visitor, channel: str) -> None:
    """Asked for again it is the same group; whatever is asked in it, nobody is named."""
    given = await visitor.post("/demo/group", {"channel": channel})
    group = Phone(visitor, channel, given["userId"])

    said = await group.hears()
    asks = {"line": "我的班級", "telegram": "/home"}[channel]
    said += await group.says("text", {"text": asks, "by": given["members"][1]["userId"]})

    assert "已決定" in said
    names = [each["name"] for each in given["members"]]
    assert "林小美" in names
    assert not any(name in said for name in names)
    assert await visitor.post("/demo/group", {"channel": channel}) == given


async def test_what_telegram_may_have_lost_is_not_said_again(visitor: Visitor) -> None:
    """Without a retry key an answer that was lost leaves it open; the ledger says so."""
    await switched(visitor, "學生")
    await visitor.post("/demo/faults", {"kind": "500"})
    for _ in range(2):
        await visitor.post("/demo/advance", {"by": "day"})
    await visitor.post("/demo/faults", {"kind": "none"})
    await visitor.post("/demo/advance", {"by": "day"})

    book = await visitor.get("/demo/ledger?limit=500")
    told: dict[str, list[Any]] = {"line": [], "telegram": []}
    for each in book["deliveries"]:
        told[each["channel"]].append(each)
    assert "accepted" in {each["state"] for each in told["line"]}
    assert "unknown" in {each["state"] for each in told["telegram"]}
    assert book["totals"]["unknown"] > 0
    assert all(each["retryKey"] is None for each in told["telegram"])


async def test_only_an_app_that_there_is_can_be_chosen(visitor: Visitor) -> None:
    """Another word is refused; Telegram's bot is named in the state, with its webhook set."""
    assert await visitor.status_of("/demo/group", {"channel": "pigeon"}) == 400
    state = await visitor.get("/demo/state")

    hook = visitor.stage.telegram_bot.hook
    assert f"{ROOTS['telegram']}".endswith(state["telegram"])
    assert hook.url.startswith(f"{visitor.stage.url}/telegram/")
    assert hook.secret
