"""Looking at what a file would change, and taking it over; while it is worked on, how far it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from starlette.datastructures import UploadFile
from starlette.responses import Response

from bot.console import asked
from bot.console.asked import A_PAGE, Page
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.spreadsheets import spreadsheet
from bot.console.subjects.imports.choosing import MOST_MAPPING
from bot.console.subjects.imports.kinds import (
    BELOW,
    IMPORTERS,
    kind,
    subjects,
    tray_of,
)
from bot.console.visit import Visit
from bot.imports import errands, sentences
from bot.imports.errands import Errand
from bot.imports.taking import Subject
from bot.imports.things import Change
from bot.imports.tray import FAULTS, KEPT_FOR, LINES, NoTray, Phase, Slot, Waiting
from handlers.words import N_
from models.queries.console import imports

doors = Doors()

CHANGES = {Change.GONE: N_("gone"), Change.CHANGED: N_("changed"), Change.NEW: N_("new")}
OF_PEOPLE = {**CHANGES, Change.GONE: N_("marked as departed")}
"""Nobody is ever removed: whoever is not in the list has left."""
_NOT_HERE = N_(
    "No file of yours waits here any more. A file waits for half an hour on the server that took "
    "it in; nothing was changed. Upload it again."
)


@doors.get(f"{IN_SCHOOL}{BELOW}/waiting", to=IMPORTERS)
async def show(visit: Visit) -> Response:
    """Show what a file would change, how far it is, or how it ended."""
    return await _shown(visit)


@doors.get(f"{IN_SCHOOL}{BELOW}/waiting/errors", to=IMPORTERS)
async def errors(visit: Visit) -> Response:
    """Hand out every cell that has to be mended as a file."""
    found = _found(visit)
    if found is None or not found[0].path(FAULTS).exists():
        return _not_here(visit)
    say = visit.words.say
    headings = [say("Worksheet"), say("Row"), say("Column"), say("Value"), say("What is wrong")]
    with found[0].path(FAULTS).open("rb") as lines:
        rows = [
            [row["sheet"], str(row["row"]), *problem]
            for row in map(orjson.loads, lines)
            for problem in row["problems"]
        ]
    return spreadsheet("import-errors", headings, rows)


@doors.post_files(f"{IN_SCHOOL}{BELOW}/waiting/take", to=IMPORTERS, most=MOST_MAPPING)
async def take(visit: Visit) -> Response:
    """Take over what was shown, once the number that it asks for is typed."""
    found = _found(visit)
    if found is None:
        return _not_here(visit)
    slot, waiting = found
    if waiting.phase is not Phase.SHOWN or visit.sent.get("digest") != waiting.digest:
        visit.say("Another file waits here by now: look at this one first.")
        return visit.go(visit.to_school(f"{BELOW}/waiting"))
    wrong = _wrong(visit, waiting)
    if wrong:
        return await _shown(visit, wrong, status=422)
    held = slot.hold()
    if held is not None:
        mapping = visit.sent.get("mapping")
        begun = replace(waiting, phase=Phase.TAKING, at=visit.now.isoformat(), said="")
        errand = Errand(
            slot,
            begun,
            visit.desk.installation.settings.database_url,
            visit.now,
            visit.user.id,
            password=str(visit.sent.get("password", "")),
            identities=await mapping.read() if isinstance(mapping, UploadFile) else b"",
            consent=waiting.shown["at_stake"] or None,
        )
        errands.begin(errand, held, errands.take_over)
    return visit.go(visit.to_school(f"{BELOW}/waiting"))


@doors.post(f"{IN_SCHOOL}{BELOW}/waiting/discard", to=IMPORTERS)
async def discard(visit: Visit) -> Response:
    """Throw the file away; nothing is changed by it."""
    found = _found(visit)
    held = found[0].hold() if found else None
    if found and held is not None:
        found[0].empty()
        held.release()
        visit.say("The file was thrown away; nothing was changed.")
    return visit.go(visit.to_school(BELOW))


def _found(visit: Visit) -> tuple[Slot, Waiting] | None:
    """Return what somebody has uploaded here, as far as they may still import it."""
    try:
        slot = tray_of(visit).slot(visit.user.id)
    except NoTray:
        return None
    waiting = slot.look()
    if waiting is None or waiting.school_id != visit.school.id:
        return None
    if waiting.digest:
        return (slot, waiting) if kind(visit, waiting.subject) else None
    return (slot, waiting) if waiting.subject in subjects(visit) else None


def _not_here(visit: Visit) -> Response:
    visit.say(_NOT_HERE)
    return visit.go(visit.to_school(BELOW))


def _wrong(visit: Visit, waiting: Waiting) -> dict[str, str]:
    """Return what is missing before a file is taken over, by the field that should say it."""
    say = visit.words.say
    typed, wrong = waiting.shown["typed"], {}
    if waiting.shown["faulty"]:
        wrong["typed"] = say("The file has errors: mend them and upload it again.")
    elif typed and str(visit.sent.get("typed", "")).strip().replace(",", "") != str(typed):
        wrong["typed"] = say("Type exactly the number {n}, if this is meant.", n=typed)
    of = kind(visit, waiting.subject)
    if of is not None and of.is_package:
        mapping = visit.sent.get("mapping")
        if not isinstance(mapping, UploadFile) or not mapping.size:
            wrong["mapping"] = say("Choose a file that is not empty.")
        if not visit.sent.get("password"):
            wrong["password"] = say("The password that came with the package.")
    return wrong


async def _shown(
    visit: Visit, wrong: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    found = _found(visit)
    if found is None:
        return _not_here(visit)
    slot, waiting = found
    if waiting.is_busy:
        waiting = await _alive(visit, slot, waiting)
    values = visit.request.query_params
    change = asked.member(values, "change", Change)
    return visit.page(
        "imports/waiting.html",
        status,
        waiting=waiting,
        kind=kind(visit, waiting.subject),
        Phase=Phase,
        steps=sentences.steps(visit.words),
        wrong=wrong or {},
        change=change,
        changes=OF_PEOPLE if waiting.subject == Subject.PEOPLE else CHANGES,
        lines=_lines(slot, waiting, change, values),
        faults=_faults(slot, waiting, values),
        kept_until=datetime.fromtimestamp(slot.changed_at(), visit.right_now.tzinfo) + KEPT_FOR,
        data_at=datetime.fromisoformat(waiting.data_at) if waiting.data_at else None,
    )


async def _alive(visit: Visit, slot: Slot, waiting: Waiting) -> Waiting:
    """Return how far an errand is; where its process is gone, whether it had been written."""
    held = slot.hold()
    if held is None:
        return waiting
    now = slot.look() or waiting
    if now.is_busy:
        undone = now.phase is Phase.UNDOING
        at = datetime.fromisoformat(now.at)
        happened = now.phase is not Phase.READING and await imports.happened(
            visit.session, visit.school.id, at, undone=undone
        )
        ended = Phase.UNDONE if undone else Phase.TAKEN
        now = replace(now, phase=ended if happened else Phase.BROKEN_OFF)
        slot.done()
        slot.keep(now)
    held.release()
    return now


def _lines(
    slot: Slot, waiting: Waiting, change: Change | None, values: Mapping[str, object]
) -> Page[Any] | None:
    """Return a page of what changes: they lie in the order gone, changed, new."""
    if waiting.phase is not Phase.SHOWN or waiting.shown["faulty"]:
        return None
    counts = waiting.shown["lines"]
    kinds = list(Change)
    before = sum(counts[each] for each in kinds[: kinds.index(change)]) if change else 0
    most = counts[change] if change else sum(counts.values())
    start = asked.offset(values)
    size = max(0, min(A_PAGE + 1, most - start))
    return asked.page(values, _read(slot.path(LINES), before + start, size))


def _faults(slot: Slot, waiting: Waiting, values: Mapping[str, object]) -> Page[Any] | None:
    """Return a page of the rows that have to be mended."""
    if waiting.phase is not Phase.SHOWN or not waiting.shown["faulty"]:
        return None
    return asked.page(values, _read(slot.path(FAULTS), asked.offset(values), A_PAGE + 1))


def _read(file: Path, start: int, size: int) -> list[Any]:
    with file.open("rb") as lines:
        return [orjson.loads(each) for each in islice(lines, start, start + size)]
