"""A log at DEBUG names no pupil, no work, no message and no secret (G3)."""

import logging

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from models.store import Store
from models.tables import Placement
from models.vocabulary import OutcomeState
from tests.support import cast, discretion
from tests.support.cast import taipei
from tests.support.logbook import logged_at_debug
from tests.support.places import Place
from tests.support.stage import KEY, Stage, playing

TITLE = "外婆的醬油"
TYPED = "我的貓生病了"
MORNING = taipei(2024, 10, 9, 7)


async def a_busy_day(stage: Stage) -> str:
    """Let people join, ask, decide and be told, with faults between; return the joining code."""
    stage.app.faults.add("error_before", path=stage.app.answers_texts)
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
        stage.app.faults.add(kind, path=stage.app.tells)
    for hour in (8, 9, 12):
        await stage.passes_to(taipei(2024, 10, 9, hour))
    await stage.of("小美").types("收訖")
    await stage.of("小美").taps("資料正確無誤")
    return code


async def test_a_log_at_its_most_talkative_says_nothing_about_anybody(place: Place) -> None:
    """Neither our own lines nor those of a library, whatever happens."""
    with logged_at_debug() as log:
        async with playing(place, MORNING) as stage:
            await stage.add(cast.outcome, by="小美", title=TITLE, state=OutcomeState.AWAITING)
            await stage.add(cast.statement, of="小美", titles=(TITLE,))
            code = await a_busy_day(stage)
            planted = [*stage.cast.people, TITLE, TYPED, KEY, code]
            planted += [stage.app.secret, stage.app.token]
            planted += [stage.cast.school.rulebook[:40]]
            told = sum(map(stage.accepted_for, stage.cast.accounts))

    written = log.getvalue()
    assert told > 8
    assert [secret for secret in planted if secret in written] == []


def say_it_in_a_log(kind: str) -> None:
    """Let a name slip into a log in one of the ways that our code and libraries have."""
    if kind == "structlog":
        structlog.get_logger().info("joined", who="小美")
    elif kind == "traceback":
        try:
            raise KeyError("小美")
        except KeyError:
            logging.getLogger("a.library").exception("it failed")
    else:
        logging.getLogger("a.library").debug("hello %s", "小美")


@pytest.mark.parametrize("kind", ["structlog", "traceback", "debug"])
def test_a_slip_of_the_tongue_is_heard_in_every_test(kind: str) -> None:
    """What tests/support/discretion.py listens with hears each of them, and says only where."""
    say_it_in_a_log(kind)

    heard = discretion.forget()

    assert len(heard) == 1
    assert "小美" not in heard[0]


async def test_an_error_of_the_database_does_not_say_what_it_was_about(database_url: str) -> None:
    """Its text may reach a log or a terminal; the values of the statement stay out of it."""
    store = Store(database_url)
    with pytest.raises(IntegrityError) as refused:
        async with store.writing() as session:
            session.add(Placement(school_id=1, person_id=1, class_id=1, seat=4711_0815))
    await store.close()

    assert "47110815" not in str(refused.value)
