"""Postal addresses that the school supplies for one print: read into memory, printed, forgotten."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.imports.cells import clean
from bot.imports.columns import columns_of
from bot.imports.files import tables
from bot.imports.sheets import Sheet

COLUMNS = Path(__file__).parent / "addresses.toml"
_REQUIRED = ("number", "address")
_LINE = 18
"""Characters that fit beside one another in the window of an envelope."""
_BREAKS = "鄉鎮市區村里路街段巷弄號"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a letter goes; its repr shows nothing."""

    recipient: str
    postcode: str
    address: str

    @property
    def lines(self) -> list[str]:
        """Return the address as it stands in the window, broken where one is read."""
        return [each for each in (self.postcode, *_broken(self.address)) if each]

    def __repr__(self) -> str:
        return "Address(…)"


def read(sheets: Sequence[Sheet]) -> Mapping[str, Address]:
    """Return the addresses of a file by 學號; raises MissingColumns. The first of two counts."""
    columns = columns_of(tomllib.loads(COLUMNS.read_text("utf-8")))
    found: dict[str, Address] = {}
    for table in tables(sheets, columns, _REQUIRED):
        for line in table:
            number, address = clean(line.raw("number")), clean(line.raw("address"))
            if number and address:
                said = Address(clean(line.raw("recipient")), clean(line.raw("postcode")), address)
                found.setdefault(number, said)
    return found


def _broken(address: str) -> Iterator[str]:
    """Yield lines that fit, each ending where a part of the address does if there is one."""
    left = address
    while len(left) > _LINE:
        ends = [place for place in range(_LINE // 2, _LINE) if left[place] in _BREAKS]
        end = ends[-1] + 1 if ends else _LINE
        yield left[:end]
        left = left[end:].lstrip()
    yield left
