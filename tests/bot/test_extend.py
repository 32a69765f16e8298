"""`bot extend`: one pupil gets more time; a mistake is said in one line and writes nothing."""

import asyncio
import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from bot.clock import SystemClock
from bot.commands.extend import command
from models import migrations
from models.store import Store
from models.tables import AuditEntry, Extension, Notice
from models.vocabulary import NoticeKind
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
