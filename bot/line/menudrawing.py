"""Draws the picture of a rich menu: white tiles, each with an icon and its words."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_tw import sans_path

from bot.line.icons import Icon, Pen

WIDTH = 2500
FULL_HEIGHT = 1686
COMPACT_HEIGHT = 843

_GROUND = "#E9EFEC"
_TILE = "#FFFFFF"
_DISC = "#E1F4E8"
_INK = "#1F2937"
_GREEN = "#067A3B"
_GAP = 20
_LARGEST_TYPE = 112
_BOLD = 2
"""Pixels that the only weight of the font is thickened by."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile of a menu: its icon and its words. The first is green: it is tapped most."""

    icon: Icon
    label: str
    left: int
    top: int
    width: int
    height: int
    first: bool = False


def draw_menu(tiles: list[Tile], height: int) -> bytes:
    """Return the picture as a PNG, well under LINE's 1 MB."""
    picture = Image.new("RGB", (WIDTH, height), _GROUND)
    size = min(_type_size(tile) for tile in tiles)
    for tile in tiles:
        _draw_tile(picture, tile, size)
    file = io.BytesIO()
    picture.quantize(128).save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw_tile(picture: Image.Image, tile: Tile, size: int) -> None:
    draw = ImageDraw.Draw(picture)
    half = _GAP // 2
    right, bottom = tile.left + tile.width, tile.top + tile.height
    draw.rounded_rectangle(
        [tile.left + half, tile.top + half, right - half, bottom - half],
        radius=56,
        fill=_GREEN if tile.first else _TILE,
    )
    centre, middle = tile.left + tile.width // 2, tile.top + round(tile.height * 0.40)
    reach = round(tile.height * 0.21)
    _draw_icon(picture, tile, (centre, middle), reach)
    draw.text(
        (centre, tile.top + round(tile.height * 0.77)),
        tile.label,
        font=_font(size),
        fill=_TILE if tile.first else _INK,
        stroke_width=_BOLD,
        anchor="mm",
    )


def _draw_icon(picture: Image.Image, tile: Tile, at: tuple[int, int], reach: int) -> None:
    """Draw the icon on a disc of a smooth edge."""
    disc = Image.new("L", (8 * reach, 8 * reach), 0)
    ImageDraw.Draw(disc).ellipse([0, 0, 8 * reach - 1, 8 * reach - 1], fill=255)
    disc = disc.resize((2 * reach, 2 * reach), Image.Resampling.LANCZOS)
    picture.paste(_DISC, (at[0] - reach, at[1] - reach), disc)
    pen = Pen(round(reach * 1.24))
    tile.icon(pen)
    mask = pen.mask()
    picture.paste(_GREEN, (at[0] - mask.width // 2, at[1] - mask.height // 2), mask)


def _type_size(tile: Tile) -> int:
    """Return the size of type at which the words fit on one line of the tile."""
    wide = _font(_LARGEST_TYPE).getlength(tile.label)
    return min(_LARGEST_TYPE, int(_LARGEST_TYPE * (tile.width - 4 * _GAP) / max(wide, 1)))


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(sans_path()), size)
