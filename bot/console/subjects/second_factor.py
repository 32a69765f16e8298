"""The second step of signing in: a code of the phone, or setting up the phone that gives codes."""

from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import Length

from bot.console import factors
from bot.console.caller import Caller
from bot.console.doors import Doors
from bot.console.entering import enter, half_signed, onward
from bot.console.forms import ConsoleForm
from models.queries.console import invitations, tries
from models.queries.console.sessions import Signed
from models.rules.signing_in import RECOVERY_CODES, recovery_code
from models.tables import ConsoleUser

doors = Doors()


class CodeForm(ConsoleForm):
    """A code of the phone, or one that was written down."""

    code = StringField(validators=[Length(max=40)])


@doors.anybody_gets("/second-factor")
async def ask(caller: Caller) -> Response:
    """Ask for the code."""
    signed = await _half(caller)
    if signed is None:
        return caller.go("/sign-in")
    if not signed.user.totp:
        return caller.go("/second-factor/new")
    return caller.page("signing_in/code.html", form=CodeForm(caller), wrong=False, until=None)


@doors.anybody_posts("/second-factor")
async def confirm(caller: Caller) -> Response:
    """Take the code; each works once, and wrong ones count as wrong passwords do."""
    form = CodeForm(caller)
    typed = (form.code.data or "").strip()
    async with caller.desk.installation.store.writing() as session:
        signed = await half_signed(caller, session)
        if signed is None or signed.user.totp is None:
            return caller.go("/sign-in")
        keys = caller.desk.digest(signed.user.sign_in), caller.desk.digest(caller.address)
        until = await tries.paused_until(session, *keys, caller.right_now)
        if until is None:
            user = await session.get_one(ConsoleUser, signed.user.id, with_for_update=True)
            secret = caller.desk.installation.vault.open(signed.user.totp)
            step = factors.step_of(secret, typed, caller.right_now, after=user.totp_step)
            written_down = step is None and await invitations.code_used(
                session, user.id, caller.desk.digest(typed.lower()), caller.right_now
            )
            if step is not None:
                user.totp_step = step
            if step is not None or written_down:
                await tries.forget(session, keys[0])
                after = onward(caller)
                await enter(caller, session, user.id, signed.via, confirmed=True)
                if written_down:
                    caller.say(
                        "That recovery code is used up. If the phone is lost, have the "
                        "administrator set your second factor up anew."
                    )
                return caller.go(after)
            await tries.note(session, *keys, caller.right_now)
    return caller.page(
        "signing_in/code.html", 429 if until else 401, form=form, wrong=until is None, until=until
    )


@doors.anybody_gets("/second-factor/new")
async def offer(caller: Caller) -> Response:
    """Show the QR code that makes a phone give codes."""
    signed = await _half(caller)
    if signed is None:
        return caller.go("/sign-in")
    if signed.user.totp:
        return caller.go("/second-factor")
    return _offered(caller, signed, CodeForm(caller), wrong=False)


@doors.anybody_posts("/second-factor/new")
async def set_up(caller: Caller) -> Response:
    """Keep the phone's secret once a code shows that it took it up; give the recovery codes."""
    form, secret = CodeForm(caller), caller.cookie.get("secret", "")
    async with caller.desk.installation.store.writing() as session:
        signed = await half_signed(caller, session)
        if signed is None or signed.user.totp or not secret:
            return caller.go("/sign-in")
        code = form.code.data or ""
        step = factors.step_of(_opened(caller, secret), code, caller.right_now, after=None)
        if step is None:
            return _offered(caller, signed, form, wrong=True)
        user = await session.get_one(ConsoleUser, signed.user.id)
        user.totp = secret.encode()
        user.totp_step = step
        codes = [recovery_code() for _ in range(RECOVERY_CODES)]
        await invitations.keep_codes(session, user.id, [caller.desk.digest(each) for each in codes])
        after = onward(caller)
        await enter(caller, session, user.id, signed.via, confirmed=True)
    return caller.page("signing_in/recovery.html", codes=codes, after=after)


async def _half(caller: Caller) -> Signed | None:
    async with caller.desk.installation.store.reading() as session:
        return await half_signed(caller, session)


def _opened(caller: Caller, sealed: str) -> str:
    return caller.desk.installation.vault.open(sealed.encode())


def _offered(caller: Caller, signed: Signed, form: CodeForm, *, wrong: bool) -> Response:
    """Show the same code again until it was taken up: it waits, sealed, in the cookie."""
    if "secret" not in caller.cookie:
        fresh = caller.desk.installation.vault.seal(factors.new_secret())
        caller.cookie["secret"] = fresh.decode()
    secret = _opened(caller, caller.cookie["secret"])
    return caller.page(
        "signing_in/phone.html",
        401 if wrong else 200,
        form=form,
        wrong=wrong,
        secret=secret,
        picture=factors.picture(secret, signed.user.sign_in),
    )
