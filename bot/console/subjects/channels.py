"""A school's LINE channel and Telegram bot: what they sign with, where they send, whether it works.

Secrets and tokens are typed in, kept encrypted, and never shown again.
"""

import structlog
from sqlmodel import col, select
from starlette.background import BackgroundTask
from starlette.responses import Response
from wtforms import PasswordField, StringField
from wtforms.validators import Length, ValidationError

from bot import enrolling
from bot.checking import Check
from bot.console.caller import absent
from bot.console.doors import Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import ADMINISTRATORS
from bot.console.visit import Visit
from bot.credentials import Credentials
from bot.enrolling import BASIC_ID, Signing
from bot.mistakes import Mistake
from bot.pointing import point_here
from bot.readiness import look
from bot.wiring import Installation
from models.queries import schools
from models.tables import School

log = structlog.get_logger()
doors = Doors()
AT = "/channels/{school}"


class ChannelForm(ConsoleForm):
    """How a school's LINE channel and Telegram bot sign; what is left empty stays as it is."""

    secret = PasswordField(validators=[Length(max=200)])
    access_token = PasswordField(validators=[Length(max=500)])
    basic_id = StringField(validators=[Length(max=64)])
    telegram_token = PasswordField(validators=[Length(max=200)])

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._words = visit.words

    def validate_access_token(self, field: PasswordField) -> None:
        """Ask for LINE's secret and token together: one alone opens nothing."""
        if bool(field.data) != bool(self.secret.data):
            raise ValidationError(
                self._words.say("LINE needs both, the channel secret and the access token.")
            )

    def validate_basic_id(self, field: StringField) -> None:
        """Ask for an ID as LINE gives them, by which people find the account."""
        given = (field.data or "").strip()
        if given and not BASIC_ID.fullmatch(f"@{given.removeprefix('@')}"):
            raise ValidationError(self._words.say("An ID such as @123abcde, please."))

    def signing(self) -> Signing | None:
        """Return what was given, None where it comes later."""
        secret, token, basic_id, telegram_token = (
            (self[name].data or "").strip()
            for name in ("secret", "access_token", "basic_id", "telegram_token")
        )
        known = f"@{basic_id.removeprefix('@')}" if basic_id else ""
        given = Signing(secret, token, known, telegram_token)
        return given if given.secret or given.basic_id or given.telegram_token else None


@doors.get("/channels", to=ADMINISTRATORS)
async def show_all(visit: Visit) -> Response:
    """List the schools with the apps that they are in."""
    await _credentials(visit).refresh(even_if_fresh=True)
    return visit.page(
        "channels/all.html",
        listed=list(await visit.session.scalars(select(School).order_by(col(School.code)))),
        on_line=frozenset(_credentials(visit).codes()),
        on_telegram=frozenset(_credentials(visit).telegram_codes()),
    )


@doors.get(AT, to=ADMINISTRATORS)
async def show(visit: Visit) -> Response:
    """Show where a school's apps have to send, and ask for what they sign with."""
    school = await _school(visit)
    return absent(visit) if school is None else _shown(visit, school, ChannelForm(visit))


@doors.post(AT, to=ADMINISTRATORS)
async def keep(visit: Visit) -> Response:
    """Keep what was typed; what was left empty stays."""
    school = await _school(visit)
    if school is None:
        return absent(visit)
    form = ChannelForm(visit)
    if not form.validate():
        return _shown(visit, school, form, status=422)
    signing = form.signing()
    if signing is None:
        visit.say("Nothing was typed, and nothing changed.")
        return visit.go(f"/channels/{school.code}")
    try:
        await enrolling.sign_in(visit.session, school, signing, visit.desk.installation.vault)
    except Mistake:  # an ID alone, of a school without a channel
        visit.say("LINE needs both, the channel secret and the access token.")
        return visit.go(f"/channels/{school.code}")
    await visit.record("channel_changed", f"school:{school.id}", school_id=school.id)
    visit.say("Kept. Now look whether it works.")
    return visit.go(f"/channels/{school.code}")


@doors.get(f"{AT}/check", to=ADMINISTRATORS)
async def check(visit: Visit) -> Response:
    """Ask LINE and Telegram whether the school is ready; what is missing says what to do."""
    school = await _school(visit)
    if school is None:
        return absent(visit)
    await _credentials(visit).refresh(even_if_fresh=True)
    found = [each async for each in look(visit.desk.installation, school, visit.words)]
    return _shown(visit, school, ChannelForm(visit), found)


@doors.post(f"{AT}/telegram", to=ADMINISTRATORS)
async def point(visit: Visit) -> Response:
    """Have Telegram send here; it is asked after the answer, so that nobody waits to write."""
    school, web_url = await _school(visit), visit.desk.installation.settings.web_url
    if school is None:
        return absent(visit)
    if not web_url:
        visit.say("Telegram needs a public address: set BOT_WEB_URL and start again.")
        return visit.go(f"/channels/{school.code}")
    await visit.record("channel_pointed", f"school:{school.id}", school_id=school.id)
    visit.say("Telegram is being asked. Look in a moment whether it works.")
    answer = visit.go(f"/channels/{school.code}")
    answer.background = BackgroundTask(_point, visit.desk.installation, school.code, web_url)
    return answer


async def _point(installation: Installation, code: str, web_url: str) -> None:
    await installation.credentials.refresh(even_if_fresh=True)
    try:
        await point_here(installation, code, web_url)
    except Mistake as error:
        log.warning("telegram_not_pointed", school=code, kind=type(error).__name__)


async def _school(visit: Visit) -> School | None:
    return await schools.by_code(visit.session, visit.request.path_params["school"])


def _shown(
    visit: Visit,
    school: School,
    form: ChannelForm,
    found: list[Check] | None = None,
    *,
    status: int = 200,
) -> Response:
    credentials, settings = _credentials(visit), visit.desk.installation.settings
    return visit.page(
        "channels/one.html",
        status,
        form=form,
        school=school,
        found=found,
        here=settings.web_url.rstrip("/"),
        on_line=school.code in credentials.codes(),
        on_telegram=school.code in credentials.telegram_codes(),
    )


def _credentials(visit: Visit) -> Credentials:
    return visit.desk.installation.credentials
