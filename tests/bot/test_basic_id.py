"""A school's LINE basic ID: given with `bot school add`, kept, and checked for its form."""

import asyncio
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from bot.commands.school import basic_id, command
from models.queries import schools
from models.rulebooks import shipped
from models.store import Store

RULEBOOK = str(shipped()["caotun"])


@pytest.fixture
def url(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a database that the command works on."""
    monkeypatch.setenv("BOT_DATABASE_URL", sqlite_url.replace("+aiosqlite", ""))
    monkeypatch.setenv("BOT_SECRET_KEY", "a secret key that only the tests use")
    monkeypatch.chdir(tmp_path)
    return sqlite_url


def add(*arguments: str) -> Result:
    """Run `bot school add` with credentials."""
    given = ["add", RULEBOOK, "--line-secret", "s", "--line-token", "t", *arguments]
    return CliRunner().invoke(command, given)


def kept(url: str) -> str:
    """Return the basic ID of the school of the rulebook."""

    async def main() -> str:
        store = Store(url)
        try:
            async with store.reading() as session:
                school = await schools.by_code(session, "000001")
                assert school is not None
                return await schools.basic_id(session, school.id, "line")
        finally:
            await store.close()

    return asyncio.run(main())


def test_a_basic_id_is_kept_until_another_is_given(url: str) -> None:
    """A script that leaves it out changes nothing about it."""
    first = add("--line-basic-id", "bell")
    assert first.exit_code == 0, first.output
    assert kept(url) == "@bell"

    assert add().exit_code == 0
    assert kept(url) == "@bell"

    assert add("--line-basic-id", "@123abcde").exit_code == 0
    assert kept(url) == "@123abcde"


def test_what_is_no_basic_id_is_refused(url: str) -> None:
    """With an example of one, and nothing is set up."""
    said = add("--line-basic-id", "https://line.me/x")

    assert said.exit_code == 2
    assert "@123abcde" in said.output


@pytest.mark.parametrize(
    ("given", "kept_as"), [("@bell", "@bell"), (" bell ", "@bell"), ("", ""), ("@", "")]
)
def test_the_at_sign_may_be_left_out(given: str, kept_as: str) -> None:
    """People copy it with and without."""
    assert basic_id(given) == kept_as
    with pytest.raises(click.BadParameter):
        basic_id("a b")
