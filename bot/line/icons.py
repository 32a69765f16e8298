"""The icons of the rich menus, drawn with lines on a square of 100 by 100."""

from collections.abc import Callable

from PIL import Image, ImageDraw

Point = tuple[float, float]
_FINER = 3
"""Icons are drawn so many times larger and then made small, which smooths their edges."""


class Pen:
    """Draws round-ended lines of one width."""

    def __init__(self, size: int, width: float = 6) -> None:
        """Prepare a square of `size` pixels; `width` is in hundredths of it."""
        self._scale = size * _FINER / 100
        self._size = size
        self._mask = Image.new("L", (size * _FINER, size * _FINER), 0)
        self._draw = ImageDraw.Draw(self._mask)
        self._width = width

    def line(self, *points: Point) -> None:
        """Draw from point to point."""
        scaled = [self._at(point) for point in points]
        self._draw.line(scaled, fill=255, width=round(self._width * self._scale), joint="curve")
        for x, y in (scaled[0], scaled[-1]):
            self._dot(x, y, self._width * self._scale / 2)

    def shape(self, *points: Point) -> None:
        """Draw a closed line."""
        self.line(*points, points[0])

    def frame(
        self, left: float, top: float, right: float, bottom: float, radius: float = 6
    ) -> None:
        """Draw a rectangle with round corners."""
        half = self._width / 2
        self._draw.rounded_rectangle(
            [*self._at((left - half, top - half)), *self._at((right + half, bottom + half))],
            radius=radius * self._scale,
            outline=255,
            width=round(self._width * self._scale),
        )

    def circle(self, centre: Point, radius: float) -> None:
        """Draw a circle."""
        x, y = self._at(centre)
        reach = (radius + self._width / 2) * self._scale
        self._draw.ellipse(
            [x - reach, y - reach, x + reach, y + reach],
            outline=255,
            width=round(self._width * self._scale),
        )

    def arc(self, centre: Point, radius: float, start: float, end: float) -> None:
        """Draw a part of a circle, clockwise from `start` to `end` degrees (0 is to the right)."""
        x, y = self._at(centre)
        reach = (radius + self._width / 2) * self._scale
        self._draw.arc(
            [x - reach, y - reach, x + reach, y + reach],
            start,
            end,
            fill=255,
            width=round(self._width * self._scale),
        )

    def dot(self, centre: Point, radius: float = 4) -> None:
        """Draw a full circle."""
        x, y = self._at(centre)
        self._dot(x, y, radius * self._scale)

    def mask(self) -> Image.Image:
        """Return what was drawn, white on black."""
        return self._mask.resize((self._size, self._size), Image.Resampling.LANCZOS)

    def _dot(self, x: float, y: float, radius: float) -> None:
        self._draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)

    def _at(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale


def home(pen: Pen) -> None:
    """Draw a house: what is open for me."""
    pen.line((12, 48), (50, 16), (88, 48))
    pen.line((24, 44), (24, 84), (76, 84), (76, 44))
    pen.line((43, 84), (43, 62), (57, 62), (57, 84))


def works(pen: Pen) -> None:
    """Draw a sheet with lines: my works."""
    pen.shape((24, 12), (58, 12), (78, 32), (78, 88), (24, 88))
    for y in (46, 60, 74):
        pen.line((38, y), (64, y))


def tick(pen: Pen) -> None:
    """Draw a ticked box: selecting."""
    pen.line((82, 52), (82, 84), (18, 84), (18, 20), (64, 20))
    pen.line((36, 48), (50, 62), (88, 20))


def star(pen: Pen) -> None:
    """Draw a star: diverse performances."""
    pen.shape(
        (50, 12), (62, 38), (90, 41), (69, 60), (75, 88), (50, 74), (25, 88), (31, 60), (10, 41),
        (38, 38),
    )  # fmt: skip


def receipt(pen: Pen) -> None:
    """Draw a clipboard with a tick: the receipt statement."""
    pen.frame(22, 20, 78, 88)
    pen.line((38, 20), (38, 12), (62, 12), (62, 20))
    pen.line((36, 56), (46, 67), (66, 44))


def question(pen: Pen) -> None:
    """Draw a question mark: help."""
    pen.circle((50, 50), 38)
    pen.arc((50, 40), 12, 180, 40)
    pen.line((58, 50), (50, 56), (50, 60))
    pen.dot((50, 73))


def pencil(pen: Pen) -> None:
    """Draw a pencil over a line: works that wait for me."""
    pen.shape((24, 62), (66, 20), (80, 34), (38, 76), (20, 80))
    pen.line((56, 30), (70, 44))
    pen.line((54, 88), (84, 88))


def ticks(pen: Pen) -> None:
    """Draw a list with ticks: certifying a list at once."""
    for y in (24, 52, 80):
        pen.line((14, y - 2), (20, y + 5), (32, y - 9))
        pen.line((46, y - 1), (86, y - 1))


def calendar(pen: Pen) -> None:
    """Draw a calendar: the timetable."""
    pen.frame(16, 22, 84, 86)
    pen.line((16, 42), (84, 42))
    pen.line((34, 12), (34, 28))
    pen.line((66, 12), (66, 28))
    for x in (34, 50, 66):
        pen.dot((x, 56))
        pen.dot((x, 72))


def people(pen: Pen) -> None:
    """Draw three people: my class."""
    pen.circle((50, 34), 13)
    pen.arc((50, 84), 25, 180, 0)
    pen.circle((18, 44), 8)
    pen.arc((16, 80), 14, 200, 300)
    pen.circle((82, 44), 8)
    pen.arc((84, 80), 14, 240, 340)


def building(pen: Pen) -> None:
    """Draw a school with a flag: the whole school."""
    pen.line((14, 86), (86, 86))
    pen.line((22, 86), (22, 52), (50, 36), (78, 52), (78, 86))
    pen.line((50, 36), (50, 10), (68, 17), (50, 24))
    pen.line((43, 86), (43, 68), (57, 68), (57, 86))


Icon = Callable[[Pen], None]
