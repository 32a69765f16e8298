"""Signing in with the school's own account, against a real provider on loopback."""

from collections.abc import AsyncIterator
from datetime import UTC
from typing import Any

import httpx2
import pytest
from joserfc import jwk

from bot.clock import SystemClock
from bot.console.subjects.providers import vouched
from models.queries.console import users
from models.rules.access import Grant
from models.tables import IdentityProvider
from models.vocabulary import ConsoleRole
from tests.support.consoles import Office, Sitting, opened
from tests.support.oidc import CLIENT, SECRET, Provider
from tests.support.server import serving

ADDRESS = "lin@school.example"


@pytest.fixture(autouse=True)
def certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let clients find the machine's certificates, which they insist on."""
    monkeypatch.delenv("SSL_CERT_FILE")


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Serve a provider that vouches for one address."""
    found = Provider(now=int(SystemClock().now().astimezone(UTC).timestamp()))
    found.claims = {"email": ADDRESS, "email_verified": True, "hd": "school.example"}
    async with serving(found.application()) as url:
        found.url = url
        yield found


@pytest.fixture
async def office(sqlite_url: str, provider: Provider) -> AsyncIterator[Office]:
    """Open a console whose school has that provider, set up by the administrator's form."""
    async with opened(sqlite_url) as found:
        administrator = await found.administrator()
        kept = await administrator.post(
            "/providers",
            school=found.cast.school.code,
            label="學校 Google 帳號",
            issuer=provider.url,
            client_id=CLIENT,
            client_secret=SECRET,
            domain="school.example",
        )
        assert kept.status_code == 303, kept.text
        async with found.store.writing() as session:
            grant = Grant(ConsoleRole.REGISTRAR, found.cast.school.id)
            await users.added(session, ADDRESS, "林註冊", found.clock.now(), [grant])
        yield found


async def walked(sitting: Sitting) -> httpx2.Response:
    """Click the school's button and follow the browser through the provider and back."""
    code = sitting.office.cast.school.code
    leaving = await sitting.get(f"/provider/{code}")
    assert leaving.status_code == 302, leaving.text
    async with httpx2.AsyncClient() as outside:
        returning = await outside.get(leaving.headers["location"])
    return await sitting.http.get(returning.headers["location"])


async def test_the_schools_account_opens_the_console(office: Office, provider: Provider) -> None:
    """With PKCE, state and nonce, and asking Google for the school's own domain."""
    sitting = office.stranger()
    page = await sitting.get("/sign-in")
    answer = await walked(sitting)

    assert "學校 Google 帳號" in page.text
    assert answer.headers["location"] == "/console/"
    assert (await sitting.get(f"{office.at_school}/")).status_code == 200
    assert {"code_challenge", "state", "nonce"} <= provider.asked[0].keys()
    assert provider.asked[0]["hd"] == "school.example"


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"email": "nobody@school.example"}, id="no account"),
        pytest.param({"email_verified": False}, id="an address that is not confirmed"),
        pytest.param({"hd": "other.example"}, id="another school's domain"),
        pytest.param({"hd": None}, id="no domain: a private account"),
        pytest.param({"nonce": "another"}, id="an answer to another question"),
        pytest.param({"aud": "another"}, id="said to another client"),
        pytest.param({"iss": "https://evil.example"}, id="said by another provider"),
        pytest.param({"exp": 1}, id="long over"),
    ],
)
async def test_what_is_not_vouched_for_opens_nothing(
    office: Office, provider: Provider, claims: dict[str, Any]
) -> None:
    """And the page says what to do."""
    provider.claims |= claims
    sitting = office.stranger()
    answer = await walked(sitting)

    assert answer.status_code == 403
    assert "請系統管理員" in answer.text
    assert (await sitting.get(f"{office.at_school}/")).status_code == 303


async def test_a_signature_of_somebody_else_opens_nothing(
    office: Office, provider: Provider
) -> None:
    """The key that the provider shows is not the one that signed."""
    provider.shown = jwk.RSAKey.generate_key(2048)
    assert (await walked(office.stranger())).status_code == 403


async def test_one_schools_provider_opens_nothing_of_anothers(office: Office) -> None:
    """Who works at two schools, or administers, signs in with a password."""
    other = await office.another_school()
    async with office.store.writing() as session:
        grant = Grant(ConsoleRole.VIEWER, other.id)
        await users.added(session, ADDRESS, "林註冊", office.clock.now(), [grant])

    assert (await walked(office.stranger())).status_code == 403


async def test_an_answer_that_nobody_asked_for_is_refused(office: Office) -> None:
    """A link with a code from elsewhere signs nobody in."""
    path = f"/provider/{office.cast.school.code}/back?code=once&state=made-up"
    assert (await office.stranger().get(path)).status_code == 403


async def test_a_provider_that_does_not_answer_is_said_so(office: Office) -> None:
    """And a removed one has no button."""
    administrator = await office.administrator()
    form = {"label": "x", "client_id": CLIENT, "client_secret": SECRET, "domain": ""}
    code = office.cast.school.code
    await administrator.post("/providers", school=code, issuer="http://127.0.0.1:9", **form)
    answer = await office.stranger().get(f"/provider/{code}")
    assert answer.status_code == 403
    assert "沒有回應" in answer.text

    await administrator.post(f"/providers/{code}/remove")
    assert (await office.stranger().get(f"/provider/{code}")).status_code == 404


def test_without_a_domain_the_issuer_serves_one_school() -> None:
    """Then the address counts, said to us alone."""
    provider = IdentityProvider(
        school_id=1, label="", issuer="", client_id=CLIENT, client_secret=b"", domain=""
    )
    assert vouched({"aud": CLIENT, "email": ADDRESS}, provider) == ADDRESS
    assert vouched({"aud": [CLIENT, "another"], "azp": CLIENT, "email": ADDRESS}, provider) == ""
    assert vouched({"aud": CLIENT}, provider) == ""
