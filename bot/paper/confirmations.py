"""收訖明細確認單: what a statement says, and what its pupil answered or did not; a page a pupil."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.paper.printing import Press
from handlers import labels
from handlers.words import N_, Words
from models.queries import receipts
from models.queries.receipts import Receipt
from models.queries.rosters import Seated
from models.rules.receipt import Standing
from models.rules.roc import Term
from models.rules.taipei import day_of, last_day
from models.tables import Query, ReceiptLine, School

_ANSWERS = {
    Standing.WAITING: N_("Not answered yet"),
    Standing.CONFIRMED: N_("Confirmed: all is correct"),
    Standing.QUERIED: N_("Query raised"),
    Standing.DEEMED_CONFIRMED: N_("Deemed confirmed"),
}


@dataclass(frozen=True, slots=True)
class Pupil:
    """Whose statement it is, and where the pupil sits this year."""

    name: str
    number: str
    class_name: str
    seat: int


async def sheets_of(
    session: AsyncSession,
    school: School,
    pupils: Iterable[Seated],
    *,
    term: Term | None = None,
    round_: int | None = None,
    now: datetime,
    words: Words,
) -> Callable[[], bytes] | None:
    """Return what prints the latest statement of each pupil, of a term and round if one is given.

    None where nobody has one. Printing takes a moment, and needs no database.
    """

    def is_meant(receipt: Receipt) -> bool:
        of_term = term is None or str(Term.of(receipt.term.year, receipt.term.semester)) == str(
            term
        )
        return of_term and round_ in {None, receipt.submission.round}

    found = []
    for seated in pupils:
        statements = await receipts.of_pupil(session, seated.person)
        latest = next(filter(is_meant, statements), None)
        if latest is not None:
            name, number = seated.person.name, seated.person.number
            found.append((Pupil(name, number, seated.class_name, seated.seat), latest))
    if not found:
        return None
    return partial(confirmation_sheet, Press(), found, school=school.name, now=now, words=words)


def confirmation_sheet(
    press: Press,
    receipts: Sequence[tuple[Pupil, Receipt]],
    *,
    school: str,
    now: datetime,
    words: Words,
) -> bytes:
    """Return the PDF with a confirmation sheet for each statement, each beginning a page."""
    data = {
        "locale": words.locale,
        "title": words.say("Confirmation of the receipt statement"),
        "school": school,
        "printed": words.say("Printed {moment}", moment=words.moment(now)),
        "heads": [
            words.say("No."),
            words.say("Kind"),
            words.say("Title"),
            words.say("Detail"),
            words.say("Checked"),
        ],
        "answer": words.say("Answer"),
        "signatures": [
            words.say("Pupil's signature"),
            words.say("Homeroom teacher"),
            words.say("Registrar"),
        ],
        "date": words.say("Date: year      month      day"),
        "small": words.say(
            "Lists what the central database of learning portfolios acknowledged. Whoever neither "
            "confirms nor raises a query within the announced days is deemed to have confirmed "
            "(K12EA letter of 2025, point 6)."
        ),
        "sheets": [_sheet(pupil, receipt, now, words) for pupil, receipt in receipts],
    }
    return press.print("confirmation", data)


def _sheet(pupil: Pupil, receipt: Receipt, now: datetime, words: Words) -> dict[str, Any]:
    standing = receipt.standing(now)
    return {
        "whose": f"{_place(pupil, words)} {pupil.name}".strip(),
        "term": submission_label(receipt, words),
        "facts": _facts(pupil, receipt, words),
        "lines": [_line(line, receipt, standing, words) for line in receipt.lines],
        "standing": standing.value,
        "said": words.say(_ANSWERS[standing]),
        "because": _because(receipt, standing, words),
    }


def _place(pupil: Pupil, words: Words) -> str:
    return labels.seat(pupil.class_name, pupil.seat, words) if pupil.class_name else ""


def submission_label(receipt: Receipt, words: Words) -> str:
    """Return which submission a statement is of: year, semester, round."""
    return words.say(
        "School year {year}, semester {semester}; submission {round}",
        year=receipt.term.year,
        semester=receipt.term.semester,
        round=receipt.submission.round,
    )


def _facts(pupil: Pupil, receipt: Receipt, words: Words) -> list[tuple[str, str]]:
    window = receipt.window
    days = words.say("not announced")
    if window is not None:
        days = words.span(day_of(window.opens_at), last_day(window.closes_at))
    return [
        (words.say("Class"), pupil.class_name),
        (words.say("Seat"), str(pupil.seat or "")),
        (words.say("Number"), pupil.number),
        (words.say("Name"), pupil.name),
        (words.say("Submitted on"), words.day(day_of(receipt.submission.submitted_at))),
        (words.say("Days to check"), days),
    ]


def _line(line: ReceiptLine, receipt: Receipt, standing: Standing, words: Words) -> dict[str, Any]:
    query = receipt.query_on(line.id)
    mark = ""
    if query is not None:
        mark = words.say("Query")
    elif standing is Standing.CONFIRMED:
        mark = words.say("correct")
    return {
        "number": str(line.number),
        "part": labels.word(line.part, words),
        "title": line.title,
        "detail": line.detail,
        "mark": mark,
        "queried": query is not None,
    }


def _because(receipt: Receipt, standing: Standing, words: Words) -> list[str]:
    """Return what the answer was and when, or what follows from silence."""
    said = []
    if receipt.confirmation is not None:
        moment = words.moment(receipt.confirmation.confirmed_at)
        said.append(words.say("The pupil confirmed on {moment}.", moment=moment))
    said += [_doubt(query, receipt, words) for query in receipt.queries]
    if standing is Standing.DEEMED_CONFIRMED and receipt.window is not None:
        said.append(
            words.say(
                "No answer until {deadline}: deemed confirmed "
                "(K12EA letter of 2025, point 6). This cannot be corrected any more.",
                deadline=words.deadline(receipt.window.closes_at),
            )
        )
    if standing is Standing.WAITING and receipt.window is not None:
        said.append(
            words.say(
                "Please answer until {deadline}; after that, silence counts as agreement.",
                deadline=words.deadline(receipt.window.closes_at),
            )
        )
    return said


def _doubt(query: Query, receipt: Receipt, words: Words) -> str:
    line = next((line for line in receipt.lines if line.id == query.line_id), None)
    reason = labels.word(query.reason, words)
    if line is not None:
        reason = words.say(
            "no. {number}, “{title}”: {reason}",
            number=line.number,
            title=line.title,
            reason=reason,
        )
    return words.say(
        "Query on {moment}: {reason}. {state}",
        moment=words.moment(query.raised_at),
        reason=reason,
        state=labels.word(query.state, words),
    )
