"""Actions: what a button does, with the limits of the place that carries it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.simulator.validation.counting import graphemes
from bot.simulator.validation.problems import Json, Problems

LONGEST_DATA = 300
LONGEST_SHOWN = 300
LONGEST_URI = 1_000
URI_SCHEMES = ("http:", "https:", "line:", "tel:")
INPUT_OPTIONS = ("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
MOMENTS = {
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d"),
    "time": (re.compile(r"\d\d:\d\d"), "%H:%M"),
    "datetime": (re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"), "%Y-%m-%dT%H:%M"),
}
YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an action stands: how long its label may be, and what it may not do there."""

    longest_label: int
    label_required: bool = True
    in_quick_reply: bool = False
    in_rich_menu: bool = False
    in_flex: bool = False


TEMPLATE = Place(20)
TEMPLATE_DEFAULT = Place(20, label_required=False)
IMAGE_CAROUSEL = Place(12, label_required=False)
QUICK_REPLY = Place(20, in_quick_reply=True)
RICH_MENU = Place(20, label_required=False, in_rich_menu=True)
FLEX_BUTTON = Place(40, in_flex=True)
FLEX_AREA = Place(40, label_required=False, in_flex=True)


def check_action(action: Any, path: str, place: Place, problems: Problems) -> None:
    """One action object against the limits of its kind and place."""
    node = problems.object(action, path)
    if node is None:
        return
    problems.text(
        node, "label", path, place.longest_label, required=place.label_required, measure=graphemes
    )
    kind = node.get("type")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None or not _allowed(kind, place):
        problems.add(f"{path}.type", "Unsupported action type")
        return
    check(node, path, place, problems)


def _allowed(kind: Any, place: Place) -> bool:
    if kind in ("camera", "cameraRoll", "location"):
        return place.in_quick_reply
    return place.in_rich_menu if kind == "richmenuswitch" else True


def _check_postback(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "data", path, LONGEST_DATA)
    for key in ("displayText", "text"):
        problems.text(node, key, path, LONGEST_SHOWN, required=False, measure=graphemes)
    if "displayText" in node and "text" in node:
        problems.add(f"{path}.text", "displayText and text cannot be used together")
    problems.choice(node, "inputOption", path, INPUT_OPTIONS)
    problems.text(node, "fillInText", path, LONGEST_SHOWN, required=False, measure=graphemes)
    if "fillInText" in node and node.get("inputOption") != "openKeyboard":
        problems.add(f"{path}.fillInText", "Only allowed when inputOption is openKeyboard")


def _check_message(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "text", path, LONGEST_SHOWN, measure=graphemes)


def _check_uri(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "uri", path, LONGEST_URI)
    uri = node.get("uri")
    if isinstance(uri, str) and uri and not uri.lower().startswith(URI_SCHEMES):
        problems.add(f"{path}.uri", "invalid uri scheme")
    alternative = node.get("altUri")
    if alternative is None:
        return
    if not place.in_flex:
        problems.add(f"{path}.altUri", "altUri is only supported in Flex Messages")
    elif target := problems.object(alternative, f"{path}.altUri"):
        problems.text(target, "desktop", f"{path}.altUri", LONGEST_URI)


def _check_clipboard(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "clipboardText", path, 1_000)


def _check_datetimepicker(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "data", path, LONGEST_DATA)
    problems.choice(node, "mode", path, MOMENTS.keys(), required=True)
    mode = node.get("mode")
    if not isinstance(mode, str) or mode not in MOMENTS:
        return
    moments: dict[str, datetime] = {}
    for key in ("initial", "max", "min"):
        if key not in node:
            continue
        moment = _moment(node[key], mode)
        if moment is None:
            problems.add(f"{path}.{key}", f"Must be a {mode} between 1900 and 2100")
        else:
            moments[key] = moment
    if "min" in moments and "max" in moments and moments["min"] >= moments["max"]:
        problems.add(f"{path}.min", "min must be earlier than max")


def _moment(value: object, mode: str) -> datetime | None:
    """The moment written in the form of this mode, or nothing."""
    shape, form = MOMENTS[mode]
    if not isinstance(value, str) or not shape.fullmatch(value):
        return None
    try:
        moment = datetime.strptime(f"{value.upper()}+0000", f"{form}%z")
    except ValueError:
        return None
    return moment if mode == "time" or moment.year in YEARS else None


def _check_rich_menu_switch(node: Json, path: str, place: Place, problems: Problems) -> None:
    problems.text(node, "data", path, LONGEST_DATA)
    alias = node.get("richMenuAliasId")
    if not isinstance(alias, str) or not ALIAS.fullmatch(alias):
        problems.add(f"{path}.richMenuAliasId", "Must match ^[a-z0-9_-]{1,32}$")


def _check_nothing_more(node: Json, path: str, place: Place, problems: Problems) -> None:
    """Camera, camera roll and location carry a label and no more."""


KINDS: dict[str, Callable[[Json, str, Place, Problems], None]] = {
    "postback": _check_postback,
    "message": _check_message,
    "uri": _check_uri,
    "clipboard": _check_clipboard,
    "datetimepicker": _check_datetimepicker,
    "richmenuswitch": _check_rich_menu_switch,
    "camera": _check_nothing_more,
    "cameraRoll": _check_nothing_more,
    "location": _check_nothing_more,
}
