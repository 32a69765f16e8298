"""Names and titles that break weaker bots: no chat app, which validates, refuses one (F4)."""

import pytest
import sqlalchemy as sa

from models.tables import Attempt, Course, CourseOutcome, InboundEvent, Person, ReceiptLine
from models.vocabulary import EventState, OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import Place
from tests.support.stage import Stage, playing, rows

HARD = (
    "<b>&amp;\"'</b>_*[`~](http://x)",
    "\u202e\u200b\u2066名\u2069\u200d\ufeff",
    "{name} %s {0} \\u0000 \\",
    "𠝹" * 40 + "👩‍👩‍👧‍👦" * 5,
    "\u200b",
    "字" * 80,
)
MORNING = taipei(2024, 10, 9, 7)
COMMANDS = {
    "小美": ("首頁", "我的進度", "收訖", "勾選", "期程"),
    "林老師": ("首頁", "待認證", "一次認證"),
    "張導師": ("班級", "首頁"),
    "註冊組": ("全校",),
}
TAPS = {"小美": ("有問題", "看這件"), "林老師": ("看這件", "退回"), "張導師": ("看名單",)}


async def rename_everything(stage: Stage, hard: str) -> None:
    """Give everybody and everything a hard name, as long as the tables take it."""
    async with stage.installation.store.writing() as session:
        await session.execute(sa.update(Person).values(name=hard[:80]))
        await session.execute(sa.update(Course).values(name=hard[:80]))
        await session.execute(sa.update(CourseOutcome).values(title=(hard * 20)[:200]))
        await session.execute(sa.update(ReceiptLine).values(title=(hard * 20)[:200]))


async def talk(stage: Stage, hard: str) -> int:
    """Let everybody type and tap, and type the hard name itself; return how many taps."""
    taps = 0
    for name, commands in COMMANDS.items():
        phone = stage.of(name)
        for command in commands:
            await phone.types(command)
            assert await phone.text() != "", (name, command)
            for label in set(await phone.buttons()) & set(TAPS.get(name, ())):
                await phone.taps(label)
                taps += 1
                assert await phone.text() != "", (name, label)
        await phone.types((hard * 5_000)[:5_000])
    return taps


@pytest.mark.parametrize("hard", HARD, ids=range(len(HARD)))
async def test_a_hard_name_goes_through_a_conversation_and_a_reminder(
    light_place: Place, hard: str
) -> None:
    """Every answer leaves with its token and every reminder is accepted: never a 400."""
    async with playing(light_place, MORNING) as stage:
        for state in (OutcomeState.AWAITING, OutcomeState.UPLOADED):
            await stage.add(cast.outcome, by="小美", state=state)
        await stage.add(cast.statement, of="小美")
        await rename_everything(stage, hard)

        taps = await talk(stage, hard)
        await stage.passes_to(taipei(2024, 10, 9, 8))

        assert taps > 2
        assert {row.state for row in await rows(stage, InboundEvent)} == {EventState.DONE}
        assert {row.status for row in await rows(stage, Attempt)} == {200}
