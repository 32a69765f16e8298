"""Signing in to the console: two factors, pauses after wrong tries, sessions that end."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pyotp
import pytest

from bot.console.entering import inside
from bot.console.first_start import first_link
from bot.console.headers import ALWAYS
from bot.console.links import new_link
from models.rules.access import Grant
from models.rules.signing_in import IDLE, INVITED_FOR, LONGEST
from models.vocabulary import ConsoleRole
from tests.support.consoles import Office, Sitting, opened

ADDRESS = "office@school.example"
PASSWORD = "一句只有我知道的話，夠長了"
WRONG = "不是這一句，但是也夠長了"


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school."""
    async with opened(sqlite_url) as found:
        yield found


async def invited(office: Office, address: str = ADDRESS) -> str:
    """Make an account for the school's registrar; return the path of its one-time link."""
    from models.queries.console import users

    grant = Grant(ConsoleRole.REGISTRAR, office.cast.school.id)
    installation = office.installation
    async with office.store.writing() as session:
        user = await users.added(session, address, "林註冊", office.clock.now(), [grant])
        link = await new_link(
            session, user.id, installation.vault, installation.settings, office.clock
        )
    return link.partition("/console")[2]


def code(office: Office, secret: str) -> str:
    """Return what the phone shows now."""
    return pyotp.TOTP(secret).at(office.clock.now())


async def moved_in(office: Office) -> tuple[Sitting, str, list[str]]:
    """Choose a password and set up a phone; return the browser, the secret, the recovery codes."""
    sitting = office.stranger()
    answer = await sitting.post(await invited(office), password=PASSWORD, again=PASSWORD)
    page = await sitting.follow(answer)
    secret = re.search(r'class="key">(\w+)<', page.text)
    assert secret is not None
    page = await sitting.post("/second-factor/new", code=code(office, secret[1]))
    return sitting, secret[1], re.findall(r"<code>([\w-]+)</code>", page.text)


async def arrives(sitting: Sitting) -> bool:
    """Say whether the school's page opens in a browser."""
    return (await sitting.get(f"{sitting.office.at_school}/")).status_code == 200


async def test_a_new_registrar_gets_in_with_a_link_a_password_and_a_phone(office: Office) -> None:
    """The link works once; there are eight recovery codes; nothing opens before a code."""
    link = await invited(office)
    sitting = office.stranger()

    page = await sitting.get(link)
    short = await sitting.post(link, password="太短", again="太短")
    differs = await sitting.post(link, password=PASSWORD, again=WRONG)
    chosen = await sitting.post(link, password=PASSWORD, again=PASSWORD)

    assert "設定密碼" in page.text
    assert short.status_code == 422
    assert "12 到 200" in short.text
    assert "兩次輸入的密碼不一樣" in differs.text
    assert chosen.headers["location"] == "/console/second-factor/new"
    assert not await arrives(sitting)
    assert (await office.stranger().get(link)).status_code == 404

    _, _, codes = await moved_in(office)
    assert len(set(codes)) == 8


async def test_a_new_installation_lets_in_whoever_sits_at_its_terminal(database_url: str) -> None:
    """Until somebody has taken the link it is made anew; from then on there is none."""
    async with opened(database_url) as office:
        lost = await first_link(office.installation)
        link = await first_link(office.installation)
        assert lost is not None
        assert link is not None
        sitting = office.stranger()
        path = link.partition("/console")[2]
        await sitting.follow(await sitting.post(path, password=PASSWORD, again=PASSWORD))

        assert (await sitting.get(lost.partition("/console")[2])).status_code == 404
        assert await first_link(office.installation) is None


async def test_signing_in_takes_the_password_and_then_the_phones_code(office: Office) -> None:
    """In any case of the address; each code works once, and the token changes at every step."""
    _, secret, _ = await moved_in(office)
    office.passes(timedelta(minutes=1))
    sitting = office.stranger()

    await sitting.get(f"/sign-in?next={office.at_school}/")
    half = await sitting.post("/sign-in", name=" Office@School.Example ", password=PASSWORD)
    before = sitting.http.cookies["bell"]
    shown = code(office, secret)
    whole = await sitting.post("/second-factor", code=f"{shown[:3]} {shown[3:]}")

    assert half.headers["location"] == "/console/second-factor"
    assert whole.headers["location"] == f"/console{office.at_school}/"
    assert sitting.http.cookies["bell"] != before
    assert await arrives(sitting)

    second = office.stranger()
    await second.post("/sign-in", name=ADDRESS, password=PASSWORD)
    again = await second.post("/second-factor", code=shown)
    assert again.status_code == 401
    assert not await arrives(second)


async def test_a_recovery_code_stands_in_for_the_phone_once(office: Office) -> None:
    """However it is typed."""
    _, _, codes = await moved_in(office)

    outcomes = []
    for _ in range(2):
        sitting = office.stranger()
        await sitting.post("/sign-in", name=ADDRESS, password=PASSWORD)
        await sitting.post("/second-factor", code=f" {codes[0].upper()} ")
        outcomes.append(await arrives(sitting))

    assert outcomes == [True, False]


async def test_after_five_wrong_tries_there_is_a_pause(office: Office) -> None:
    """The right password does not help during it; a name that nobody has gets the same."""
    await moved_in(office)
    known, unknown = office.stranger(), office.stranger()

    for _ in range(5):
        said = await known.post("/sign-in", name=ADDRESS, password=WRONG)
        same = await unknown.post("/sign-in", name="nobody@school.example", password=WRONG)
        assert said.status_code == same.status_code
        assert _without_names(said.text) == _without_names(same.text)
    paused = await known.post("/sign-in", name=ADDRESS, password=PASSWORD)
    assert paused.status_code == 429
    assert "嘗試太多次了" in paused.text

    office.passes(timedelta(minutes=15))
    good = await known.post("/sign-in", name=ADDRESS, password=PASSWORD)
    assert good.headers["location"] == "/console/second-factor"


async def test_wrong_codes_are_counted_as_wrong_passwords_are(office: Office) -> None:
    """Whoever has the password cannot try all codes."""
    _, secret, _ = await moved_in(office)
    office.passes(timedelta(minutes=1))
    sitting = office.stranger()
    await sitting.post("/sign-in", name=ADDRESS, password=PASSWORD)

    statuses = [(await sitting.post("/second-factor", code="000000")).status_code for _ in range(5)]
    paused = await sitting.post("/second-factor", code=code(office, secret))

    assert statuses == [401] * 5
    assert paused.status_code == 429
    assert not await arrives(sitting)


@pytest.mark.parametrize(
    ("busy", "span", "open_"),
    [
        pytest.param(False, IDLE - timedelta(seconds=1), True, id="nearly idle for too long"),
        pytest.param(False, IDLE, False, id="idle for too long"),
        pytest.param(True, LONGEST - timedelta(seconds=1), True, id="busy all day"),
        pytest.param(True, LONGEST, False, id="too old, however busy"),
    ],
)
async def test_a_session_ends(office: Office, *, busy: bool, span: timedelta, open_: bool) -> None:
    """When nobody clicked for half an hour, and after twelve hours."""
    sitting = await office.registrar()
    began = office.clock.at
    while busy and office.clock.at + timedelta(minutes=20) < began + span:
        office.passes(timedelta(minutes=20))
        assert await arrives(sitting)
    office.clock.at = began + span

    assert await arrives(sitting) is open_


async def test_signing_out_ends_the_session_in_the_database(office: Office) -> None:
    """A kept cookie opens nothing afterwards."""
    sitting = await office.registrar()
    kept = sitting.http.cookies["bell"]
    await sitting.post("/sign-out")
    sitting.http.cookies.set("bell", kept, domain="school.example", path="/")

    assert not await arrives(sitting)


async def test_a_link_is_void_after_two_days_and_when_a_newer_one_was_made(office: Office) -> None:
    """And says what to do."""
    old = await invited(office)
    new = await invited(office)
    assert (await office.stranger().get(old)).status_code == 404
    assert (await office.stranger().get(new)).status_code == 200

    office.passes(INVITED_FOR)
    void = await office.stranger().get(new)
    assert void.status_code == 404
    assert "這個連結已經失效" in void.text


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/s/060402/", "/s/060402/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("evil", "/"),
    ],
)
def test_signing_in_leads_to_no_other_site(asked: str, leads_to: str) -> None:
    """Whatever the address asked for."""
    assert inside(asked) == leads_to


async def test_over_tls_the_cookie_is_bound_to_it(sqlite_url: str) -> None:
    """The browser sends it nowhere else, shows it to no script, and is told to stay with TLS."""
    async with opened(sqlite_url, web_url="https://school.example") as office:
        answer = await office.stranger().get("/sign-in")

    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-bell=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(cookie.split("; "))
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_every_answer_carries_the_strict_headers(office: Office) -> None:
    """Pages, refusals and files alike; pages are kept by nobody."""
    sitting = await office.registrar()
    pages = [await sitting.get(path) for path in ("/sign-in", "/", "/nowhere", "/users")]
    file = await sitting.get("/static/console.css")

    for answer in (*pages, file):
        assert ALWAYS.items() <= answer.headers.items()
    assert {page.headers["cache-control"] for page in pages} == {"no-store"}
    assert "immutable" in file.headers["cache-control"]
    assert "unsafe" not in ALWAYS["content-security-policy"]


def _without_names(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)
