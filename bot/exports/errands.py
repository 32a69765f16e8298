"""Makes a file for somebody who waits at the console, while its pages go on.

One errand at a time works in a thread with a loop and a store of its own: a long list keeps no tap
waiting. How far it is lies on the shelf (bot/exports/shelf.py), and the file too, until it is
fetched or half an hour is over. Identity numbers and addresses come with the errand, end with it,
and are in nothing but the file.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from threading import Timer
from typing import Any

import structlog

from bot.clock import SystemClock
from bot.exports import identities, telling
from bot.exports.columns import NameListMap
from bot.exports.done import export_done
from bot.exports.filling import Order, Wanted
from bot.exports.layout import load
from bot.exports.namelists import export_name_list
from bot.exports.shelf import Making, Phase, Place, Shelf
from bot.i18n import words
from bot.imports.cells import MissingColumns
from bot.imports.reading import read_bytes
from bot.imports.sentences import refusal_sentence
from bot.imports.sheets import Refused
from bot.imports.tray import KEPT_FOR, Held
from models.rules.namelists.identities import Identities
from models.rules.roc import Term
from models.store import Store
from models.tables import School

log = structlog.get_logger()


class Stopped(Exception):
    """What was asked for cannot be made; `said` says why, and what to do."""

    def __init__(self, said: list[str], gaps: int = 0) -> None:
        super().__init__()
        self.said = said
        self.gaps = gaps


@dataclass(frozen=True, slots=True)
class Errand:
    """What is made where: `now` is the school's clock, `by` an account of the console."""

    shelf: Shelf
    place: Place
    making: Making
    database_url: str
    now: datetime
    by: int

    def advance(self, done: int, of: int) -> None:
        """Say how far it is, to whoever looks."""
        self.place.keep(replace(self.making, done=done, of=of))


Work = Callable[[Errand, Store, School], Coroutine[Any, Any, list[str]]]
"""Puts files into the place and returns what is to be said of them; raises Stopped."""


@dataclass(frozen=True, slots=True)
class NameListAsked:
    """A name list that somebody asks for, with their file of identity numbers."""

    wanted: Wanted
    layout: NameListMap
    content: bytes = field(repr=False)
    kind: str = "xlsx"
    encoding: str = "utf-8"
    leave_out: int = 0

    async def made(self, errand: Errand, store: Store, school: School) -> list[str]:
        """Write the list, or say everything that is in its way."""
        order = Order(
            self.wanted, self.layout, self._identities(), self.kind, self.encoding, self.leave_out
        )
        report = await export_name_list(
            store,
            school,
            order,
            errand.place.folder,
            now=errand.now,
            by=errand.by,
            advance=errand.advance,
        )
        said = words()
        if not report.files:
            raise Stopped(telling.hindrances(report, order, said), len(report.gaps))
        return [*telling.summary(report, order, said), *telling.remarks(report, order, said)]

    def _identities(self) -> Identities:
        try:
            return identities.read(read_bytes(self.content), self.layout.identities)
        except Refused as refused:
            raise Stopped([refusal_sentence(refused.why, words())]) from None
        except MissingColumns as missing:
            raise Stopped(
                [
                    words().say(
                        "The file of identity numbers has no row with the headings {columns}.",
                        columns="、".join(missing.columns),
                    )
                ]
            ) from None


@dataclass(frozen=True, slots=True)
class DoneAsked:
    """What was done in a term, as somebody asks for it."""

    term: Term
    kind: str = "xlsx"
    encoding: str = "utf-8"

    async def made(self, errand: Errand, store: Store, school: School) -> list[str]:
        """Write selections, certifications, confirmations, queries and decisions of the term."""
        layout = load()
        exported = await export_done(
            store,
            school,
            self.term,
            errand.place.folder,
            layout,
            form=self.kind,
            encoding=self.encoding,
            now=errand.now,
            by=errand.by,
        )
        said = words()
        lines = [
            said.count(
                "{sheet}: {n} row", "{sheet}: {n} rows", exported.counts[each.key], sheet=each.title
            )
            for each in layout.sheets
        ]
        if exported.misfits.counts:
            lacking = "".join(dict.fromkeys(each.character for each in exported.misfits.counts))
            lines.append(
                said.say(
                    "Big5 lacks {characters}: a box stands in their place.", characters=lacking
                )
            )
        return lines


def begin(errand: Errand, held: Held, work: Work) -> None:
    """Start an errand for a place that is held; it lets go of it at its end."""
    errand.place.empty()
    errand.place.keep(errand.making)
    _thread().submit(_done, errand, held, work)


def _done(errand: Errand, held: Held, work: Work) -> None:
    """Do an errand to its end, whatever comes; nothing of what is in the file is logged."""
    try:
        said = asyncio.run(_with_store(errand, work))
        ended = replace(errand.making, phase=Phase.READY, said=said)
    except Stopped as stopped:
        ended = replace(errand.making, phase=Phase.REFUSED, said=stopped.said, gaps=stopped.gaps)
    except Exception as error:  # noqa: BLE001 - whoever waits for it is told, and may try again
        log.error("export_broken_off", kind=type(error).__name__)
        ended = replace(errand.making, phase=Phase.BROKEN_OFF)
    try:
        errand.place.keep(ended)
    finally:
        held.release()
    _sweep_later(errand.shelf)


async def _with_store(errand: Errand, work: Work) -> list[str]:
    """Open a store of this errand's own: it belongs to the loop of its thread."""
    store = Store(errand.database_url, pool_size=2, threads=False)
    try:
        async with store.reading() as session:
            school = await session.get_one(School, errand.making.school_id)
        return await work(errand, store, school)
    finally:
        await store.close()


def _sweep_later(shelf: Shelf) -> None:
    """Have the file removed in time, also where nobody opens a page of the console any more."""
    timer = Timer(KEPT_FOR.total_seconds() + 1, lambda: shelf.sweep(SystemClock().now()))
    timer.daemon = True
    timer.start()


@cache
def _thread() -> ThreadPoolExecutor:
    """Return the one thread that errands of this process take turns in."""
    return ThreadPoolExecutor(1, "exports")
