"""A log at DEBUG names no pupil, no work, no message and no secret (G3)."""

from models.vocabulary import OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.logbook import logged_at_debug
from tests.support.stage import KEY, SECRET, TOKEN, Stage, playing

TITLE = "外婆的醬油"
TYPED = "我的貓生病了"
MORNING = taipei(2024, 10, 9, 7)


async def a_busy_day(stage: Stage) -> str:
    """Let people join, ask, decide and be told, with faults between; return the joining code."""
    stage.world.faults.add("error_before", path="/reply")
    await stage.of("小美").types(TYPED)
    await stage.of("小美").types("我的進度")
    await stage.of("林老師").types("待認證")
    await stage.of("林老師").taps("看這件")
    await stage.of("林老師").taps("認證")
    await stage.of("張導師").types("班級")
    await stage.of("註冊組").types("全校")
    stranger = await stage.stranger()
    code = await stage.code_for("阿明")
    await stranger.types(code)
    for kind in ("error_after", "silence_before", "rate_limit"):
        stage.world.faults.add(kind, path="/push")
    for hour in (8, 9, 12):
        await stage.passes_to(taipei(2024, 10, 9, hour))
    await stage.of("小美").types("收訖")
    await stage.of("小美").taps("資料正確無誤")
    return code


async def test_a_log_at_its_most_talkative_says_nothing_about_anybody(database_url: str) -> None:
    """Neither our own lines nor those of a library, whatever happens."""
    with logged_at_debug() as log:
        async with playing(database_url, MORNING) as stage:
            await stage.add(cast.outcome, by="小美", title=TITLE, state=OutcomeState.AWAITING)
            await stage.add(cast.statement, of="小美", titles=(TITLE,))
            code = await a_busy_day(stage)
            planted = [*stage.cast.people, TITLE, TYPED, KEY, SECRET, TOKEN, code]
            planted += [stage.cast.school.rulebook[:40]]
            told = len(stage.world.accepted)

    written = log.getvalue()
    assert told > 8
    assert [secret for secret in planted if secret in written] == []
