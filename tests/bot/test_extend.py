"""`bot extend`: one pupil gets more time; a mistake is said in one line and writes nothing."""

import asyncio
import json
from datetime import datetime

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlmodel import col

from bot.clock import SystemClock
from bot.commands.extend import command
from models import migrations
from models.store import Store
from models.tables import AuditEntry, Extension, Notice, School, Window
from models.vocabulary import NoticeKind, Stage
from tests.support.cast import settle, taipei

TYPED = {
    "--pupil": "000000",
    "--window": "113-1/upload",
    "--until": "114/2/10",
    "--reason": "公假",
}


@pytest.fixture
def school(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a database with the small school, on a day in January 2025."""
    migrations.upgrade(sqlite_url)
    asyncio.run(_settle(sqlite_url))
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BOT_SECRET_KEY", "a secret key that only the tests use")
    monkeypatch.setattr(SystemClock, "now", lambda _self: taipei(2025, 1, 20, 9))
    return sqlite_url


def extend(**changed: str) -> Result:
    """Call the command as it is typed, with other words in some places."""
    words = TYPED | {f"--{name}": text for name, text in changed.items()}
    return CliRunner().invoke(command, [part for pair in words.items() for part in pair])


def test_a_pupil_gets_more_time_on_record(school: str) -> None:
    """The row, the audit with its reason, and a notice with the old date; called again it moves."""
    done = extend(format="json")
    again = extend(until="2025-02-12")

    assert done.exit_code == again.exit_code == 0, done.output + again.output
    said = json.loads(done.output)
    assert said["closes_at"] == taipei(2025, 2, 11).isoformat()
    assert said["closed_at"] == taipei(2025, 2, 4).isoformat()
    extensions, entries, notices = asyncio.run(_written(school))
    assert [(row.closes_at, row.reason) for row in extensions] == [(taipei(2025, 2, 13), "公假")]
    assert [row.deed for row in entries] == ["extended deadline"] * 2
    assert [row.kind for row in notices] == [NoticeKind.DEADLINE_EXTENDED] * 2
    assert notices[1].facts["closed_at"] == taipei(2025, 2, 11).isoformat()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pupil": "12"}, "12"),
        ({"pupil": "000003"}, "000003"),
        ({"window": "113-1/uploads"}, "113-1/upload"),
        ({"window": "113-1/submission"}, "113-1/upload"),
        ({"until": "114/2/3"}, "114/2/3"),
        ({"until": "114/2/30"}, "114/2/30"),
        ({"until": "明天"}, "明天"),
        ({"reason": " "}, "--reason"),
        ({"school": "999999"}, "060402"),
    ],
)
def test_a_mistake_is_said_in_a_line_and_writes_nothing(
    school: str, changed: dict[str, str], said: str
) -> None:
    """An unknown number, a teacher's number, no such window, no more time, no day, no reason."""
    refused = extend(**changed)

    assert refused.exit_code == 2
    assert said in refused.output
    assert "Traceback" not in refused.output
    assert asyncio.run(_written(school)) == ([], [], [])


def test_the_new_day_ends_at_the_hour_of_the_window(school: str) -> None:
    """A window that closes at 17:00 closes then on the pupil's own day too."""
    asyncio.run(_change(school, closes_at=taipei(2025, 2, 3, 17)))
    done = extend(format="json")
    assert json.loads(done.output)["closes_at"] == taipei(2025, 2, 10, 17).isoformat()


def test_the_school_s_rules_say_how_late_it_may_be(school: str) -> None:
    """Without a day the latest one is granted; a later one is refused with its clause."""
    silent = extend(until="")
    assert (silent.exit_code, "--until" in silent.output) == (2, True)
    asyncio.run(_change(school, rules=LATE))
    late = extend(until="114/2/11")
    assert (late.exit_code, "114/2/10" in late.output, "第八點" in late.output) == (2, True, True)
    assert asyncio.run(_written(school)) == ([], [], [])
    done = extend(until="", format="json")
    assert json.loads(done.output)["closes_at"] == taipei(2025, 2, 11).isoformat()


LATE = '[[extensions]]\nstage = "upload"\nschool_days = 6\nclause = "第八點"'


async def _change(url: str, *, rules: str = "", closes_at: datetime | None = None) -> None:
    """Add to the school's rules, or end its upload windows at another instant."""
    store = Store(url)
    async with store.writing() as session:
        school = (await session.execute(sa.select(School))).scalar_one()
        school.rulebook += rules
        if closes_at:
            of_upload = sa.update(Window).where(col(Window.stage) == Stage.UPLOAD)
            await session.execute(of_upload.values(closes_at=closes_at))
    await store.close()


async def _settle(url: str) -> None:
    store = Store(url)
    await settle(store)
    await store.close()


async def _written(
    url: str,
) -> tuple[list[Extension], list[AuditEntry], list[Notice]]:
    store = Store(url)
    async with store.reading() as session:
        extensions = list((await session.execute(sa.select(Extension))).scalars())
        entries = list((await session.execute(sa.select(AuditEntry))).scalars())
        notices = list((await session.execute(sa.select(Notice))).scalars())
        session.expunge_all()
    await store.close()
    return extensions, entries, notices
