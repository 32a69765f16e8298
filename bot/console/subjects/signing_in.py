"""Signing in with a password, choosing one by a one-time link, and signing out."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response
from wtforms import PasswordField, StringField
from wtforms.validators import Length, ValidationError

from bot.console.caller import Caller
from bot.console.doors import Doors
from bot.console.entering import LOCAL, enter, leave
from bot.console.forms import ConsoleForm
from models.queries.console import invitations, providers, tries, users
from models.rules.signing_in import SHORTEST, as_typed
from models.tables import ConsoleUser

LONGEST = 200
"""Signs of a password: more would only keep the processor busy."""

doors = Doors()


class SignInForm(ConsoleForm):
    """A name and a password."""

    name = StringField(validators=[Length(max=120)])
    password = PasswordField(validators=[Length(max=LONGEST)])


class PasswordForm(ConsoleForm):
    """A new password, typed twice."""

    password = PasswordField()
    again = PasswordField()

    def __init__(self, caller: Caller) -> None:
        super().__init__(caller)
        self._words = caller.words

    def validate_password(self, field: PasswordField) -> None:
        """Ask for length and for nothing else."""
        if not SHORTEST <= len(field.data or "") <= LONGEST:
            raise ValidationError(
                self._words.say(
                    "Between {least} and {most} characters, please: a short sentence that only "
                    "you know is good.",
                    least=SHORTEST,
                    most=LONGEST,
                )
            )

    def validate_again(self, field: PasswordField) -> None:
        """Find the slip of a finger before it locks somebody out."""
        if field.data != self.password.data:
            raise ValidationError(self._words.say("The two are not the same. Type both again."))


@doors.anybody_gets("/sign-in")
async def ask(caller: Caller) -> Response:
    """Ask for name and password, or offer the school's own sign-in."""
    asked = caller.request.query_params.get("next", "")
    if asked:
        caller.cookie["after"] = asked
    return await _asked(caller, SignInForm(caller))


@doors.anybody_posts("/sign-in")
async def sign_in(caller: Caller) -> Response:
    """Take a name and a password; wrong ones take as long and are counted."""
    form = SignInForm(caller)
    if not form.validate():
        return await _asked(caller, form, wrong=True)
    name, store = as_typed(form.name.data or ""), caller.desk.installation.store
    keys = caller.desk.digest(name), caller.desk.digest(caller.address)
    now = caller.right_now
    async with store.reading() as session:
        until = await tries.paused_until(session, *keys, now)
        user = await users.by_name(session, name)
    if until is not None:
        return await _asked(caller, form, until=until)
    kept = user.password if user is not None and user.disabled_at is None else None
    fits = await caller.desk.passwords.fits(kept, form.password.data or "")
    async with store.writing() as session:
        # Asked again: many tries at once must not pass before one of them was counted.
        until = await tries.paused_until(session, *keys, now)
        if until is None and fits and user is not None:
            await enter(caller, session, user.id, LOCAL, confirmed=False)
            return caller.go("/second-factor" if user.totp else "/second-factor/new")
        await tries.note(session, *keys, now)
    return await _asked(caller, form, wrong=until is None, until=until)


@doors.anybody_posts("/sign-out")
async def sign_out(caller: Caller) -> Response:
    """End the session."""
    async with caller.desk.installation.store.writing() as session:
        await leave(caller, session)
    caller.say("You are signed out.")
    return caller.go("/sign-in")


@doors.anybody_gets("/invited/{link}")
async def invited(caller: Caller) -> Response:
    """Ask whoever has a one-time link for the password that they want."""
    async with caller.desk.installation.store.reading() as session:
        user = await _invited(caller, session)
    if user is None:
        return caller.page("signing_in/void.html", 404)
    return caller.page("signing_in/choose.html", form=PasswordForm(caller), user=user)


@doors.anybody_posts("/invited/{link}")
async def choose(caller: Caller) -> Response:
    """Keep the chosen password and sign its owner in; the link is used up."""
    store, form = caller.desk.installation.store, PasswordForm(caller)
    async with store.reading() as session:
        user = await _invited(caller, session)
    if user is None:
        return caller.page("signing_in/void.html", 404)
    if not form.validate():
        return caller.page("signing_in/choose.html", 422, form=form, user=user)
    chosen = await caller.desk.passwords.kept(form.password.data or "")
    async with store.writing() as session:
        digest = caller.desk.digest(caller.request.path_params["link"])
        if not await invitations.used(session, digest, caller.right_now):
            return caller.page("signing_in/void.html", 404)
        user = await session.get_one(ConsoleUser, user.id)
        user.password = chosen
        await users.sign_out_everywhere(session, user.id)
        await tries.forget(session, caller.desk.digest(user.sign_in))
        await enter(caller, session, user.id, LOCAL, confirmed=False)
        return caller.go("/second-factor" if user.totp else "/second-factor/new")


async def _invited(caller: Caller, session: AsyncSession) -> ConsoleUser | None:
    digest = caller.desk.digest(caller.request.path_params["link"])
    return await invitations.user_of(session, digest, caller.right_now)


async def _asked(
    caller: Caller, form: SignInForm, *, wrong: bool = False, until: datetime | None = None
) -> Response:
    async with caller.desk.installation.store.reading() as session:
        offered = await providers.offered(session)
    status = 429 if until else 401 if wrong else 200
    return caller.page(
        "signing_in/sign_in.html", status, form=form, wrong=wrong, until=until, providers=offered
    )
