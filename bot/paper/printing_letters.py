"""Prints letters: who gets one, the PDF and the mailing list first, then the database.

A letter that could not be written is nobody's; one that could not be kept leaves no paper. Nothing
here is stopped by a hold: people carry paper, and a hold stops what leaves by itself.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.exports.writing import CsvWriter, Softened, Writer, XlsxWriter, aside_of, publish
from bot.line.inbox import CHANNEL as LINE
from bot.paper import files, letters
from bot.paper.code_sheets import Account
from bot.paper.letters import Letter, Sender
from bot.paper.mailing import Address
from bot.paper.printing import Press
from bot.paper.returning import Clerk
from bot.telegram.inbox import CHANNEL as TELEGRAM
from handlers.words import Words
from models.queries import audit, codes, holds, receipts, rosters, schools, windows
from models.queries import letters as ledger
from models.queries.letters import Addressee
from models.queries.receipts import Receipt
from models.queries.windows import TermWindow
from models.rules import linking
from models.rules.letters import Why, make_code, shown_code
from models.rules.roc import Term
from models.store import Store
from models.tables import Letter as Row
from models.tables import School
from models.vocabulary import Stage

_AT_ONCE = 500
ALL = "letters"
"""What the file with all letters, and the list, are called."""

Advance = Callable[[int, int], None]


class NoReceiptWindow(Exception):
    """The school has no receipt window of this term and round; `known` are those it has."""

    def __init__(self, known: Sequence[str]) -> None:
        super().__init__()
        self.known = known


class NoSuchClass(Exception):
    """No class of this year has this name."""


@dataclass(frozen=True, slots=True)
class Whom:
    """Who gets a letter: who has left, who could not be reached at the school, or both.

    A class is everybody in it who has not answered, also who was told already.
    """

    departed: bool = True
    unreached: bool = True
    class_name: str = ""

    def why(self, each: Addressee) -> Why | None:
        """Return why somebody gets a letter, None for who gets none."""
        if self.class_name:
            return each.why or Why.CHOSEN
        if each.why is None or each.told:
            return None
        meant = self.departed if each.why is Why.DEPARTED else self.unreached
        return each.why if meant else None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed, for whom, and where to; `addresses` are read for this run alone."""

    term: Term
    round: int
    whom: Whom
    office: str
    out: Path
    each: bool = False
    list_as: str = "xlsx"
    addresses: Mapping[str, Address] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Printed:
    """What one run made; no code, no name and no address in it."""

    letters: int = 0
    again: int = 0
    by_why: Counter[Why] = field(default_factory=Counter)
    files: tuple[Path, ...] = ()
    without_address: tuple[str, ...] = ()
    voided: int = 0
    on_hold: bool = False


async def print_letters(
    store: Store,
    school: School,
    order: Order,
    *,
    pepper: bytes,
    now: datetime,
    words: Words,
    by: int | None = None,
    advance: Advance = lambda _done, _of: None,
) -> Printed:
    """Print a letter for everybody who is meant and keep them; raises OSError and what is above.

    `by` is the account of the console that asks, None at the terminal.
    `advance` is called with how many letters are drawn, and at last with all when they are set.
    """
    async with store.reading() as session:
        written = await _written(session, school, order, now)
        known = await ledger.known(session, [each.to for each in written])
        sender = Sender(await _account(session, school), order.office)
        on_hold = await holds.standing(session, school.id) is not None
    if not written:
        return Printed(on_hold=on_hold)
    written = [_with_codes(each, known.get(each.to.key), sender.account) for each in written]
    made = await asyncio.to_thread(
        _print, written, order, sender, now, words=words, advance=advance
    )
    try:
        async with store.writing() as session:
            voided = await _keep(session, school, written, known, pepper=pepper, now=now, by=by)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return Printed(
        len(written),
        sum(each.to.key in known for each in written),
        Counter(each.why for each in written),
        made,
        tuple(each.to.number for each in written if order.addresses and not each.address),
        voided,
        on_hold,
    )


async def receipt_windows(
    session: AsyncSession, school_id: int, term: Term, round_: int
) -> list[TermWindow]:
    """Return the receipt windows of a term's round; raises NoReceiptWindow with those there are."""
    receipt = [w for w in await windows.of_school(session, school_id) if w.stage is Stage.RECEIPT]
    found = [w for w in receipt if w.term_name == str(term) and w.window.round == round_]
    if not found:
        raise NoReceiptWindow(
            sorted({f"{each.term_name} --round {each.window.round}" for each in receipt})
        )
    return found


async def unposted(clerk: Clerk, term: Term, round_: int) -> list[str]:
    """Return the codes of the letters of a round that nobody has said to have left.

    Those that a later one replaces stay out: whoever posted one all the same names its code.
    """
    found = await receipt_windows(clerk.session, clerk.school.id, term, round_)
    listed = await ledger.of_windows(clerk.session, clerk.school.id, [each.id for each in found])
    void = ledger.replaced(listed)
    return [
        shown_code(letter.code)
        for letter, delivery, _ in listed
        if delivery is None and letter.id not in void
    ]


async def _written(
    session: AsyncSession, school: School, order: Order, now: datetime
) -> list[Letter]:
    """Load what the letters say, by class and seat; the codes come later."""
    class_id = await _class_id(session, school, order.whom.class_name)
    meant: list[tuple[Addressee, Why]] = []
    for window in await receipt_windows(session, school.id, order.term, order.round):
        for each in await ledger.unanswered(session, window, now, class_id):
            why = order.whom.why(each)
            if why is not None:
                meant.append((each, why))
    found: dict[int, Receipt] = {}
    for start in range(0, len(meant), _AT_ONCE):
        some = {each.statement_id: each.window for each, _ in meant[start : start + _AT_ONCE]}
        found |= {each.id: each for each in await receipts.with_windows(session, some)}
    return [
        Letter(each, why, found[each.statement_id], "", order.addresses.get(each.number))
        for each, why in meant
    ]


async def _class_id(session: AsyncSession, school: School, name: str) -> int | None:
    if not name:
        return None
    for room in await rosters.classes_of(session, school.id):
        if room.name == name:
            return room.id
    raise NoSuchClass


async def _account(session: AsyncSession, school: School) -> Account:
    known = await schools.basic_ids(session, school.id)
    return Account(school.name, known.get(LINE, ""), known.get(TELEGRAM, ""))


def _with_codes(one: Letter, known: Row | None, account: Account) -> Letter:
    """Give a letter its code, and a joining code where its pupil may join and has not."""
    joins = one.why is Why.NO_ACCOUNT and bool(account.addresses(""))
    return Letter(
        one.to,
        one.why,
        one.receipt,
        known.code if known else make_code(),
        one.address,
        linking.make_code() if joins else "",
    )


def _print(
    written: Sequence[Letter],
    order: Order,
    sender: Sender,
    now: datetime,
    *,
    words: Words,
    advance: Advance,
) -> tuple[Path, ...]:
    """Write the letters, all in one file or one file each, and the list of whom they are for."""
    press = Press()
    files.folder_of_our_own(order.out)
    made = []
    for done, (name, some) in enumerate(_sheets(written, each=order.each)):
        advance(done, len(written))
        content = letters.letters(press, some, sender=sender, now=now, words=words)
        made.append(files.write(order.out / f"{name}.pdf", content))
    made.append(_list(written, order, words))
    advance(len(written), len(written))
    return tuple(made)


def _sheets(written: Sequence[Letter], *, each: bool) -> Iterator[tuple[str, Sequence[Letter]]]:
    if not each:
        yield ALL, written
        return
    for one in written:
        place = f"{files.safe(one.to.class_name)}-" if one.to.class_name else ""
        yield f"{ALL}-{place}{files.safe(one.to.number)}", (one,)


def _list(written: Sequence[Letter], order: Order, words: Words) -> Path:
    """Write whom the letters are for: what is ticked off when they are posted."""
    headings = [
        words.say("Code of this letter"),
        words.say("Class"),
        words.say("Seat"),
        words.say("Number"),
        words.say("Name"),
        words.say("Until"),
        words.say("Why on paper"),
    ]
    if order.addresses:
        headings += [words.say("Recipient"), words.say("Postcode"), words.say("Address")]
    with aside_of(order.out) as aside:
        writer: Writer = XlsxWriter(aside, ALL)
        if order.list_as == "csv":
            fit = Softened("utf-8").fit
            writer = CsvWriter(aside, ALL, encoding="utf-8", fit=fit)
        with writer:
            writer.begin(words.say("Letters"), headings)
            for one in written:
                writer.row(_row(one, words, addressed=bool(order.addresses)))
        return publish(writer.files[0], order.out)


def _row(one: Letter, words: Words, *, addressed: bool) -> list[str]:
    to, cells = one.to, []
    if addressed:
        at = one.address or Address("", "", "")
        cells = [at.recipient, at.postcode, at.address]
    return [
        shown_code(one.code),
        to.class_name,
        str(to.seat or ""),
        to.number,
        to.name,
        words.deadline(to.window.closes_at),
        words.say(letters.REASONS[one.why]),
        *cells,
    ]


async def _keep(
    session: AsyncSession,
    school: School,
    written: Sequence[Letter],
    known: Mapping[tuple[int, int, datetime], Row],
    *,
    pepper: bytes,
    now: datetime,
    by: int | None,
) -> int:
    """Keep new letters and joining codes; return how many earlier joining codes are void now."""
    session.add_all(
        Row(
            school_id=school.id,
            person_id=one.to.person_id,
            statement_id=one.to.statement_id,
            window_id=one.to.window.id,
            version=one.to.version,
            code=one.code,
            deadline_at=one.to.window.closes_at,
            printed_at=now,
        )
        for one in written
        if one.to.key not in known
    )
    await session.flush()
    joining = {one.to.person_id: one.joining for one in written if one.joining}
    voided = 0
    if joining:
        last = max(one.to.window.closes_at for one in written)
        voided = await codes.keep(
            session, school.id, joining, pepper=pepper, now=now, expires_at=last
        )
    await audit.record(
        session,
        school_id=school.id,
        at=now,
        deed="printed letters",
        thing=f"timetable_window:{written[0].to.window.id}",
        clause="111函 五(三)",
        letters=len(written),
        again=sum(one.to.key in known for one in written),
        **audit.entered_by(by),
    )
    return voided
