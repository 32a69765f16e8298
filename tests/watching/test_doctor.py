"""`bot doctor` finds what is wrong with an installation, and says what to do about it."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from linebot.v3.messaging import RichMenuRequest
from sqlmodel import col

from bot import machine
from bot.checking import Check
from bot.cli import bot
from bot.doctoring import INSTALLATION, examine
from bot.i18n import words
from bot.line.checking import outdated
from bot.line.richmenu import PREFIX, drawn_menu
from bot.settings import Settings, load
from models.queries import backups, heartbeats, holds
from models.queries.holds import Hold
from models.tables import ChannelCredential, InboundEvent, Setting
from scheduler.jobs import JOBS
from tests.support.places import LINE, Place
from tests.support.stage import KEY, MONDAY, HandClock, Stage, playing

HEARD = "http://127.0.0.1:9/beat"
"""Where nobody listens: the doctor does not beat."""


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """Give a school on LINE at which everything is as it should be."""
    async with playing(Place(LINE, sqlite_url)) as stage:
        async with stage.installation.store.writing() as session:
            for job in JOBS:
                await heartbeats.beat(session, job, MONDAY)
            await backups.note_made(session, MONDAY - timedelta(hours=9))
        yield stage


async def wrong(stage: Stage, **other: Any) -> str:
    """Return what is wrong but for the clock: the school's stands still, the simulator's runs."""
    settings = stage.installation.settings.model_copy(update={"heartbeat_url": HEARD, **other})
    found = [each async for each in examine(settings, stage.clock, words())]
    assert {each.about for each in found} <= {INSTALLATION, stage.cast.school.code}
    return "\n".join(
        each.check.said for each in found if not each.check.well and "時鐘" not in each.check.said
    )


async def test_a_sound_installation_has_nothing_to_mend(stage: Stage) -> None:
    """Every line is well: the file, the key, the worker, the webhook, the backup."""
    assert await wrong(stage) == ""


async def test_what_is_wrong_inside_is_said_with_what_to_do(stage: Stage) -> None:
    """Each by itself: the worker, a message that waits, a hold, the backup, the key, and so on."""
    store, code = stage.installation.store, stage.cast.school.code
    assert "BOT_HEARTBEAT_URL" in await wrong(stage, heartbeat_url="")
    assert "BOT_SECRET_KEY" in await wrong(stage, secret_key=load(secret_key="x" * 32).secret_key)
    nobody = "http://127.0.0.1:9"
    assert f"網站 {nobody} 沒有回應" in await wrong(stage, web_url=nobody)
    assert await wrong(stage, web_url=stage.bot) == ""
    unreachable = await wrong(stage, line_api_url=nobody)
    assert f"連不上 LINE（{nobody}）" in unreachable
    assert "稽核紀錄" in await wrong(stage, audit_anchors="/no/such/folder/anchors")

    stage.clock.at += timedelta(minutes=2)
    assert "停住的有：plan, dispatch, sweep, seal" in await wrong(stage)
    stage.clock.at -= timedelta(minutes=2)
    async with store.writing() as session:
        session.add(_waiting(stage))
    assert "沒有回覆" in await wrong(stage)
    async with store.writing() as session:
        await session.execute(sa.delete(InboundEvent))
        await holds.put_on(session, Hold(MONDAY, "a drill", "somebody"), via="test")
    assert "bot release" in await wrong(stage)
    async with store.writing() as session:
        await session.execute(sa.delete(Setting).where(col(Setting.key) == "hold"))
        await backups.note_made(session, MONDAY - timedelta(hours=37))
    assert "最新的備份" in await wrong(stage)
    assert code not in await wrong(stage)


def _waiting(stage: Stage) -> InboundEvent:
    at = MONDAY - timedelta(minutes=5)
    return InboundEvent(
        school_id=stage.cast.school.id,
        channel=LINE,
        event_key="E",
        received_at=at,
        happened_at=at,
        raw=b"{}",
    )


async def test_what_is_wrong_at_line_is_said_with_what_to_do(stage: Stage) -> None:
    """A token that LINE does not take; menus of another build are worn until the next tap."""
    await stage.of("小美").types("總覽")
    assert await wrong(stage) == ""
    api = stage.installation.line.api(stage.cast.school.code)
    (menu,) = (await api.get_rich_menu_list()).richmenus
    assert menu.name == drawn_menu("pupil", words()).name
    older = dict(drawn_menu("pupil", words()).request, name=f"{PREFIX}pupil/zh_Hant_TW/older")
    await api.create_rich_menu(RichMenuRequest.from_dict(older))
    assert await wrong(stage) == ""

    async with stage.installation.store.writing() as session:
        token = stage.installation.vault.seal("a token that was taken back")
        await session.execute(sa.update(ChannelCredential).values(token=token))
    assert "HTTP 401" in await wrong(stage)


@pytest.mark.parametrize(
    ("names", "old"),
    [
        ([], set()),
        ([drawn_menu("guest", words()).name], set()),
        ([f"{PREFIX}guest/zh_Hant_TW/0"], {f"{PREFIX}guest/zh_Hant_TW/0"}),
        ([f"{PREFIX}guest/0"], {f"{PREFIX}guest/0"}),
        ([f"{PREFIX}cook/en/0", drawn_menu("guest", words("en")).name], {f"{PREFIX}cook/en/0"}),
    ],
)
def test_menus_of_another_build_are_known_by_their_names(names: list[str], old: set[str]) -> None:
    """Also those from before languages, and of duties that there are no more."""
    assert outdated(names) == old


@pytest.mark.parametrize(
    ("theirs", "well", "said"),
    [
        (MONDAY, True, "時間一致"),
        (MONDAY - timedelta(seconds=30), True, "時間一致"),
        (MONDAY + timedelta(seconds=31), False, "差了 31 秒"),
        (MONDAY - timedelta(hours=1), False, "差了 3600 秒"),
        (None, True, "有回應"),
    ],
)
def test_the_clock_is_held_against_the_date_of_an_answer(
    theirs: datetime | None, well: bool, said: str
) -> None:
    """Half a minute is let pass; a proxy without a date says nothing about the clock."""
    date = format_datetime(theirs) if theirs else ""
    check = machine.agreeing("LINE", date, MONDAY, words())
    assert (check.well, said in check.said) == (well, True)


async def found(settings: Settings) -> list[Check]:
    """Return what is said of an installation of which nothing but the database is of interest."""
    return [each.check async for each in examine(settings, HandClock(MONDAY), words())]


async def test_without_a_database_the_rest_is_still_looked_at(tmp_path: Path) -> None:
    """No file yet, a server that is not there, and a database of an earlier build."""
    empty = tmp_path / "empty.db"
    empty.touch()
    nobody = {"line_api_url": "http://127.0.0.1:9", "telegram_api_url": "http://127.0.0.1:9"}
    cases = {
        f"sqlite:///{tmp_path}/none.db": "還沒有資料庫",
        "postgresql://bell:geheim@127.0.0.1:9/bell": "沒有回應",
        f"sqlite:///{empty}": "最新的結構",
    }
    for url, said in cases.items():
        checks = await found(load(secret_key=KEY, database_url=url, **nobody))
        assert any(said in each.said and not each.well for each in checks), url
        assert any("時區" in each.said and each.well for each in checks)
        assert "geheim" not in str(checks)
    assert not (tmp_path / "none.db").exists()


def test_wrong_settings_are_findings_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """In lines and as data, with exit code 1, since nothing else can be looked at."""
    monkeypatch.setenv("BOT_METRICS_PORT", "many")
    monkeypatch.setenv("BOT_ALARM_URL", "somewhere")
    said = CliRunner().invoke(bot, ["doctor"])
    assert (said.exit_code, said.output.count("✗ BOT_")) == (1, 3)

    as_data = json.loads(CliRunner().invoke(bot, ["doctor", "--format", "json"]).output)
    assert as_data["well"] is False
    assert {each["said"].partition("：")[0] for each in as_data["checks"]} == {
        "BOT_SECRET_KEY",
        "BOT_METRICS_PORT",
        "BOT_ALARM_URL",
    }
