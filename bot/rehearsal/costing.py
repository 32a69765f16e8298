"""What a rehearsal costs: by role and occasion, by month, and against the plans that LINE sells."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from bot.rehearsal.habits import THOUSAND
from bot.rehearsal.record import Message, Rehearsal
from models.rules.months import COUNTED_IN
from models.vocabulary import Duty

PLANS = (200, 3_000, 6_000)
"""Counted messages a month in LINE's plans for Taiwan: the free one, the middle, the large."""

_ROLES = tuple(Duty)


@dataclass(frozen=True, slots=True)
class Row:
    """What one role is told on an occasion: when, how often, and how many messages that takes.

    `estimated` is for the school's own number of pupils; `unsaid` counts rehearsed people.
    """

    role: str
    occasions: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int
    summary: str
    rehearsed: int
    estimated: int
    unsaid: Mapping[str, int]

    @property
    def key(self) -> tuple[str, tuple[str, ...]]:
        """Return what the row is about, whenever it leaves."""
        return self.role, self.occasions


@dataclass(frozen=True, slots=True)
class Month:
    """The counted messages of one month (as LINE counts them), and the smallest plan that fits."""

    month: str
    estimated: int
    plan: int | None


def rows(rehearsal: Rehearsal, pupils: int) -> list[Row]:
    """Return what each role is told, the earliest first."""
    said: dict[tuple[str, tuple[str, ...]], list[Message]] = defaultdict(list)
    for message in rehearsal.messages:
        said[message.role, message.occasions].append(message)
    unsaid = {(each.role, each.occasion): each.why for each in rehearsal.unsaid}
    found = [
        Row(
            role=role,
            occasions=occasions,
            first_at=messages[0].at,
            last_at=messages[-1].at,
            times=len(messages),
            summary=messages[0].summary,
            rehearsed=sum(each.cost for each in messages),
            estimated=estimate(messages, pupils),
            unsaid=unsaid.get((role, occasions[0]), {}) if len(occasions) == 1 else {},
        )
        for (role, occasions), messages in said.items()
    ]
    return sorted(found, key=lambda row: (_ROLES.index(Duty(row.role)), row.first_at, row.key))


def months(rehearsal: Rehearsal, pupils: int) -> list[Month]:
    """Return what each month costs, with the smallest plan that it fits."""
    spent: dict[str, list[Message]] = defaultdict(list)
    for message in rehearsal.messages:
        spent[message.at.astimezone(COUNTED_IN).strftime("%Y-%m")].append(message)
    return [
        Month(month, cost, next((plan for plan in PLANS if cost <= plan), None))
        for month, cost in ((each, estimate(spent[each], pupils)) for each in sorted(spent))
    ]


def by_role(rehearsal: Rehearsal, pupils: int) -> dict[str, int]:
    """Return how many counted messages each role gets in all."""
    shares: Counter[str] = Counter()
    for role in _ROLES:
        said = [each for each in rehearsal.messages if each.role == role.value]
        if said:
            shares[role.value] = estimate(said, pupils)
    return dict(shares)


def estimate(messages: Iterable[Message], pupils: int) -> int:
    """Return how many messages a school of so many pupils would pay for."""
    total = sum((each.per_thousand for each in messages), Fraction(0))
    return round(total * pupils / THOUSAND)
