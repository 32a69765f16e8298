"""Rich menus: the object and its picture."""

import io
from typing import Any

from bot.simulator.validation.actions import RICH_MENU, check_action
from bot.simulator.validation.counting import graphemes
from bot.simulator.validation.problems import Json, Problems

MOST_AREAS = 20
LARGEST_IMAGE = 1024 * 1024
WIDTHS = range(800, 2501)
LEAST_HEIGHT = 250
LEAST_RATIO = 1.45
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG"}


def check_rich_menu(menu: Any) -> list[dict[str, str]]:
    """What is wrong with a rich menu object; nothing if it is fine."""
    problems = Problems()
    if not isinstance(menu, dict):
        problems.add("", "Must be an object")
        return problems.found
    _check_size(menu.get("size"), problems)
    if not isinstance(menu.get("selected"), bool):
        problems.add("selected", "May not be empty")
    _check_words(menu, problems)
    areas = problems.size(menu.get("areas"), "areas", 0, MOST_AREAS)
    for index, area in enumerate(areas):
        path = f"areas[{index}]"
        if (node := problems.object(area, path)) is not None:
            _check_bounds(node.get("bounds"), f"{path}.bounds", problems)
            check_action(node.get("action"), f"{path}.action", RICH_MENU, problems)
    return problems.found


def _check_words(menu: Json, problems: Problems) -> None:
    for key, longest in (("name", 300), ("chatBarText", 14)):
        value = menu.get(key)
        if not isinstance(value, str) or not value:
            problems.add(key, "May not be empty")
        elif graphemes(value) > longest:
            problems.add(key, f"Length must be between 1 and {longest}")


def _check_size(size: Any, problems: Problems) -> None:
    node = problems.object(size, "size")
    if node is None:
        return
    problems.whole_number(node, "width", "size", WIDTHS.start, WIDTHS.stop - 1, required=True)
    problems.whole_number(node, "height", "size", LEAST_HEIGHT, 2**31 - 1, required=True)
    if not problems.found and node["width"] / node["height"] < LEAST_RATIO:
        problems.add("size", "The aspect ratio must be at least 1.45")


def _check_bounds(bounds: Any, path: str, problems: Problems) -> None:
    node = problems.object(bounds, path)
    if node is None:
        return
    for key, least in (("x", 0), ("y", 0), ("width", 1), ("height", 1)):
        problems.whole_number(node, key, path, least, 2**31 - 1, required=True)


def image_fault(image: bytes, content_type: str, size: dict[str, int]) -> str | None:
    """Why LINE would refuse this picture for a menu of this size, or nothing."""
    from PIL import Image, UnidentifiedImageError

    if len(image) > LARGEST_IMAGE:
        return "The image must be at most 1 MB"
    try:
        with Image.open(io.BytesIO(image)) as picture:
            form, width, height = picture.format, *picture.size
    except (UnidentifiedImageError, OSError):
        return "The image format must be JPEG or PNG"
    if form != FORMATS[content_type]:
        return "The image format does not match the content type"
    if (width, height) != (size["width"], size["height"]):
        return "The image size does not match the size of the rich menu"
    return None
