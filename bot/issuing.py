"""Makes joining codes and prints them: the paper first, then the database.

A sheet that could not be written voids nothing; a code that could not be kept leaves no paper.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from bot.line.inbox import CHANNEL as LINE
from bot.paper import files
from bot.paper.code_sheets import Account, Slip, code_list, code_sheet
from bot.paper.printing import Press
from bot.telegram.inbox import CHANNEL as TELEGRAM
from handlers import labels
from handlers.words import Words
from models.queries import codes, schools
from models.queries.codes import UNNAMED, Issuer, Joiner
from models.rules.guessing import chance_of_guessing
from models.rules.linking import make_code
from models.rules.taipei import TAIPEI, day_of, end_of
from models.store import Store
from models.tables import School
from models.vocabulary import PersonKind


class NoBasicId(Exception):
    """The school's LINE basic ID is not known, so no QR code can be made."""


class NoBotName(Exception):
    """The name of the school's Telegram bot is not known, so no QR code can be made."""


@dataclass
class NobodyMeant(Exception):
    """These classes or numbers are nobody's."""

    names: list[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall get a code: everybody, or these classes, these numbers, the staff."""

    class_names: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    staff: bool = False
    also_joined: bool = False

    @property
    def everybody(self) -> bool:
        """Return whether nobody in particular is meant."""
        return not (self.class_names or self.numbers or self.staff)

    def means(self, joiner: Joiner) -> bool:
        """Return whether a person is meant, joined or not."""
        return (
            self.everybody
            or joiner.class_name in self.class_names
            or joiner.number in self.numbers
            or (self.staff and joiner.kind is PersonKind.STAFF)
        )

    def gets_code(self, joiner: Joiner) -> bool:
        """Return whether a person gets a code: not yet joined, or named, or joined ones as well."""
        named = joiner.number in self.numbers
        return self.means(joiner) and (named or self.also_joined or not joiner.joined)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One PDF that was written."""

    title: str
    people: int
    path: Path


@dataclass(frozen=True, slots=True)
class Issued:
    """What one run made; no code in it."""

    school_code: str
    folder: Path
    expires_at: datetime
    passed_over: int
    sheets: list[Sheet] = field(default_factory=list)
    csv: Path | None = None
    codes: int = 0
    voided: int = 0
    chance: float = 0.0


async def issue(
    store: Store,
    school: School,
    wanted: Wanted,
    *,
    days: int,
    out: Path | None,
    pepper: bytes,
    now: datetime,
    words: Words,
    by: Issuer = UNNAMED,
    advance: Callable[[int, int], None] = lambda _done, _of: None,
) -> Issued:
    """Print and keep new codes for those who are wanted.

    Raises NoBasicId, NoBotName, NobodyMeant, OSError. `advance` is called after each sheet with
    how many are printed, of how many.
    """
    async with store.reading() as session:
        everybody = await codes.joiners(session, school.id)
        known = await schools.basic_ids(session, school.id)
    _check_known(everybody, wanted)
    account = account_of(school.name, known)
    getting = [joiner for joiner in everybody if wanted.gets_code(joiner)]
    passed_over = sum(map(wanted.means, everybody)) - len(getting)
    folder = out or Path(f"codes-{now.astimezone(TAIPEI):%Y%m%d-%H%M%S}")
    expires_at = end_of(day_of(now) + timedelta(days=days))
    nothing = Issued(school.code, folder, expires_at, passed_over)
    if not getting:
        return nothing
    made = {joiner.person_id: make_code() for joiner in getting}
    sheets, listed = await asyncio.to_thread(
        _print,
        getting,
        made,
        account=account,
        folder=folder,
        expires_at=expires_at,
        words=words,
        advance=advance,
    )
    try:
        async with store.writing() as session:
            voided = await codes.keep(
                session, school.id, made, pepper=pepper, now=now, expires_at=expires_at, by=by
            )
            held = await codes.open_codes(session, school.id, now)
    except BaseException:
        for path in (listed, *(sheet.path for sheet in sheets)):
            path.unlink(missing_ok=True)
        raise
    return Issued(
        school.code,
        folder,
        expires_at,
        passed_over,
        sheets,
        listed,
        len(made),
        voided,
        chance_of_guessing(held),
    )


def account_of(school: str, known: dict[str, str]) -> Account:
    """Return how people find the school in every app it has; raises NoBasicId, NoBotName."""
    if TELEGRAM in known and not known[TELEGRAM]:
        raise NoBotName
    if not known.get(LINE) and (LINE in known or TELEGRAM not in known):
        raise NoBasicId
    return Account(school, known.get(LINE, ""), known.get(TELEGRAM, ""))


def _check_known(everybody: Sequence[Joiner], wanted: Wanted) -> None:
    known = {joiner.class_name for joiner in everybody} | {joiner.number for joiner in everybody}
    unknown = (wanted.class_names | wanted.numbers) - known
    if unknown:
        raise NobodyMeant(sorted(unknown))


def _print(
    getting: Sequence[Joiner],
    made: dict[int, str],
    *,
    account: Account,
    folder: Path,
    expires_at: datetime,
    words: Words,
    advance: Callable[[int, int], None],
) -> tuple[list[Sheet], Path]:
    """Write a sheet for each class and the list of all."""
    files.folder_of_our_own(folder)
    press = Press()
    by_sheet: dict[str, list[Slip]] = defaultdict(list)
    for joiner in getting:
        slip = Slip(
            joiner.name,
            joiner.number,
            joiner.class_name,
            joiner.seat,
            made[joiner.person_id],
        )
        by_sheet[_title(joiner, words)].append(slip)
    sheets = []
    for title, slips in by_sheet.items():
        content = code_sheet(
            press, slips, title=title, account=account, expires_at=expires_at, words=words
        )
        path = files.write(folder / f"codes-{files.safe(title)}.pdf", content)
        sheets.append(Sheet(title, len(slips), path))
        advance(len(sheets), len(by_sheet))
    slips = [slip for of_sheet in by_sheet.values() for slip in of_sheet]
    listed = code_list(slips, account=account, expires_at=expires_at, words=words)
    return sheets, files.write(folder / "codes.csv", listed)


def _title(joiner: Joiner, words: Words) -> str:
    if joiner.class_name:
        named = labels.room(joiner.class_name, words)
        return words.say("Class {class_name}", class_name=named)
    if joiner.kind is PersonKind.STAFF:
        return words.say("Staff")
    return words.say("Pupils without a class")
