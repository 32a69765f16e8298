"""Through the real webhook: a restored bot answers taps and sends nothing by itself (B5)."""

from models.queries import holds
from models.queries.holds import Hold
from models.queries.in_doubt import Telling
from models.tables import Notice
from models.vocabulary import NoticeState, Silence
from scheduler.releasing import release
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import Place
from tests.support.settled import Settled
from tests.support.stage import Stage, playing, rows

EVENING = taipei(2024, 10, 8, 20)
MORNING = taipei(2024, 10, 9, 7, 30)
NOON = taipei(2024, 10, 9, 12)
AFTERNOON = taipei(2024, 10, 9, 16)
SECOND = "這次可能是第二次"


async def restore(stage: Stage, kept: Settled) -> Hold:
    """Put back what the database held, and put on the hold."""
    async with stage.installation.store.writing() as session:
        await kept.put_back(session)
        hold = Hold(stage.clock.now(), "", "ops", restored=True)
        return await holds.put_on(session, hold, via="terminal")


async def test_nothing_leaves_before_the_release_and_nothing_unasked_twice(
    light_place: Place,
) -> None:
    """The morning's call comes once more with a word that it is; 小美 taps meanwhile as ever."""
    async with playing(light_place, EVENING) as stage:
        mei = stage.of("小美")
        await stage.add(cast.statement, of="小美")
        async with stage.installation.store.reading() as session:
            kept = await Settled.of(session)
        await stage.passes_to(MORNING)
        everybody = {name: stage.accepted_for(name) for name in stage.cast.accounts}
        assert everybody["小美"] == 1

        stage.clock.at = NOON
        held = await restore(stage, kept)
        await stage.passes_to(AFTERNOON)
        assert {name: stage.accepted_for(name) for name in everybody} == everybody
        await mei.types("收訖")
        await mei.sees("資料正確無誤")
        answered = stage.accepted_for("小美")

        store = stage.installation.store
        await release(store, held, Telling.REQUIRED, "ops", stage.clock.now(), via="terminal")
        await mei.looks_away()
        await stage.ticks()

        await mei.sees("收訖明細", SECOND)
        assert stage.accepted_for("小美") == answered + 1
        told = [row for row in await rows(stage, Notice) if row.state is NoticeState.TOLD]
        assert all(row.required for row in told)
        assert Silence.UNKNOWN in {row.silence for row in await rows(stage, Notice)}
