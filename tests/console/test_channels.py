"""The administrator sets up a school in LINE and Telegram, and sees whether that works."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel import select

from models.tables import ChannelCredential
from tests.support.consoles import Office, opened

SECRET, TOKEN, BOT = "s" * 32, "t" * 40, "123456:abcdefghij"


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


async def kept(office: Office) -> dict[str, ChannelCredential]:
    """Return what the school's apps sign with, by their name."""
    async with office.store.reading() as session:
        rows = (await session.scalars(select(ChannelCredential))).all()
    return {row.channel: row for row in rows}


async def test_what_is_typed_is_kept_sealed_and_what_is_left_empty_stays(office: Office) -> None:
    """The page names the webhook's address and never shows a secret again."""
    at = f"/channels/{office.cast.school.code}"
    sitting = await office.administrator()
    both = {"secret": SECRET, "access_token": TOKEN, "basic_id": "bell", "telegram_token": BOT}

    before = (await sitting.get("/channels")).text
    done = await sitting.post(at, **both)
    page = (await sitting.follow(done)).text
    await sitting.post(at, secret="", access_token="", basic_id="@other", telegram_token="")

    vault, rows = office.installation.vault, await kept(office)
    assert f'href="/console{at}"' in before
    assert f"/line/{office.cast.school.code}" in page
    assert not any(secret in page for secret in (SECRET, TOKEN, BOT))
    assert (vault.open(rows["line"].secret), vault.open(rows["line"].token)) == (SECRET, TOKEN)
    assert rows["line"].basic_id == "@other"
    assert vault.open(rows["telegram"].token) == BOT


async def test_halves_and_ids_that_line_never_gives_are_refused(office: Office) -> None:
    """Nothing is kept of what could not work, and the sentence says what is missing."""
    at = f"/channels/{office.cast.school.code}"
    sitting = await office.administrator()

    half = await sitting.post(at, secret=SECRET)
    odd = await sitting.post(at, basic_id="a b")
    alone = await sitting.follow(await sitting.post(at, basic_id="@bell"))
    nothing = await sitting.follow(await sitting.post(at))

    assert (half.status_code, odd.status_code) == (422, 422)
    assert "channel secret 和 access token 要一起填" in half.text
    assert "請填像 @123abcde 的基本 ID" in odd.text
    assert "要一起填" in alone.text
    assert "沒有填任何項目" in nothing.text
    assert await kept(office) == {}


async def test_looking_names_what_is_missing(office: Office) -> None:
    """A school in no app is told so; Telegram cannot be pointed at an address nobody knows."""
    at = f"/channels/{office.cast.school.code}"
    sitting = await office.administrator()

    looked = (await sitting.get(f"{at}/check")).text
    pointed = (await sitting.follow(await sitting.post(f"{at}/telegram"))).text

    assert "✗" in looked
    assert "檢查結果" in looked
    assert "BOT_WEB_URL" in pointed
    assert (await sitting.get("/channels/999999")).status_code == 404
