"""The menus under the chat: one for each duty and one for guests, in each language.

A menu's name carries a digest of what it does and looks like, so that a changed menu is a new one
and an unchanged one is found again.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from bot.line import icons
from bot.line.menudrawing import COMPACT_HEIGHT, FULL_HEIGHT, WIDTH, Tile, draw_menu
from bot.texts import fit_label
from handlers.actions import (
    Action,
    ShowClass,
    ShowHelp,
    ShowHome,
    ShowListToCertify,
    ShowPending,
    ShowReceipt,
    ShowSchool,
    ShowSelection,
    ShowStatus,
    ShowTimetable,
)
from handlers.codec import pack
from handlers.menus import GUEST
from handlers.words import N_, Words
from models.vocabulary import Duty, ItemKind

PREFIX = "portfolio-bell/"


@dataclass(frozen=True, slots=True)
class Area:
    """What one tile of a menu shows and asks for; `label` is a msgid."""

    icon: icons.Icon
    label: str
    action: Action


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu ready to be created: LINE's description of it, and its picture."""

    name: str
    request: dict[str, Any]
    picture: bytes


HOME = Area(icons.home, N_("My overview"), ShowHome())
HELP = Area(icons.question, N_("How it works"), ShowHelp())
TIMETABLE = Area(icons.calendar, N_("Dates"), ShowTimetable())
PENDING = Area(icons.pencil, N_("Awaiting me"), ShowPending())
LIST = Area(icons.ticks, N_("Certify a list"), ShowListToCertify())

AREAS: dict[str, tuple[Area, ...]] = {
    Duty.PUPIL.value: (
        HOME,
        Area(icons.works, N_("My works"), ShowStatus()),
        Area(icons.receipt, N_("Receipt statement"), ShowReceipt(0)),
        Area(icons.tick, N_("Select outcomes"), ShowSelection(0, ItemKind.OUTCOME)),
        Area(icons.star, N_("Select performances"), ShowSelection(0, ItemKind.PERFORMANCE)),
        HELP,
    ),
    Duty.SUBJECT_TEACHER.value: (PENDING, LIST, HOME, HELP),
    Duty.HOMEROOM_TEACHER.value: (
        Area(icons.people, N_("My class"), ShowClass(0)),
        PENDING,
        LIST,
        HOME,
        TIMETABLE,
        HELP,
    ),
    Duty.REGISTRAR.value: (
        Area(icons.building, N_("Whole school"), ShowSchool()),
        TIMETABLE,
        HOME,
        HELP,
    ),
    GUEST: (Area(icons.home, N_("Begin"), ShowHome()), HELP),
}


@lru_cache(maxsize=16)
def drawn_menu(duty: str, words: Words) -> Menu:
    """Return a duty's menu, or a guest's, in a language; takes a fraction of a second, once."""
    areas = AREAS[duty]
    columns = 3 if len(areas) == 6 else len(areas)
    height = FULL_HEIGHT if len(areas) > columns else COMPACT_HEIGHT
    tiles = [_tile(place, area, columns, words) for place, area in enumerate(areas)]
    request = {
        "size": {"width": WIDTH, "height": height},
        "selected": True,
        "chatBarText": fit_label(words.say("Menu"), 14),
        "areas": [_area(tile, area) for tile, area in zip(tiles, areas, strict=True)],
    }
    picture = draw_menu(tiles, height)
    digest = hashlib.sha256(orjson.dumps(request) + picture).hexdigest()[:16]
    name = f"{PREFIX}{duty}/{words.locale}/{digest}"
    return Menu(name, {"name": name, **request}, picture)


def _tile(place: int, area: Area, columns: int, words: Words) -> Tile:
    row, column = divmod(place, columns)
    left, right = WIDTH * column // columns, WIDTH * (column + 1) // columns
    return Tile(
        icon=area.icon,
        label=fit_label(words.say(area.label), 20),
        left=left,
        top=row * COMPACT_HEIGHT,
        width=right - left,
        height=COMPACT_HEIGHT,
        first=place == 0,
    )


def _area(tile: Tile, area: Area) -> dict[str, Any]:
    """Return what a tap on a tile sends; the label is what a screen reader reads aloud."""
    return {
        "bounds": {"x": tile.left, "y": tile.top, "width": tile.width, "height": tile.height},
        "action": {
            "type": "postback",
            "label": tile.label,
            "data": pack(area.action),
            "displayText": tile.label,
        },
    }
