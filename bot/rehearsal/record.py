"""What a rehearsal shows, as plain values that JSON can keep: windows, messages and silences."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import orjson

from bot.rehearsal.recording import Drawing
from models.queries.windows import TermWindow

FORMAT = 1
_CLOSING_DATE = 4
_PARTS_OF_A_WINDOW = 6


class NotARehearsal(ValueError):
    """A file is no rehearsal that this version can read."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A window of the rehearsed span; `closes_at` is exclusive."""

    term: str
    stage: str
    round: int
    division: str | None
    grades: str
    opens_at: datetime
    closes_at: datetime
    source: str

    @property
    def key(self) -> str:
        """Return what names the window whatever its dates are."""
        return f"{self.term}/{self.stage}/{self.division or 'all'}/{self.round}/{self.grades}"


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who got a message: where they sit or stand, and how they behave."""

    where: str
    habit: str


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves at one instant on the same occasions for people of one role.

    The words are those that the first hearer gets; each hearer costs one counted message.
    `per_thousand` is how many would leave in a school of a thousand pupils.
    """

    at: datetime
    role: str
    occasions: tuple[str, ...]
    summary: str
    cards: tuple[Drawing, ...]
    hearers: tuple[Hearer, ...]
    per_thousand: Fraction

    @property
    def cost(self) -> int:
        """Return how many counted messages the rehearsed school pays for it."""
        return len(self.hearers)


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Of one occasion, how many of a role were not told, by the reason."""

    role: str
    occasion: str
    why: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsed span of one school: what its rulebook says, and all that came of it."""

    school_code: str
    school_name: str
    term: str
    seed: int
    began: datetime
    ended: datetime
    settings: Mapping[str, str]
    divisions: Mapping[str, str]
    windows: tuple[Shown, ...]
    messages: tuple[Message, ...]
    unsaid: tuple[Unsaid, ...]


def general(kind: str, occasion: str) -> str:
    """Return an occasion without its dates: 113-1/upload/all/1/D-3; else what kind it is."""
    parts = occasion.split("/")
    if len(parts) != _PARTS_OF_A_WINDOW or not parts[-1].startswith(("D-", "opened", "closed")):
        return kind
    return "/".join(parts[:_CLOSING_DATE] + parts[_CLOSING_DATE + 1 :])


def shown(found: TermWindow) -> Shown:
    """Return a window of the timetable as a rehearsal keeps it."""
    window = found.window
    return Shown(
        term=found.term_name,
        stage=found.stage.value,
        round=window.round,
        division=window.division,
        grades=window.grades,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        source=window.source,
    )


def settings_of(text: str) -> dict[str, str]:
    """Return every setting of a rulebook by its path, as text."""
    return dict(_flat("", tomllib.loads(text)))


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from _flat(f"{path}.{key}" if path else key, inner)
        case [dict(), *_]:
            for number, inner in enumerate(value, start=1):
                yield from _flat(f"{path}[{number}]", inner)
        case _:
            yield path, str(value)


def to_json(rehearsal: Rehearsal, **more: object) -> str:
    """Return a rehearsal as JSON, the same text for the same rehearsal; `more` is only for show."""
    return as_json({"format": FORMAT, **asdict(rehearsal), "shown": more})


def as_json(data: object) -> str:
    """Return plain values as JSON for people and scripts."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n"


def from_json(text: str) -> Rehearsal:
    """Return the rehearsal that a text holds; NotARehearsal where it holds none."""
    try:
        data = orjson.loads(text)
        if data.pop("format") != FORMAT:
            raise NotARehearsal
        del data["shown"]
        return _read(data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotARehearsal(str(error)) from None


def _plain(value: object) -> float:
    if isinstance(value, Fraction):
        return round(float(value), 6)
    raise TypeError


def _read(data: dict[str, Any]) -> Rehearsal:
    return Rehearsal(
        **data
        | {
            "began": datetime.fromisoformat(data["began"]),
            "ended": datetime.fromisoformat(data["ended"]),
            "windows": tuple(_window(each) for each in data["windows"]),
            "messages": tuple(_message(each) for each in data["messages"]),
            "unsaid": tuple(
                Unsaid(each["role"], each["occasion"], each["why"]) for each in data["unsaid"]
            ),
        }
    )


def _window(data: dict[str, Any]) -> Shown:
    return Shown(
        **data
        | {
            "opens_at": datetime.fromisoformat(data["opens_at"]),
            "closes_at": datetime.fromisoformat(data["closes_at"]),
        }
    )


def _message(data: dict[str, Any]) -> Message:
    return Message(
        **data
        | {
            "at": datetime.fromisoformat(data["at"]),
            "occasions": tuple(data["occasions"]),
            "cards": tuple(
                Drawing(each["title"], tuple(each["lines"]), tuple(each["buttons"]))
                for each in data["cards"]
            ),
            "hearers": tuple(Hearer(**each) for each in data["hearers"]),
            "per_thousand": Fraction(str(data["per_thousand"])),
        }
    )
