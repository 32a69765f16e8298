"""The accounts of the console and their roles: the administrator's page."""

from collections.abc import Sequence

from sqlmodel import col, select
from starlette.responses import Response
from wtforms import SelectField, StringField
from wtforms.validators import Length, ValidationError

from bot.console import labels
from bot.console.caller import absent
from bot.console.doors import Doors
from bot.console.forms import ConsoleForm
from bot.console.links import new_link
from bot.console.roles import ADMINISTRATORS
from bot.console.visit import VIA, Visit
from models.queries.console import invitations, users
from models.rules.access import Grant
from models.tables import ConsoleUser, School
from models.vocabulary import ConsoleRole

ALL = "all"
"""What the form says for the whole installation."""

doors = Doors()


class GrantForm(ConsoleForm):
    """A role at a school for an account, which is made where there is none of that name."""

    sign_in = StringField()
    name = StringField(validators=[Length(max=80)])
    role = SelectField(default=ConsoleRole.REGISTRAR.value)
    school = SelectField()
    scope = StringField(validators=[Length(max=64)])

    def __init__(self, visit: Visit, schools: Sequence[School]) -> None:
        super().__init__(visit)
        self._words = visit.words
        self.role.choices = [(each.value, labels.role(each, visit.words)) for each in ConsoleRole]
        self.school.choices = [
            *((each.code, each.name) for each in schools),
            (ALL, visit.words.say("All schools")),
        ]

    def validate_sign_in(self, field: StringField) -> None:
        """Ask for what somebody can type again."""
        typed = (field.data or "").strip()
        if not 3 <= len(typed) <= 120 or any(sign.isspace() for sign in typed):
            raise ValidationError(
                self._words.say("An e-mail address, please: they sign in with it.")
            )

    def validate_school(self, field: SelectField) -> None:
        """Keep the administrator's role from being bound to one school, and others from all."""
        if (self.role.data == ConsoleRole.ADMINISTRATOR) != (field.data == ALL):
            raise ValidationError(
                self._words.say(
                    "An administrator looks after the whole installation: choose “All schools”. "
                    "Every other role is for one school."
                )
            )

    def grant(self, schools: Sequence[School]) -> Grant:
        """Return the role that was chosen."""
        ids = {each.code: each.id for each in schools}
        scope = (self.scope.data or "").strip()
        return Grant(ConsoleRole(self.role.data), ids.get(self.school.data), scope)


@doors.get("/users", to=ADMINISTRATORS)
async def show(visit: Visit) -> Response:
    """Show who may sign in, and as what."""
    return await _shown(visit, GrantForm(visit, await _schools(visit)))


@doors.post("/users", to=ADMINISTRATORS)
async def add(visit: Visit) -> Response:
    """Give somebody a role, and a link where they have no password yet."""
    schools = await _schools(visit)
    form = GrantForm(visit, schools)
    if not form.validate():
        return await _shown(visit, form, status=422)
    grant = form.grant(schools)
    sign_in = form.sign_in.data or ""
    name = (form.name.data or "").strip() or sign_in
    user = await users.added(visit.session, sign_in, name, visit.right_now, [grant])
    await _recorded(visit, "console_role_granted", user.id, grant)
    await users.sign_out_everywhere(visit.session, user.id)
    link = None if user.password else await _link(visit, user.id)
    return visit.page("users/added.html", user=user, link=link)


@doors.post("/users/{user:int}/withdraw", to=ADMINISTRATORS)
async def withdraw(visit: Visit) -> Response:
    """Take a role away; what they have open ends at once."""
    user = await _user(visit)
    schools = await _schools(visit)
    sent = visit.sent
    role = str(sent.get("role", ""))
    if user is None or role not in set(ConsoleRole):
        return absent(visit)
    ids = {each.code: each.id for each in schools}
    grant = Grant(ConsoleRole(role), ids.get(str(sent.get("school"))), str(sent.get("scope", "")))
    own = user.id == visit.user.id and grant.role is ConsoleRole.ADMINISTRATOR
    if own:
        visit.say("You cannot take the administrator's role from yourself: another one can.")
    elif await users.withdraw(visit.session, user.id, grant):
        await users.sign_out_everywhere(visit.session, user.id)
        await _recorded(visit, "console_role_withdrawn", user.id, grant)
        visit.say("The role is withdrawn; {name} was signed out.", name=user.name)
    return visit.go("/users")


@doors.post("/users/{user:int}/link", to=ADMINISTRATORS)
async def link(visit: Visit) -> Response:
    """Make a one-time link for a new password."""
    user = await _user(visit)
    if user is None:
        return absent(visit)
    await _recorded(visit, "console_link_made", user.id)
    return visit.page("users/added.html", user=user, link=await _link(visit, user.id))


@doors.post("/users/{user:int}/second-factor", to=ADMINISTRATORS)
async def reset(visit: Visit) -> Response:
    """Forget a lost phone: at the next signing in a new one is set up."""
    user = await _user(visit)
    if user is None:
        return absent(visit)
    user.totp, user.totp_step = None, None
    await invitations.keep_codes(visit.session, user.id, [])
    await users.sign_out_everywhere(visit.session, user.id)
    await _recorded(visit, "console_second_factor_reset", user.id)
    visit.say("{name} sets up a new phone at the next signing in.", name=user.name)
    return visit.go("/users")


@doors.post("/users/{user:int}/{turn}", to=ADMINISTRATORS)
async def shut_out(visit: Visit) -> Response:
    """Shut somebody out, or let them in again."""
    user, turn = await _user(visit), visit.request.path_params["turn"]
    if user is None or turn not in ("shut-out", "let-in"):
        return absent(visit)
    if user.id == visit.user.id:
        visit.say("You cannot shut yourself out: another administrator can.")
        return visit.go("/users")
    user.disabled_at = visit.right_now if turn == "shut-out" else None
    await users.sign_out_everywhere(visit.session, user.id)
    await _recorded(visit, f"console_user_{turn.replace('-', '_')}", user.id)
    return visit.go("/users")


async def _shown(visit: Visit, form: GrantForm, *, status: int = 200) -> Response:
    schools = {each.id: each for each in await _schools(visit)}
    listed = await users.all_listed(visit.session)
    return visit.page(
        "users/users.html", status, form=form, listed=listed, schools=schools, role=labels.role
    )


async def _schools(visit: Visit) -> list[School]:
    return list((await visit.session.execute(select(School).order_by(col(School.code)))).scalars())


async def _user(visit: Visit) -> ConsoleUser | None:
    return await visit.session.get(
        ConsoleUser, visit.request.path_params["user"], with_for_update=True
    )


async def _link(visit: Visit, user_id: int) -> str:
    installation = visit.desk.installation
    return await new_link(
        visit.session, user_id, installation.vault, installation.settings, visit.desk.clock
    )


async def _recorded(visit: Visit, deed: str, user_id: int, grant: Grant | None = None) -> None:
    await users.record_change(
        visit.session, user_id, deed, at=visit.now, via=VIA, grant=grant, by=visit.user
    )
