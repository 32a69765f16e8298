"""Getting, renewing and ending one's calendar in a chat, and what the address then shows."""

import pytest
from icalendar import Calendar

from tests.support.places import Place
from tests.support.stage import Stage, playing

HERE = "https://bell.example"


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the installation know under which address it is reached."""
    monkeypatch.setenv("BOT_WEB_URL", HERE)


async def address(stage: Stage, name: str) -> str:
    """Return the path of the calendar that somebody's chat shows last."""
    said = await stage.of(name).text()
    return "/calendar/" + said.rpartition(f"{HERE}/calendar/")[2].split(".ics")[0] + ".ics"


async def fetched(stage: Stage, path: str) -> tuple[int, bytes]:
    """Fetch a calendar as a phone would."""
    async with stage.http.get(stage.bot + path) as answer:
        return answer.status, await answer.read()


@pytest.mark.usefixtures("at_home")
async def test_a_calendar_is_got_renewed_and_ended_in_the_chat(place: Place) -> None:
    """The address works at once; a new one ends it, and ending it is said and holds."""
    async with playing(place) as stage:
        pupil = stage.of("小美")
        await pupil.types("行事曆")
        await pupil.taps("取得我的行事曆")
        await pupil.sees("行事曆", "這一次")
        first = await address(stage, "小美")
        status, body = await fetched(stage, first)
        assert (status, len(Calendar.from_ical(body).events) > 0) == (200, True)

        await pupil.types("行事曆")
        await pupil.taps("換新網址")
        second = await address(stage, "小美")
        assert [(await fetched(stage, each))[0] for each in (first, second)] == [404, 200]

        await pupil.taps("停用網址")
        await pupil.sees("已停用行事曆")
        assert (await fetched(stage, second))[0] == 404
        await pupil.types("行事曆")
        await pupil.sees("取得我的行事曆")
