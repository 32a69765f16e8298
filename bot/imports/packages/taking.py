"""Takes a package over: compares it with what was submitted, shows that, and opens the round."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.imports.columns import ColumnMap
from bot.imports.packages import statements
from bot.imports.packages.parts import Parts
from bot.imports.packages.refusals import Flaw, PackageRefused
from bot.imports.receipts import ReceiptsFile, Round
from bot.imports.taking import Report, Subject, Terms, take_found
from models.queries import package_imports
from models.rules.importing.later_rounds import Earlier, Reopened, reopened
from models.rules.importing.packages import Matched, Sent, match
from models.rules.namelists.identities import Identities
from models.store import Store
from models.tables import School
from models.vocabulary import StatementPart

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read, which round it is, and the registrar's file of identity numbers."""

    parts: Parts
    of: Round
    identities: Identities
    columns: ColumnMap


@dataclass(frozen=True, slots=True)
class PackageReport:
    """What a package came to: the report of the import, and how it differs from what was sent.

    `uncompared` are parts of which no name list was exported here, `absent` parts that the package
    lacks, `departed` the numbers of those who get their statement on paper.
    """

    report: Report
    matched: Matched
    later: Reopened
    pupils: int
    uncompared: Sequence[StatementPart] = ()
    absent: Sequence[StatementPart] = ()
    unread: Sequence[str] = ()
    departed: Sequence[str] = ()


@dataclass(slots=True)
class _Known:
    """What a package is compared with."""

    sent: list[Sent] = field(default_factory=list)
    earlier: dict[str, Earlier] = field(default_factory=dict)
    asked: frozenset[str] = frozenset()
    departed: frozenset[str] = frozenset()


async def take_package(
    store: Store,
    school: School,
    package: Package,
    terms: Terms,
    *,
    now: datetime,
    step: Step = lambda _name: None,
) -> PackageReport:
    """Take a package over, or say why nothing was written and how it differs.

    Raises PackageRefused for another school's or year's, and NoReceiptWindow as files do.
    """
    step("check")
    _require_ours(package, school)
    people = statements.by_pupil(package.parts, package.identities)
    pupils = {row.pupil for row in (*people.rows, *people.records)}
    known = await _known(store, school.id, package.of, pupils)
    matched = match(people.rows, known.sent)
    names = package.columns.package
    rows = [
        *statements.lines(matched.rows, names),
        *statements.of_records(people.records, names),
    ]
    later = reopened(rows, known.earlier, known.asked)
    found = ReceiptsFile(
        records=list(later.rows),
        problems=people.problems,
        rows=package.parts.rows,
        called={("", "pupil"): "學號"},
        of=package.of,
        incomplete=people.incomplete,
    )
    report = await take_found(store, school, Subject.RECEIPTS, found, terms, now=now, step=step)
    received = {row.part for row in people.rows}
    submitted = {row.part for row in known.sent}
    return PackageReport(
        report,
        matched,
        later,
        len(pupils),
        [part for part in StatementPart if part in received - submitted],
        [part for part in StatementPart if part.value not in package.parts.found],
        package.parts.unread,
        sorted(pupils & known.departed),
    )


def _require_ours(package: Package, school: School) -> None:
    """Refuse what says of itself that it is about another school or academic year."""
    for cover in package.parts.covers:
        code, year = cover.get("school_code"), cover.get("year")
        if code and code != school.code:
            raise PackageRefused(Flaw.OTHER_SCHOOL, code, school.code)
        if year and year != str(package.of.term.year):
            raise PackageRefused(Flaw.OTHER_YEAR, year, str(package.of.term.year))


async def _known(store: Store, school_id: int, of: Round, pupils: set[str]) -> _Known:
    async with store.reading() as session:
        lists = await package_imports.submitted(session, school_id, of.term)
        return _Known(
            [row for rows in lists.values() if _concerns(rows, pupils) for row in rows],
            await package_imports.earlier(session, school_id, of.term, of.number),
            await package_imports.asked(session, school_id, of.term, of.number),
            await package_imports.departed(session, school_id),
        )


def _concerns(rows: Sequence[Sent], pupils: set[str]) -> bool:
    """Tell whether a list may have come back: none of whose pupils did is another package's."""
    return any(row.pupil in pupils for row in rows)
