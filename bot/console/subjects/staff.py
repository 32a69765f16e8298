"""Who may do what in the console of a school; a registrar hands out its narrower roles."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response
from wtforms import SelectField, StringField
from wtforms.validators import Length, ValidationError

from bot.console import labels
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.links import new_link
from bot.console.roles import OFFICE
from bot.console.subjects.people import EVERYBODY
from bot.console.visit import VIA, Visit
from bot.imports.taking import Subject
from handlers import labels as called
from handlers.words import N_
from models.queries.console import staff, users
from models.queries.console.sight import classes_seen
from models.queries.console.users import Listed
from models.rules.access import Grant
from models.rules.handing_out import HANDED_OUT, Reason, looked_after, objection
from models.tables import ConsoleUser
from models.vocabulary import ConsoleRole

AT = f"{IN_SCHOOL}/staff"
ONE = AT + "/{user:int}"
_REASONS: dict[Reason, str] = {
    Reason.NOT_THIS_ROLE: N_("The administrator gives this role."),
    Reason.NO_SCOPE: N_("Please choose what the role is for."),
    Reason.UNKNOWN_SCOPE: N_("This is not what the role can be for: please choose again."),
    Reason.TRUSTED_ELSEWHERE: N_(
        "This account has a role that only the administrator gives: please ask the administrator."
    ),
}
_ORDER = (
    ConsoleRole.HOMEROOM_TEACHER,
    ConsoleRole.DEPARTMENT_HEAD,
    ConsoleRole.SUBMITTER,
    ConsoleRole.VIEWER,
)

doors = Doors()


class HandOutForm(ConsoleForm):
    """Who gets which role: each is offered with what it is for."""

    sign_in = StringField()
    name = StringField(validators=[Length(max=80)])
    role = SelectField()

    def __init__(self, visit: Visit, offered: Mapping[str, str]) -> None:
        super().__init__(visit)
        self._words = visit.words
        self.role.choices = [("", visit.words.say("Please choose")), *offered.items()]

    def validate_sign_in(self, field: StringField) -> None:
        """Ask for what somebody can type again."""
        typed = (field.data or "").strip()
        if not 3 <= len(typed) <= 120 or any(sign.isspace() for sign in typed):
            raise ValidationError(
                self._words.say("An e-mail address, please: they sign in with it.")
            )

    def grant(self, school_id: int) -> Grant | None:
        """Return the role that was chosen."""
        role, _, scope = (self.role.data or "").partition("/")
        return Grant(ConsoleRole(role), school_id, scope) if role in set(ConsoleRole) else None


@doors.get(AT, to=OFFICE)
async def show(visit: Visit) -> Response:
    """Show who may do what at this school."""
    return await _page(visit, HandOutForm(visit, await _offered(visit)))


@doors.post(AT, to=OFFICE)
async def hand_out(visit: Visit) -> Response:
    """Give somebody one of the narrower roles, and a link where the account is new."""
    session, school_id = visit.session, visit.school.id
    offered = await _offered(visit)
    form = HandOutForm(visit, offered)
    sound, grant = form.validate(), form.grant(school_id)
    if grant is None:
        form.role.errors = [visit.words.say(_REASONS[Reason.NO_SCOPE])]
    if not sound or grant is None:
        return await _page(visit, form, status=422)
    sign_in = (form.sign_in.data or "").strip()
    known = await users.by_name(session, sign_in)
    has = await users.grants_of(session, known.id) if known else ()
    scopes = [key.partition("/")[2] for key in offered]
    reason = objection(grant, school_id, scopes, has)
    if reason is not None:
        form.sign_in.errors = [visit.words.say(_REASONS[reason])]
        return await _page(visit, form, status=422)
    name = (form.name.data or "").strip() or sign_in
    user = await users.added(session, sign_in, name, visit.right_now, [grant])
    await _recorded(visit, "console_role_granted", user.id, grant)
    await users.sign_out_everywhere(session, user.id)
    return visit.page("staff/added.html", user=user, link=await _link(visit, user))


@doors.post(ONE + "/withdraw", to=OFFICE)
async def withdraw(visit: Visit) -> Response:
    """Take one of the narrower roles away; what they have open ends at once."""
    role, scope = str(visit.sent.get("role", "")), str(visit.sent.get("scope", ""))
    user = await staff.locked(visit.session, visit.school.id, visit.request.path_params["user"])
    if user is None or role not in HANDED_OUT:
        return absent(visit)
    grant = Grant(ConsoleRole(role), visit.school.id, scope)
    if await users.withdraw(visit.session, user.id, grant):
        await users.sign_out_everywhere(visit.session, user.id)
        await _recorded(visit, "console_role_withdrawn", user.id, grant)
        visit.say("The role is withdrawn; {name} was signed out.", name=user.name)
    return visit.go(visit.to_school("/staff"))


@doors.post(ONE + "/link", to=OFFICE)
async def link(visit: Visit) -> Response:
    """Make a new link for an account that has no password yet and only roles of this school."""
    user = await staff.locked(visit.session, visit.school.id, visit.request.path_params["user"])
    if user is None:
        return absent(visit)
    has = await users.grants_of(visit.session, user.id)
    if user.password or not looked_after(has, visit.school.id):
        return absent(visit)
    await _recorded(visit, "console_link_made", user.id)
    return visit.page("staff/added.html", user=user, link=await _link(visit, user))


async def _page(visit: Visit, form: HandOutForm, *, status: int = 200) -> Response:
    listed = await staff.of_school(visit.session, visit.school.id)
    return visit.page(
        "staff/staff.html",
        status,
        listed=listed,
        form=form,
        handed_out=HANDED_OUT,
        may_link={each.user.id for each in listed if _may_link(each, visit)},
        role=labels.role,
        scope=lambda grant: _scope(grant, visit),
    )


def _may_link(each: Listed, visit: Visit) -> bool:
    return not each.user.password and looked_after(each.grants, visit.school.id)


async def _offered(visit: Visit) -> dict[str, str]:
    """Return what can be given: a key of role and scope, and what people call it."""
    rooms = await classes_seen(visit.session, visit.school.id, EVERYBODY)
    scopes: dict[ConsoleRole, Sequence[str]] = {
        ConsoleRole.HOMEROOM_TEACHER: rooms,
        ConsoleRole.DEPARTMENT_HEAD: [each.key for each in visit.rulebook.divisions],
        ConsoleRole.SUBMITTER: list(Subject),
        ConsoleRole.VIEWER: [""],
    }
    return {
        f"{role.value}/{each}": _called(Grant(role, visit.school.id, each), visit)
        for role in _ORDER
        for each in scopes[role]
    }


def _called(grant: Grant, visit: Visit) -> str:
    role, scope = labels.role(grant.role, visit.words), _scope(grant, visit)
    return f"{role} · {scope}" if scope else role


def _scope(grant: Grant, visit: Visit) -> str:
    """Return what a role is for, as people call it."""
    match grant.role:
        case ConsoleRole.HOMEROOM_TEACHER if grant.scope:
            return called.room(grant.scope, visit.words)
        case ConsoleRole.DEPARTMENT_HEAD:
            return visit.rulebook.label_of(grant.scope) or grant.scope
        case ConsoleRole.SUBMITTER if grant.scope:
            return labels.subject(grant.scope, visit.words)
    return grant.scope


async def _link(visit: Visit, user: ConsoleUser) -> str | None:
    """Return a link for an account without a password that is this school's alone."""
    has = await users.grants_of(visit.session, user.id)
    if user.password or not looked_after(has, visit.school.id):
        return None
    installation = visit.desk.installation
    return await new_link(
        visit.session, user.id, installation.vault, installation.settings, visit.desk.clock
    )


async def _recorded(visit: Visit, deed: str, user_id: int, grant: Grant | None = None) -> None:
    if grant is None:
        await visit.record(deed, f"console_user:{user_id}")
        return
    await users.record_change(
        visit.session, user_id, deed, at=visit.now, via=VIA, grant=grant, by=visit.user
    )
