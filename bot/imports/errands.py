"""Reads, shows, takes over and takes back in the web process, while its pages go on.

One errand at a time works in a thread with a loop and a store of its own: a list of 60,000 people
keeps no tap waiting. How far it is lies beside the file (bot/imports/tray.py), where every process
finds it; what was written stands in the database, all of a file or nothing.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import structlog

from bot.exports import identities
from bot.i18n import words
from bot.imports import previewing
from bot.imports.cells import MissingColumns
from bot.imports.columns import columns_of as headings_of
from bot.imports.columns import load
from bot.imports.packages import reading as packages
from bot.imports.packages.refusals import PackageRefused
from bot.imports.packages.taking import Package, PackageReport, take_package
from bot.imports.previewing import Told
from bot.imports.reading import read, read_bytes
from bot.imports.receipts import Round
from bot.imports.sheets import Refused
from bot.imports.taking import Ending, Parcel, Subject, Terms, take
from bot.imports.tray import FAULTS, FILE, LINES, Held, Phase, Slot, Waiting
from bot.imports.uncollected import uncollected
from models.errors import DomainError
from models.queries import import_runs, importing
from models.queries.import_runs import BuiltUpon, NothingToUndo
from models.rules.namelists.identities import Identities
from models.rules.roc import Term
from models.store import Store
from models.tables import School

PACKAGE = "package"
"""The subject of a file that is a receipt package; the others are of `Subject`."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done with a slot: `now` is the school's clock, `by` an account of the console.

    A package's password and the file of identity numbers come with the errand, and end with it.
    """

    slot: Slot
    waiting: Waiting
    database_url: str
    now: datetime
    by: int
    password: str = field(default="", repr=False)
    identities: bytes = field(default=b"", repr=False)
    consent: int | None = None
    run_id: int | None = None

    def step(self, name: str) -> None:
        """Say how far it is, to whoever looks."""
        self.slot.keep(replace(self.waiting, step=name))


Work = Callable[[Errand], Coroutine[Any, Any, Waiting]]


class _Stopped(Exception):
    """What was given cannot be taken; `sentence` says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


def begin(errand: Errand, held: Held, work: Work) -> None:
    """Start an errand on a slot that is held; it lets go of it at its end."""
    errand.slot.keep(errand.waiting)
    thread().submit(_done, errand, held, work)


async def look(errand: Errand) -> Waiting:
    """Read and compare a file, and lay what it would change beside it."""
    store = _store(errand)
    try:
        school = await _school(store, errand)
        told = await _taken(store, school, errand, Terms(dry_run=True, data_at=_data_at(errand)))
        shown = await previewing.shown(store, school, told, words())
    finally:
        await store.close()
    errand.slot.write(LINES, (orjson.dumps(each) + b"\n" for each in shown.lines))
    errand.slot.write(FAULTS, (orjson.dumps(each) + b"\n" for each in shown.faults))
    return replace(errand.waiting, phase=Phase.SHOWN, shown=shown.summary)


async def take_over(errand: Errand) -> Waiting:
    """Take over what was shown; where it would be something else by now, it is shown anew."""
    seen = errand.waiting.shown["counts"]
    terms = Terms(consent=errand.consent, data_at=_data_at(errand), seen=seen, by=errand.by)
    store = _store(errand)
    try:
        school = await _school(store, errand)
        told = await _taken(store, school, errand, terms)
    finally:
        await store.close()
    if told.report.ending in (Ending.WRITTEN, Ending.NOTHING_NEW):
        errand.slot.done()
        ending = {**errand.waiting.shown, "ending": told.report.ending}
        return replace(errand.waiting, phase=Phase.TAKEN, shown=ending)
    return replace(await look(errand), said=previewing.MOVED)


async def take_back(errand: Errand) -> Waiting:
    """Undo the school's latest import, if it is the one that was meant."""
    school_id = errand.waiting.school_id
    store = _store(errand)
    try:
        async with store.writing() as session:
            await importing.lock(session, school_id)
            await import_runs.undo(
                session, school_id, errand.now, meant=errand.run_id, by=errand.by
            )
    except NothingToUndo:
        raise _Stopped(
            words().say(
                "Not taken back: another import came meanwhile, or this one was taken back already."
            )
        ) from None
    except BuiltUpon as refusal:
        raise _Stopped(previewing.built_upon(refusal, words())) from None
    finally:
        await store.close()
    return replace(errand.waiting, phase=Phase.UNDONE)


def _done(errand: Errand, held: Held, work: Work) -> None:
    """Do an errand to its end; nothing of what was in the file is logged.

    Where it breaks off nothing is noted, as if the process had died: whoever looks finds nobody at
    work, and asks the database whether it was written.
    """
    try:
        with uncollected():
            ended = asyncio.run(work(errand))
        errand.slot.keep(ended)
    except _Stopped as stopped:
        errand.slot.keep(replace(errand.waiting, phase=Phase.REFUSED, said=stopped.sentence))
    except Exception as error:  # noqa: BLE001 - the thread goes on to the next errand
        log.error("import_broken_off", kind=type(error).__name__)
    finally:
        held.release()


async def _taken(store: Store, school: School, errand: Errand, terms: Terms) -> Told:
    """Compare or take over, as the terms say; raises _Stopped with the reason in words."""
    said = words()
    try:
        if errand.waiting.subject == PACKAGE:
            return await _package(store, school, errand, terms)
        errand.step("read")
        subject = Subject(errand.waiting.subject)
        of = _round(errand.waiting) if subject is Subject.RECEIPTS else None
        parcel = Parcel(subject, read(errand.slot.path(FILE)), load(), of)
        report = await take(store, school, parcel, terms, now=errand.now, step=errand.step)
        return Told(report, parcel.sheets)
    except Refused as refused:
        raise _Stopped(previewing.refusal(refused, said)) from None
    except PackageRefused as refused:
        raise _Stopped(previewing.package_refusal(refused, said)) from None
    except MissingColumns as missing:
        raise _Stopped(previewing.missing(missing, said)) from None
    except DomainError as error:
        raise _Stopped(previewing.no_window(error, said)) from None


async def _package(store: Store, school: School, errand: Errand, terms: Terms) -> Told:
    errand.step("read")
    known = load()
    whose = _identities(errand.identities, known.package["keys"])
    parts = packages.read(errand.slot.path(FILE), errand.password, known)
    package = Package(parts, _round(errand.waiting), whose, known)
    found: PackageReport = await take_package(
        store, school, package, terms, now=errand.now, step=errand.step
    )
    return Told(found.report, (), found)


def _identities(content: bytes, keys: Any) -> Identities:
    required = {field: keys[field] for field in identities.REQUIRED}
    return identities.read(read_bytes(content), headings_of({"columns": required}))


def _round(waiting: Waiting) -> Round:
    return Round(Term(waiting.term), waiting.round)


def _data_at(errand: Errand) -> datetime:
    return datetime.fromisoformat(errand.waiting.data_at)


def _store(errand: Errand) -> Store:
    """Open a store of this errand's own: it belongs to the loop of its thread."""
    return Store(errand.database_url, pool_size=2, threads=False)


async def _school(store: Store, errand: Errand) -> School:
    async with store.reading() as session:
        found = await session.get(School, errand.waiting.school_id)
    if found is None:
        raise LookupError("the school is gone")
    return found


@cache
def thread() -> ThreadPoolExecutor:
    """Return the one thread that errands of this process take turns in."""
    return ThreadPoolExecutor(1, "imports")
