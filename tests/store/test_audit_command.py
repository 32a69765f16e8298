"""`bot audit verify`: exit code 0 where nothing was changed, 1 and the place where it was."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import anchors
from bot.commands.audit import command
from bot.settings import Settings, load
from bot.vault import Vault
from models.queries import audit
from models.store import Store
from tests.support.cast import settle, taipei

KEY = "a secret key that only the tests use"
Verify = Callable[..., Result]


@pytest.fixture
def verify(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """Give the command, on a database with three sealed entries."""
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.setenv("BOT_AUDIT_ANCHORS", str(tmp_path / "anchors"))
    monkeypatch.setenv("BOT_LANGUAGE", "en")
    asyncio.run(_sealed(load()))
    return lambda *words: CliRunner().invoke(command, ["verify", *words])


async def _sealed(settings: Settings) -> None:
    store = Store(settings.database_url)
    cast = await settle(store)
    async with store.writing() as session:
        for number in range(3):
            await audit.record(
                session, school_id=cast.school.id, at=taipei(2024, 9, 1), deed=f"deed {number}"
            )
    await anchors.Sealer(store, Vault(KEY).audit_key, anchors.place(settings)).tick()
    await store.close()


def test_a_sound_audit_is_said_to_be_sound(verify: Verify, tmp_path: Path) -> None:
    """Exit code 0; the anchors can be read by their owner alone."""
    said = verify()

    assert (said.exit_code, "3 entries sealed" in said.stdout) == (0, True)
    assert json.loads(verify("--format", "json").stdout)["sound"] is True
    assert (tmp_path / "anchors").stat().st_mode & 0o777 == 0o600


def test_a_cut_end_is_named_and_fails(verify: Verify, sqlite_url: str, tmp_path: Path) -> None:
    """By the installation's own file, and by a copy kept elsewhere once that is gone too."""
    elsewhere = tmp_path / "elsewhere.log"
    elsewhere.write_bytes(b"not a line of the log\n" + (tmp_path / "anchors").read_bytes())
    with closing(sqlite3.connect(sqlite_url.partition(":///")[2])) as connection, connection:
        connection.execute("DELETE FROM audit_entry WHERE position = 3")

    said = verify()
    (tmp_path / "anchors").unlink()
    blind = verify()
    seen = verify("--anchors", str(elsewhere), "--format", "json")

    assert [each.exit_code for each in (said, blind, seen)] == [1, 1, 1]
    assert "entries 3 to 3 were there once" in said.stdout
    assert "outside of the database" in blind.stdout
    (school,) = json.loads(seen.stdout)["schools"]
    assert school["flaws"] == [{"kind": "cut", "first": 3, "last": 3}]


def test_the_anchors_lie_beside_a_sqlite_file_unless_they_are_put_elsewhere() -> None:
    """On PostgreSQL there is no such place: the log has them, and a file that is named."""
    places = [
        anchors.place(load(secret_key=KEY, **more))
        for more in (
            {"database_url": "sqlite:///folder/bell.db"},
            {"database_url": "postgresql://host/bell"},
            {"database_url": "postgresql://host/bell", "audit_anchors": "/elsewhere/heads"},
        )
    ]

    assert places == [Path("folder/bell.db.anchors"), None, Path("/elsewhere/heads")]
