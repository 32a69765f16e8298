"""Undoing the latest import: what would come back and what would go, then the undoing itself."""

from starlette.responses import Response

from bot.console import labels
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.subjects.imports.kinds import BELOW, IMPORTERS, subjects, tray_of
from bot.console.visit import Visit
from bot.imports import errands
from bot.imports.errands import Errand
from bot.imports.sentences import COUNTED
from bot.imports.tray import NoTray, Phase, Waiting
from models.queries.console import audited, imports
from models.queries.console.imports import Run

doors = Doors()


@doors.get(f"{IN_SCHOOL}{BELOW}/undo", to=IMPORTERS)
async def ask(visit: Visit) -> Response:
    """Show what undoing the latest import would do."""
    run = await _latest(visit)
    users = await audited.users(visit.session, {run.by} if run and run.by else ())
    return visit.page(
        "imports/undo.html", run=run, users=users, subject=labels.subject, counted=COUNTED
    )


@doors.post(f"{IN_SCHOOL}{BELOW}/undo", to=IMPORTERS)
async def undo(visit: Visit) -> Response:
    """Undo the import that was shown, if nothing was made of it since."""
    run = await _latest(visit)
    if run is None or visit.sent.get("run") != str(run.id):
        visit.say("Nothing was undone: the latest import is another one by now.")
        return visit.go(visit.to_school(f"{BELOW}/undo"))
    try:
        slot = tray_of(visit).slot(visit.user.id)
    except NoTray:
        visit.say("No file can be kept here: tell whoever runs this server (BOT_UPLOAD_DIR).")
        return visit.go(visit.to_school(BELOW))
    held = slot.hold()
    if held is None:
        visit.say("Your earlier file is still being worked on: it comes first.")
    else:
        slot.empty()
        waiting = Waiting(
            school_id=visit.school.id,
            subject=run.subject,
            phase=Phase.UNDOING,
            at=visit.now.isoformat(),
        )
        url = visit.desk.installation.settings.database_url
        errand = Errand(slot, waiting, url, visit.now, visit.user.id, run_id=run.id)
        errands.begin(errand, held, errands.take_back)
    return visit.go(visit.to_school(f"{BELOW}/waiting"))


async def _latest(visit: Visit) -> Run | None:
    """Return the import that can be undone, if it is of a kind that this person imports."""
    run = await imports.latest(visit.session, visit.school.id)
    if run is None or not run.can_be_undone or run.subject not in subjects(visit):
        return None
    return run
