"""A small school that has exported its name lists, and packages that come back of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.exports.columns import load as load_lists
from bot.exports.filling import Order, Wanted
from bot.exports.namelists import export_name_list
from bot.imports.columns import load
from bot.imports.packages import parts
from bot.imports.packages.taking import Package, PackageReport, take_package
from bot.imports.packages.unpacking import unpacked
from bot.imports.receipts import Round
from bot.imports.taking import Terms
from models.rules.namelists.identities import Found, Identities, Identity
from models.rules.roc import Term
from models.tables import OfficerRecord, Selection
from models.vocabulary import ItemKind, OutcomeState
from tests.imports.packages.packing import PASSWORD, Files, aes, hashed
from tests.support import cast
from tests.support.cast import taipei
from tests.support.kept import kept_store
from tests.support.scene import Scene

NUMBERS = {"小美": "A123456789", "阿明": "B123456780", "小華": "C123456781"}
BORN = date(2008, 5, 3)
TERM = Term("112-2")
RARE = "𠝹𠮷堃「喆」\n第二行，０１９"


@pytest.fixture
async def scene(database_url: str) -> AsyncIterator[Scene]:
    """Open a small school on a database of either kind, the day before its receipt window."""
    async with kept_store(database_url) as store:
        yield Scene(store, await cast.settle(store), taipei(2024, 10, 8))


def identities(scene: Scene, *names: str) -> Identities:
    """Return the registrar's file of identity numbers."""
    return Identities(
        {
            scene.cast.people[name].number: Found(row, Identity(NUMBERS[name], BORN))
            for row, name in enumerate(names or NUMBERS, start=2)
        }
    )


async def exported(scene: Scene, folder: Path) -> list[Path]:
    """Have three pupils' works submitted: the workbooks of outcomes, performances and officers."""
    for slot, (name, title, summary) in enumerate(
        (("小美", "小說改寫", RARE), ("阿明", "作文", "-0012"), ("小華", "報告", "摘要")), start=1
    ):
        work = await scene.add(
            cast.outcome, by=name, course="國文", title=title, state=OutcomeState.CERTIFIED
        )
        await scene.change(work, summary=summary, details={"修課學分": "4"})
        fair = await scene.add(cast.performance, by=name, title=f"科展{slot}")
        async with scene.store.writing() as session:
            of = {"school_id": scene.cast.school.id, "person_id": work.person_id, "year": 112}
            session.add_all(
                [
                    Selection(**of, kind=ItemKind.OUTCOME, slot=1, outcome_id=work.id,
                              selected_at=scene.now),
                    Selection(**of, kind=ItemKind.PERFORMANCE, slot=1, performance_id=fair.id,
                              selected_at=scene.now),
                ]
            )  # fmt: skip
    async with scene.store.writing() as session:
        session.add(
            OfficerRecord(
                school_id=scene.cast.school.id,
                person_id=scene.cast.people["小美"].id,
                term_id=scene.cast.terms["112-2"].id,
                unit="101 班",
                position="班長",
                begins_on=date(2024, 2, 16),
            )
        )
    return [await _list(scene, folder, *which) for which in LISTS]


LISTS = (("outcomes", 0), ("performances", 0), ("officers", 2))


async def _list(scene: Scene, folder: Path, name: str, semester: int) -> Path:
    layout = load_lists()
    order = Order(Wanted(layout.lists[name], 112, semester), layout, identities(scene))
    report = await export_name_list(
        scene.store, scene.cast.school, order, folder, now=taipei(2024, 9, 25)
    )
    return report.files[0]


async def take(
    scene: Scene,
    files: Files,
    *,
    known: Identities | None = None,
    round_number: int = 1,
    **terms: Any,
) -> PackageReport:
    """Take a package over as the command does."""
    columns = load()
    names = columns.package
    read = parts.read(unpacked(aes(hashed(files)), PASSWORD), names["keys"], names["parts"])
    package = Package(read, Round(TERM, round_number), known or identities(scene), columns)
    return await take_package(
        scene.store, scene.cast.school, package, Terms(**terms), now=scene.now
    )
