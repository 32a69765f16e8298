"""A school's LINE basic ID: kept with its credentials, and checked for its form."""

import click
import pytest

from bot.clock import SystemClock
from bot.commands.school import basic_id
from bot.enrolling import NoCredentials, Signing, enrol
from bot.settings import load
from bot.wiring import installed
from models.queries import schools
from tests.rules.rulebook_texts import SMALL


async def test_a_basic_id_is_kept_until_another_is_given(sqlite_url: str) -> None:
    """Setting the school up again without one changes nothing about it."""
    settings = load(database_url=sqlite_url, secret_key="a secret key that only the tests use")
    kept = []
    async with installed(settings, SystemClock()) as installation:
        for given in ("@bell", "", "@123abcde"):
            await enrol(installation, SMALL, Signing("s", "t", given), name="small")
            async with installation.store.reading() as session:
                (code,) = installation.credentials.codes()
                school = await schools.by_code(session, code)
                assert school is not None
                kept.append(await schools.basic_id(session, school.id, "line"))

    assert kept == ["@bell", "@bell", "@123abcde"]


@pytest.mark.parametrize(
    ("given", "kept_as"), [("@bell", "@bell"), (" bell ", "@bell"), ("", ""), ("@", "")]
)
def test_the_at_sign_may_be_left_out(given: str, kept_as: str) -> None:
    """People copy it with and without."""
    assert basic_id(given) == kept_as


@pytest.mark.parametrize("given", ["https://line.me/x", "a b", "@" + "x" * 64])
def test_what_is_no_basic_id_is_refused(given: str) -> None:
    """With an example of one."""
    with pytest.raises(click.BadParameter, match="@123abcde"):
        basic_id(given)


async def test_credentials_stay_where_none_are_given(sqlite_url: str) -> None:
    """A changed rulebook is taken over without asking for the channel's secrets again."""
    settings = load(database_url=sqlite_url, secret_key="a secret key that only the tests use")
    async with installed(settings, SystemClock()) as installation:
        with pytest.raises(NoCredentials):
            await enrol(installation, SMALL, Signing("", ""), name="small")
        await enrol(installation, SMALL, Signing("s", "t"), name="small")
        await enrol(installation, SMALL, Signing("", ""), name="small")
        (code,) = installation.credentials.codes()
        kept = installation.credentials.line(code)

    assert (kept.secret, kept.token) == ("s", "t")
