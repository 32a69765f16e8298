"""Stopping all that goes out, and letting it go again; with a reason.

The same code as `bot hold` and `bot release`. What an administrator has put on hold, or a restored
backup has, ends at the terminal: there it is asked what of the doubtful is said again.
"""

from starlette.responses import Response
from wtforms import StringField
from wtforms.validators import Length, ValidationError

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE
from bot.console.visit import VIA, Visit
from models.queries import holds
from models.queries.holds import Hold

doors = Doors()


class ReasonForm(ConsoleForm):
    """Why something is stopped; it is kept with the hold and in the audit."""

    reason = StringField(validators=[Length(max=200)])

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit)
        self._words = visit.words

    def validate_reason(self, field: StringField) -> None:
        """Ask for a reason: who looks later has to know."""
        if not (field.data or "").strip():
            raise ValidationError(
                self._words.say("Please write why: it is kept with the hold, and in the audit.")
            )

    @property
    def said(self) -> str:
        """Return the reason."""
        return (self.reason.data or "").strip()


@doors.get(f"{IN_SCHOOL}/messages/hold", to=OFFICE)
async def ask(visit: Visit) -> Response:
    """Say what it means to stop everything, and ask why."""
    hold = await holds.standing(visit.session, visit.school.id)
    return visit.page("messages/hold.html", form=ReasonForm(visit), hold=hold)


@doors.post(f"{IN_SCHOOL}/messages/hold", to=OFFICE)
async def hold_all(visit: Visit) -> Response:
    """Stop everything that this school sends unasked."""
    form = ReasonForm(visit)
    if not form.validate():
        hold = await holds.standing(visit.session, visit.school.id)
        return visit.page("messages/hold.html", 422, form=form, hold=hold)
    wanted = Hold(visit.now, form.said, visit.user.name, school_id=visit.school.id)
    await holds.put_on(visit.session, wanted, via=VIA)
    visit.say("Sending is on hold: nothing leaves unasked until you let it go on.")
    return visit.go(visit.to_school("/messages"))


@doors.post(f"{IN_SCHOOL}/messages/release", to=OFFICE)
async def release_all(visit: Visit) -> Response:
    """Let this school's messages leave again."""
    hold = await holds.on(visit.session, visit.school.id)
    if hold is None or hold.restored:
        visit.say("Nothing of this school's own is on hold.")
        return visit.go(visit.to_school("/messages"))
    await holds.take_off(visit.session, hold, visit.user.name, visit.now, via=VIA)
    visit.say("Messages leave again. What fell due meanwhile is told within a minute, once.")
    return visit.go(visit.to_school("/messages"))
