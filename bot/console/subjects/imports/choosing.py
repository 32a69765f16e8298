"""Choosing what to import: the kinds, what is known already, earlier imports, and the upload."""

import asyncio
from collections.abc import Iterator
from datetime import datetime

from starlette.datastructures import UploadFile
from starlette.responses import Response
from wtforms import FileField, PasswordField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from bot.console import asked, labels
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.subjects.imports.kinds import (
    BELOW,
    IMPORTERS,
    SAMPLES,
    Kind,
    allowed,
    kind,
    subjects,
    tray_of,
)
from bot.console.visit import Visit
from bot.imports import dating, errands, sheets
from bot.imports.errands import Errand
from bot.imports.packages import reading as packages
from bot.imports.samples import contents
from bot.imports.taking import Subject
from bot.imports.tray import FILE, Held, NoTray, Slot, Waiting
from models.queries import reconciling, windows
from models.queries.console import audited, imports
from models.rules.taipei import day_of
from models.vocabulary import Stage

MOST_MAPPING = 4 * 1024 * 1024
MOST_TOGETHER = sheets.MOST_BYTES + MOST_MAPPING
_LONGEST_NAME = 80
_A_CHUNK = 1024 * 1024

doors = Doors()


class UploadForm(ConsoleForm):
    """A file, and what its kind needs besides."""

    file = FileField()
    round = SelectField()
    mapping = FileField()
    password = PasswordField(validators=[Length(max=200)])
    data_at = StringField(validators=[Length(max=40)])

    def __init__(self, visit: Visit, of: Kind, rounds: list[tuple[str, str]]) -> None:
        super().__init__(visit)
        self._words, self._kind = visit.words, of
        self.round.choices = rounds
        for unneeded in (
            *(() if of.of_round else ("round",)),
            *(("data_at",) if of.is_package else ("mapping", "password")),
        ):
            del self[unneeded]

    def validate_file(self, field: FileField) -> None:
        """Ask for a file that is neither empty nor larger than its kind can be."""
        most = packages.MOST_BYTES if self._kind.is_package else sheets.MOST_BYTES
        self._require(field, most)

    def validate_mapping(self, field: FileField) -> None:
        """Ask for the file of identity numbers."""
        self._require(field, MOST_MAPPING)

    def validate_password(self, field: PasswordField) -> None:
        """Ask for the password of the package."""
        if not field.data:
            raise ValidationError(self._words.say("The password that came with the package."))

    def validate_data_at(self, field: StringField) -> None:
        """Ask for a moment as people type it."""
        try:
            _moment(field.data)
        except ValueError:
            raise ValidationError(
                self._words.say("A moment such as 113/5/20 08:00, or nothing.")
            ) from None

    def _require(self, field: FileField, most: int) -> None:
        if not isinstance(field.data, UploadFile) or not field.data.size:
            raise ValidationError(self._words.say("Choose a file that is not empty."))
        if field.data.size > most:
            raise ValidationError(
                self._words.say("The file is larger than {n} MB.", n=most // (1024 * 1024))
            )


@doors.get(f"{IN_SCHOOL}{BELOW}", to=IMPORTERS)
async def choose(visit: Visit) -> Response:
    """Show what can be imported, how fresh each is, and what was imported before."""
    values = visit.request.query_params
    school_id = visit.school.id
    runs = await imports.history(
        visit.session,
        school_id,
        subjects(visit),
        limit=asked.A_PAGE + 1,
        offset=asked.offset(values),
    )
    page = asked.page(values, runs)
    latest = await imports.latest(visit.session, school_id)
    return visit.page(
        "imports/imports.html",
        kinds=allowed(visit),
        stamps=await imports.stamps(visit.session, school_id),
        page=page,
        latest=latest,
        users=await audited.users(visit.session, {each.by for each in page.rows if each.by}),
        waiting=_waiting(visit),
        differing=await _differing(visit),
        subject=labels.subject,
    )


@doors.get(f"{IN_SCHOOL}{BELOW}/samples/{{sample}}", to=IMPORTERS)
async def sample(visit: Visit) -> Response:
    """Hand out a sample file of a small invented school."""
    name = visit.request.path_params["sample"]
    content = None
    if name in SAMPLES:
        content = await asyncio.to_thread(contents, name, today=day_of(visit.now))
    if content is None:
        return absent(visit)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


@doors.get(f"{IN_SCHOOL}{BELOW}/new/{{subject}}", to=IMPORTERS)
async def ask(visit: Visit) -> Response:
    """Ask for a file of one kind, and say what has to be in it."""
    of = kind(visit, visit.request.path_params["subject"])
    if of is None:
        return absent(visit)
    return _form_page(visit, of, UploadForm(visit, of, await _rounds(visit, of)))


@doors.post_files(f"{IN_SCHOOL}{BELOW}/new/{{subject}}", to=IMPORTERS, most=MOST_TOGETHER)
async def upload(visit: Visit) -> Response:
    """Take a file in, and begin to look at what it would change."""
    of = kind(visit, visit.request.path_params["subject"])
    if of is None:
        return absent(visit)
    form = UploadForm(visit, of, await _rounds(visit, of))
    if not form.validate():
        return _form_page(visit, of, form, status=422)
    try:
        slot = tray_of(visit).slot(visit.user.id)
    except NoTray:
        visit.say("No file can be kept here: tell whoever runs this server (BOT_UPLOAD_DIR).")
        return visit.go(visit.to_school(BELOW))
    held = slot.hold()
    if held is None:
        visit.say("Your earlier file is still being worked on: it comes first.")
    else:
        await _begin(visit, of, form, slot, held)
    return visit.go(visit.to_school(f"{BELOW}/waiting"))


async def _begin(visit: Visit, of: Kind, form: UploadForm, slot: Slot, held: Held) -> None:
    """Put the file into its slot and have it looked at; what lay there goes."""
    sent: UploadFile = form.file.data
    try:
        slot.empty()
        digest = await asyncio.to_thread(slot.write, FILE, _chunks(sent))
        data_at = dating.data_at(slot.path(FILE), _moment(form.data.get("data_at")), visit.now)
        term, _, number = str(form.data.get("round") or "").partition("/")
        errand = Errand(
            slot,
            Waiting(
                school_id=visit.school.id,
                subject=of.key,
                name="".join(each for each in sent.filename or "" if each.isprintable())[
                    :_LONGEST_NAME
                ],
                digest=digest,
                term=term,
                round=int(number or 1),
                data_at=data_at.isoformat(),
                at=visit.now.isoformat(),
            ),
            visit.desk.installation.settings.database_url,
            visit.now,
            visit.user.id,
            password=form.data.get("password") or "",
            identities=await form.mapping.data.read() if of.is_package else b"",
        )
        errands.begin(errand, held, errands.look)
    except BaseException:
        held.release()
        raise


def _moment(typed: str | None) -> datetime | None:
    """Return of which moment a file is, as it was typed; raises ValueError."""
    return dating.read_moment(typed) if typed and typed.strip() else None


def _chunks(sent: UploadFile) -> Iterator[bytes]:
    while chunk := sent.file.read(_A_CHUNK):
        yield chunk


def _waiting(visit: Visit) -> Waiting | None:
    """Return what somebody has uploaded at this school."""
    try:
        waiting = tray_of(visit).slot(visit.user.id).look()
    except NoTray:
        return None
    return waiting if waiting is not None and waiting.school_id == visit.school.id else None


async def _differing(visit: Visit) -> int | None:
    """Return how many works differ from the platform's, None for who does not import works."""
    if Subject.WORKS not in subjects(visit):
        return None
    return await reconciling.count_standing(visit.session, visit.school.id)


async def _rounds(visit: Visit, of: Kind) -> list[tuple[str, str]]:
    """Return the rounds of receipt statements that the timetable has, the latest first."""
    if not of.of_round:
        return []
    found = await windows.of_school(visit.session, visit.school.id)
    rounds = {
        (each.term.year, each.term.semester, each.window.round, each.term_name)
        for each in found
        if each.stage is Stage.RECEIPT
    }
    return [
        (f"{term}/{number}", visit.words.say("{term}, round {n}", term=term, n=number))
        for _, _, number, term in sorted(rounds, reverse=True)
    ]


def _form_page(visit: Visit, of: Kind, form: UploadForm, *, status: int = 200) -> Response:
    return visit.page("imports/new.html", status, kind=of, form=form, most=sheets.MOST_BYTES)
