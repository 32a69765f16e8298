"""`bot backup`, `restore`, `hold` and `release`, as they are typed."""

import asyncio
import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from bot.cli import bot
from models.queries import backups
from models.store import Store
from tests.backups.house import House

SECRET = "a secret key that only the tests use"
Typed = Callable[..., Result]


@pytest.fixture
def typed(house: House, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Give what types a command on the installation."""
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{house.database}")
    monkeypatch.setenv("BOT_SECRET_KEY", SECRET)
    monkeypatch.setenv("BOT_LANGUAGE", "en")
    return lambda *words: CliRunner().invoke(bot, words)


def test_a_backup_is_made_verified_restored_and_released(typed: Typed, house: House) -> None:
    """Each says what to do next; nothing is asked where nobody could answer."""
    said = typed("backup", "--to", str(house.folder / "backups"), "--format", "json")
    made = json.loads(said.stdout)
    assert "1 schools, 9 people" in typed("restore", made["file"], "--check").stdout

    refused = typed("restore", made["file"])
    assert refused.exit_code == 2
    assert "give --yes" in refused.output
    done = typed("restore", made["file"], "--yes")
    assert "Kept: bell.db is now bell.db.before-restore-" in done.output
    assert "Nothing is sent until you run `bot release`" in done.output

    assert typed("release").exit_code == 2
    assert "In doubt" in typed("release", "--yes").output
    assert "Nothing is on hold here." in typed("release").output


def test_a_hold_has_a_reason_and_says_whom_it_concerns(typed: Typed) -> None:
    """One of the installation and one of a school are released one by one."""
    assert typed("hold", "--reason", " ").exit_code == 2
    assert typed("hold", "--restored", "--school", "060402", "--reason", "x").exit_code == 2
    assert "Taps are answered" in typed("hold", "--reason", "搬機器").output
    assert typed("hold", "--school", "060402", "--reason", "期程要改").exit_code == 0

    released = typed("release").output
    assert "搬機器" in released
    assert "On hold still: `bot release --school 060402`." in released
    assert "期程要改" in typed("release", "--school", "060402").output


def test_what_other_tools_backed_up_can_be_noted(typed: Typed, house: House) -> None:
    """So `bot doctor` knows of a `pg_dump`; no file is made."""
    assert typed("backup", "--made-elsewhere").exit_code == 0
    assert not (house.folder / "backups").exists()

    async def noted() -> object:
        store = Store(house.url)
        async with store.reading() as session:
            found = await backups.last_backed_up_at(session)
        await store.close()
        return found

    assert asyncio.run(noted()) is not None


def test_on_postgresql_the_tools_are_named(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither command pretends: both say what to run instead."""
    monkeypatch.setenv("BOT_DATABASE_URL", "postgresql://bell@localhost/bell")
    for words in (("backup", "--to", "x"), ("restore", __file__)):
        said = typed(*words)
        assert (said.exit_code, "pg_dump --format=custom" in said.output) == (2, True)
