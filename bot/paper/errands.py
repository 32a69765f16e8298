"""Prints letters for somebody who waits at the console (bot/exports/errands.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from bot.exports.errands import Errand, Stopped
from bot.i18n import words
from bot.imports.cells import MissingColumns
from bot.imports.reading import read_bytes
from bot.imports.sentences import refusal_sentence
from bot.imports.sheets import Refused
from bot.paper import mailing, telling
from bot.paper.mailing import Address
from bot.paper.printing_letters import Order, Whom, print_letters
from models.rules.roc import Term
from models.store import Store
from models.tables import School


@dataclass(frozen=True, slots=True)
class LettersAsked:
    """Letters that somebody asks for."""

    term: Term
    round: int
    whom: Whom
    office: str
    pepper: bytes = field(repr=False)
    addresses: bytes = field(default=b"", repr=False)

    async def made(self, errand: Errand, store: Store, school: School) -> list[str]:
        """Print the letters and the list of whom they are for."""
        said = words()
        order = Order(
            self.term,
            self.round,
            self.whom,
            self.office,
            errand.place.folder,
            addresses=self._addresses(),
        )
        try:
            done = await print_letters(
                store,
                school,
                order,
                pepper=self.pepper,
                now=errand.now,
                words=said,
                by=errand.by,
                advance=errand.advance,
            )
        except IntegrityError:
            raise Stopped(
                [
                    said.say(
                        "Somebody printed the same letters meanwhile; these are void. Try again."
                    )
                ]
            ) from None
        if not done.letters:
            raise Stopped(telling.printed(done, said))
        once = said.say(
            "Print on one side only, so that the slip takes nothing along. Once they are posted, "
            "say so on the page of the letters."
        )
        return [*telling.printed(done, said), once]

    def _addresses(self) -> Mapping[str, Address]:
        if not self.addresses:
            return {}
        try:
            return mailing.read(read_bytes(self.addresses))
        except Refused as refused:
            raise Stopped([refusal_sentence(refused.why, words())]) from None
        except MissingColumns as missing:
            raise Stopped(
                [
                    words().say(
                        "The file of addresses has no row with the headings {columns}.",
                        columns="、".join(missing.columns),
                    )
                ]
            ) from None
