"""Making a file while its page goes on, and handing it out once."""

from starlette.responses import Response

from bot.clock import SystemClock
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.papers import handed_out, together
from bot.console.subjects.downloads.kinds import BELOW, BY_KEY, MAKERS, allowed, is_office
from bot.console.visit import Visit
from bot.exports import errands
from bot.exports.errands import Errand, Work
from bot.exports.shelf import Making, Phase, Place, Shelf
from bot.imports.tray import KEPT_FOR, Held, NoTray, folder_of

_FILE = "application/octet-stream"

doors = Doors()


@doors.get(f"{IN_SCHOOL}{BELOW}/made", to=MAKERS)
async def show(visit: Visit) -> Response:
    """Show how far a file is, what is to be known of it, and where to fetch it."""
    making = waiting(visit)
    if making is None:
        return _not_here(visit)
    known = BY_KEY.get(making.kind)
    return visit.page(
        "downloads/made.html",
        making=making,
        Phase=Phase,
        back=f"{BELOW}/new/{known.key}" if known else f"/{making.kind}",
        is_list=known is not None and known.is_list,
    )


@doors.post(f"{IN_SCHOOL}{BELOW}/made/fetch", to=MAKERS)
async def fetch(visit: Visit) -> Response:
    """Hand out a file, and remove it here."""
    making = waiting(visit)
    place, held = _held(visit) if making is not None else (None, None)
    if making is None or place is None or held is None:
        return _not_here(visit)
    try:
        files = place.files() if making.phase is Phase.READY else []
        if not files:
            return _not_here(visit)
        await visit.record("fetched a file", f"school:{visit.school.id}", kind=making.kind)
        answer = (
            handed_out(files[0].name, files[0].read_bytes(), _FILE)
            if len(files) == 1
            else together(making.title.replace("　", "_"), files)
        )
        place.empty()
        return answer
    finally:
        held.release()


@doors.post(f"{IN_SCHOOL}{BELOW}/made/discard", to=MAKERS)
async def discard(visit: Visit) -> Response:
    """Remove a file that nobody wants."""
    place, held = _held(visit) if waiting(visit) is not None else (None, None)
    if place is not None and held is not None:
        place.empty()
        held.release()
        visit.say("Removed.")
    return visit.go(visit.to_school(BELOW))


def begin(visit: Visit, kind: str, title: str, work: Work) -> Response:
    """Begin an errand for whoever visits, and lead to the page that says how far it is."""
    place, held = _held(visit)
    if place is None:
        visit.say("No file can be kept here: tell whoever runs this server (BOT_UPLOAD_DIR).")
        return visit.go(visit.to_school(BELOW))
    if held is None:
        visit.say("Your earlier file is still being made: it comes first.")
    else:
        making = Making(visit.school.id, kind, title)
        database_url = visit.desk.installation.settings.database_url
        errand = Errand(_shelf(visit), place, making, database_url, visit.now, visit.user.id)
        errands.begin(errand, held, work)
    return visit.go(visit.to_school(f"{BELOW}/made"))


def waiting(visit: Visit) -> Making | None:
    """Return what is made for somebody at this school; what waited too long is removed."""
    shelf = _shelf(visit)
    try:
        shelf.sweep(SystemClock().now())
        making = shelf.look(visit.user.id)
    except NoTray:
        return None
    if making is None or making.school_id != visit.school.id:
        return None
    mine = is_office(visit) or making.kind in {each.key for each in allowed(visit)}
    return making if mine else None


def _shelf(visit: Visit) -> Shelf:
    installation = visit.desk.installation
    return Shelf(folder_of(installation.settings.upload_dir, installation.vault.console_key))


def _held(visit: Visit) -> tuple[Place | None, Held | None]:
    """Return somebody's place, and its lock; neither where the folder is not ours alone."""
    try:
        place = _shelf(visit).place(visit.user.id)
    except NoTray:
        return None, None
    return place, place.hold()


def _not_here(visit: Visit) -> Response:
    visit.say(
        "No file of yours waits here any more: it was fetched, or {n} minutes are over. "
        "Make it again.",
        n=int(KEPT_FOR.total_seconds() // 60),
    )
    return visit.go(visit.to_school(BELOW))
