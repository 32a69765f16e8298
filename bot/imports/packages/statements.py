"""Makes receipt statements of a package: finds the pupil of each entry, and words for each row.

Identity numbers and birth dates are looked up here and go no further. A row is called what the
pupil calls the work, where it is the one that was submitted; else by its own first column.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.exports.identities import born_on, identity_number
from bot.imports.cells import clean
from bot.imports.packages.parts import Cells, Entry, Parts
from bot.imports.works import LONGEST_TEXT, LONGEST_TITLE
from models.rules.importing.packages import Received, Sent
from models.rules.importing.problems import Place, Problem, Reason
from models.rules.importing.records import ReceiptRow
from models.rules.namelists.identities import Identities, Identity
from models.vocabulary import StatementPart

PERSON = "person"
ABOUT_PEOPLE = (Reason.NOT_MAPPED, Reason.OTHER_BIRTH_DATE)
"""Whoever is meant has no number here: the entry is told by its place in the file."""

Names = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(slots=True)
class People:
    """The rows of a package, course records apart; of `incomplete` pupils some are not readable."""

    rows: list[Received] = field(default_factory=list)
    records: list[Received] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)


def by_pupil(parts: Parts, identities: Identities) -> People:
    """Find out whose each row is; course records are kept apart from what was handed in."""
    holders = {
        found.identity.number: (number, found.identity)
        for number, found in identities.found.items()
        if found.identity
    }
    people = People()
    for entry in parts.entries:
        known = holders.get(identity_number(entry.identity))
        reason = _refusal(entry, known[1] if known else None)
        if known is None or reason is not None:
            place = Place(entry.file, entry.place)
            people.problems.append(Problem(place, PERSON, "", reason or Reason.NOT_MAPPED))
            people.incomplete |= {known[0]} if known else set()
            continue
        _take(entry, known[0], people)
    return people


def _refusal(entry: Entry, known: Identity | None) -> Reason | None:
    """Return why an entry is nobody's: identity number and birth date say it together."""
    if known is None:
        return Reason.NOT_MAPPED
    try:
        return None if born_on(entry.birth_date) == known.born_on else Reason.OTHER_BIRTH_DATE
    except ValueError:
        return Reason.OTHER_BIRTH_DATE


def _take(entry: Entry, pupil: str, people: People) -> None:
    part = StatementPart(entry.part)
    into = people.records if part is StatementPart.COURSE_RECORD else people.rows
    for sheet, number, cells in entry.rows:
        place = Place(sheet, number)
        if not _is_readable(cells):
            people.problems.append(Problem(place, "pupil", pupil, Reason.UNREADABLE_ROW))
            people.incomplete.add(pupil)
        elif cells:
            into.append(Received(place, pupil, part, cells))


def _is_readable(cells: Cells) -> bool:
    return cells is not None and any(map(clean, cells.values()))


def lines(rows: Sequence[tuple[Received, Sent | None]], names: Names) -> Iterator[ReceiptRow]:
    """Yield a line of a statement for each row; equal ones are numbered, none is dropped."""
    seen: Counter[tuple[str, StatementPart, str, str]] = Counter()
    for row, sent in rows:
        title, detail = _said(row, sent, names[row.part])
        key = (row.pupil, row.part, title, detail)
        seen[key] += 1
        if seen[key] > 1:
            detail = f"{detail}（相同的第 {seen[key]} 筆）"
        yield ReceiptRow(row.place, row.pupil, row.part, title, detail)


def _said(row: Received, sent: Sent | None, names: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return title and detail; every cell that says something stands in one of the two."""
    cells = {name: said for name, cell in row.cells.items() if (said := clean(cell))}
    heading = next((name for name in (*names["title"], *cells) if name in cells), "")
    own = cells.pop(heading, row.place.sheet)
    title = sent.title if sent else own
    first = [own, row.place.sheet] if title != own else [row.place.sheet]
    first += [cells.pop(name) for name in names["first"] if name in cells]
    rest = [f"{name}：{said}" for name, said in cells.items()]
    detail = "；".join([*first, *rest])
    return title[:LONGEST_TITLE], detail[:LONGEST_TEXT]


def of_records(rows: Sequence[Received], names: Names) -> Iterator[ReceiptRow]:
    """Yield a line for the course records of each sheet and semester: the subjects, no grades."""
    columns = names[StatementPart.COURSE_RECORD]
    groups: dict[tuple[str, str, str], list[Received]] = defaultdict(list)
    for row in rows:
        year, semester = (_first(row, columns[field]) for field in ("year", "semester"))
        term = "-".join(filter(None, (year, semester)))
        groups[row.pupil, term, row.place.sheet].append(row)
    for (pupil, term, sheet), some in groups.items():
        title = " ".join(filter(None, (term, f"{sheet}（{len(some)} 科）")))
        subjects = "、".join(_first(row, columns["title"]) or "？" for row in some)
        yield ReceiptRow(
            some[0].place,
            pupil,
            StatementPart.COURSE_RECORD,
            title[:LONGEST_TITLE],
            subjects[:LONGEST_TEXT],
        )


def _first(row: Received, columns: Sequence[str]) -> str:
    said = (clean(row.cells.get(name, "")) for name in columns)
    return next(filter(None, said), "")
