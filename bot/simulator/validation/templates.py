"""Template messages: buttons, confirm, carousel and image carousel."""

from collections.abc import Callable
from typing import Any

from bot.simulator.validation.actions import (
    IMAGE_CAROUSEL,
    TEMPLATE,
    TEMPLATE_DEFAULT,
    check_action,
)
from bot.simulator.validation.counting import graphemes
from bot.simulator.validation.problems import Json, Problems

MOST_COLUMNS = 10


def check_template(template: Any, path: str, problems: Problems) -> None:
    """One template object against the limits of its kind."""
    node = problems.object(template, path)
    if node is None:
        return
    kind = node.get("type")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        problems.add(f"{path}.type", f"Must be one of the following values: {sorted(KINDS)}")
        return
    check(node, path, problems)


def _check_card(
    node: Json, path: str, problems: Problems, longest_text: int, most_actions: int
) -> None:
    """Title, text, picture and buttons; the text may be only half as long beside a picture."""
    crowded = bool(node.get("title") or node.get("thumbnailImageUrl"))
    longest = 60 if crowded else longest_text
    problems.text(node, "title", path, 40, required=False, measure=graphemes)
    problems.text(node, "text", path, longest, measure=graphemes)
    problems.secure_url(node, "thumbnailImageUrl", path, required=False)
    problems.colour(node, "imageBackgroundColor", path)
    if "defaultAction" in node:
        check_action(node["defaultAction"], f"{path}.defaultAction", TEMPLATE_DEFAULT, problems)
    _check_actions(node, path, problems, 1, most_actions)


def _check_actions(node: Json, path: str, problems: Problems, fewest: int, most: int) -> None:
    actions = problems.size(node.get("actions"), f"{path}.actions", fewest, most)
    for index, action in enumerate(actions):
        check_action(action, f"{path}.actions[{index}]", TEMPLATE, problems)


def _check_buttons(node: Json, path: str, problems: Problems) -> None:
    _check_card(node, path, problems, longest_text=160, most_actions=4)


def _check_confirm(node: Json, path: str, problems: Problems) -> None:
    problems.text(node, "text", path, 240, measure=graphemes)
    _check_actions(node, path, problems, 2, 2)


def _check_carousel(node: Json, path: str, problems: Problems) -> None:
    columns = problems.size(node.get("columns"), f"{path}.columns", 1, MOST_COLUMNS)
    counts = set()
    for index, column in enumerate(columns):
        here = f"{path}.columns[{index}]"
        if (column := problems.object(column, here)) is not None:
            _check_card(column, here, problems, longest_text=120, most_actions=3)
            counts.add(len(column.get("actions") or ()))
    if len(counts) > 1:
        problems.add(f"{path}.columns", "the number of actions must be the same in all columns")


def _check_image_carousel(node: Json, path: str, problems: Problems) -> None:
    columns = problems.size(node.get("columns"), f"{path}.columns", 1, MOST_COLUMNS)
    for index, column in enumerate(columns):
        here = f"{path}.columns[{index}]"
        if (column := problems.object(column, here)) is not None:
            problems.secure_url(column, "imageUrl", here)
            check_action(column.get("action"), f"{here}.action", IMAGE_CAROUSEL, problems)


KINDS: dict[str, Callable[[Json, str, Problems], None]] = {
    "buttons": _check_buttons,
    "confirm": _check_confirm,
    "carousel": _check_carousel,
    "image_carousel": _check_image_carousel,
}
