"""The school's own sign-in by OpenID Connect: Google Workspace, 教育雲端帳號 and others alike.

authlib speaks the protocol (code flow with PKCE, state and nonce). Who may come in is decided here:
an account of the console whose address the school's provider vouches for, and whose roles are at
that school alone, so that one school's provider opens nothing of another's.
"""

from collections.abc import Mapping
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App
from httpx2 import HTTPError
from joserfc.errors import JoseError
from sqlmodel import col, select
from starlette.responses import Response
from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from bot.console.caller import Caller, absent
from bot.console.doors import Doors
from bot.console.entering import PROVIDER, enter, onward
from bot.console.forms import ConsoleForm
from bot.console.roles import ADMINISTRATORS
from bot.console.visit import Visit
from models.queries.console import providers, users
from models.rules.access import Grant
from models.tables import ConsoleUser, IdentityProvider, School
from models.vocabulary import ConsoleRole


class _Client(AsyncOAuth2Client):  # type: ignore[misc]
    """authlib's client; its own farewell looks for a session that only other clients have."""

    def __del__(self) -> None:
        """Leave without a word."""


class _Provider(StarletteOAuth2App):  # type: ignore[misc]
    """One school's provider."""

    client_cls = _Client


WELL_KNOWN = "/.well-known/openid-configuration"
REFUSED = 403

doors = Doors()


class ProviderForm(ConsoleForm):
    """How a school's provider is reached, and what it calls us."""

    school = SelectField()
    label = StringField(validators=[Length(max=40)])
    issuer = StringField(validators=[Length(max=200)])
    client_id = StringField(validators=[Length(max=200)])
    client_secret = PasswordField(validators=[Length(max=500)])
    domain = StringField(validators=[Length(max=120)])

    def __init__(self, visit: Visit, schools: list[School]) -> None:
        super().__init__(visit)
        self._words = visit.words
        self.school.choices = [(each.code, each.name) for each in schools]

    def validate_label(self, field: StringField) -> None:
        """Ask for the words of the button."""
        self._require(field)

    def validate_client_id(self, field: StringField) -> None:
        """Ask for what the provider calls us."""
        self._require(field)

    def validate_client_secret(self, field: PasswordField) -> None:
        """Ask for the secret; it is never shown again."""
        self._require(field)

    def validate_issuer(self, field: StringField) -> None:
        """Ask for an address that begins as an issuer's does."""
        if not (field.data or "").startswith(("https://", "http://127.0.0.1")):
            raise ValidationError(
                self._words.say("The issuer's address, please; it begins with https://.")
            )

    def _require(self, field: StringField) -> None:
        if not (field.data or "").strip():
            raise ValidationError(self._words.say("Please fill this in."))


@doors.get("/providers", to=ADMINISTRATORS)
async def show(visit: Visit) -> Response:
    """Show which schools have a sign-in of their own."""
    return await _shown(visit, ProviderForm(visit, await _schools(visit)))


@doors.post("/providers", to=ADMINISTRATORS)
async def keep(visit: Visit) -> Response:
    """Keep how a school's provider is reached, in place of what was kept."""
    schools = await _schools(visit)
    form = ProviderForm(visit, schools)
    if not form.validate():
        return await _shown(visit, form, status=422)
    school = next(each for each in schools if each.code == form.school.data)
    row = await providers.of_school(visit.session, school.code) or IdentityProvider(
        school_id=school.id, label="", issuer="", client_id="", client_secret=b""
    )
    row.label = (form.label.data or "").strip()
    row.issuer = (form.issuer.data or "").strip().rstrip("/")
    row.client_id = (form.client_id.data or "").strip()
    row.client_secret = visit.desk.installation.vault.seal((form.client_secret.data or "").strip())
    row.domain = (form.domain.data or "").strip().casefold()
    visit.session.add(row)
    await visit.session.flush()
    await visit.record("console_provider_kept", f"school:{school.id}", school_id=school.id)
    visit.say("{school} can sign in with its own accounts now.", school=school.name)
    return visit.go("/providers")


@doors.post("/providers/{school}/remove", to=ADMINISTRATORS)
async def remove(visit: Visit) -> Response:
    """Forget a school's provider; passwords of the console go on."""
    row = await providers.of_school(visit.session, visit.request.path_params["school"])
    if row is None:
        return absent(visit)
    await visit.session.delete(row)
    await visit.record(
        "console_provider_removed", f"school:{row.school_id}", school_id=row.school_id
    )
    return visit.go("/providers")


@doors.anybody_gets("/provider/{school}")
async def leave_for(caller: Caller) -> Response:
    """Send the browser to the school's provider."""
    client = await _client(caller)
    if client is None:
        return absent(caller)
    try:
        answer: Response = await client.authorize_redirect(caller.request, _back(caller))
    except (HTTPError, OAuthError, ValueError):
        return _refused(caller, unreachable=True)
    return answer


@doors.anybody_gets("/provider/{school}/back")
async def come_back(caller: Caller) -> Response:
    """Take up what the provider says of somebody, and sign them in if they have an account."""
    client = await _client(caller)
    if client is None:
        return absent(caller)
    try:
        said = await client.authorize_access_token(caller.request)
    except HTTPError:
        return _refused(caller, unreachable=True)
    except (OAuthError, JoseError, ValueError, LookupError):
        return _refused(caller)
    async with caller.desk.installation.store.writing() as session:
        provider = await providers.of_school(session, caller.request.path_params["school"])
        address = vouched(said.get("userinfo") or {}, provider) if provider else ""
        user = await users.by_name(session, address) if address else None
        if provider is None or user is None:
            return _refused(caller)
        if not _is_theirs(user, await users.grants_of(session, user.id), provider.school_id):
            return _refused(caller)
        after = onward(caller)
        await enter(caller, session, user.id, PROVIDER, confirmed=True)
    return caller.go(after)


def vouched(claims: Mapping[str, Any], provider: IdentityProvider) -> str:
    """Return the address that a provider vouches for; none where it is not sure, or not its own.

    It has to speak to us alone. With a domain the claim `hd` has to name that: Google serves every
    school in the world.
    """
    heard_by = claims.get("aud")
    if heard_by not in (provider.client_id, [provider.client_id]):
        return ""
    if claims.get("email_verified") is False:
        return ""
    if provider.domain and str(claims.get("hd", "")).casefold() != provider.domain:
        return ""
    return str(claims.get("email", ""))


def _is_theirs(user: ConsoleUser, grants: tuple[Grant, ...], school_id: int) -> bool:
    """Say whether everything that a user may do is at this school, so that it can vouch for it."""
    return user.disabled_at is None and all(
        each.school_id == school_id and each.role is not ConsoleRole.ADMINISTRATOR
        for each in grants
    )


async def _client(caller: Caller) -> _Provider | None:
    code = caller.request.path_params["school"]
    async with caller.desk.installation.store.reading() as session:
        row = await providers.of_school(session, code)
    if row is None:
        return None
    client: _Provider = OAuth().register(
        code,
        client_cls=_Provider,
        client_id=row.client_id,
        client_secret=caller.desk.installation.vault.open(row.client_secret),
        server_metadata_url=row.issuer + WELL_KNOWN,
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256"},
        authorize_params={"hd": row.domain} if row.domain else None,
    )
    return client


def _back(caller: Caller) -> str:
    here = caller.desk.installation.settings.web_url or str(caller.request.base_url).rstrip("/")
    inner = caller.path(f"/provider/{caller.request.path_params['school']}/back")
    return here.removesuffix(caller.path("")) + inner


def _refused(caller: Caller, *, unreachable: bool = False) -> Response:
    return caller.page("signing_in/not_known.html", REFUSED, unreachable=unreachable)


async def _shown(visit: Visit, form: ProviderForm, *, status: int = 200) -> Response:
    return visit.page(
        "users/providers.html",
        status,
        form=form,
        offered=await providers.offered(visit.session),
        back=f"{visit.desk.installation.settings.web_url or ''}{visit.path('/provider/')}",
    )


async def _schools(visit: Visit) -> list[School]:
    return list((await visit.session.execute(select(School).order_by(col(School.code)))).scalars())
