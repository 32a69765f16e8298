"""What a month's counted messages are spent on where they do not suffice for everything.

What is required (the last day, receipt) leaves in its order while anything is left, and what it
needs until the month ends is kept for it. Of the rest the most important goes first, then what is
nearest to its deadline. Before all others give way those who lose nothing: they have another chat,
whose messages cost nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from models.vocabulary import NoticeKind

NOTICEABLE = 10
"""Up to so many messages a channel's count may differ from ours: it is an approximate one."""
_FRESH_SHARE = 20
"""A month that was used up has room again with more than one in so many of its messages left."""


class Importance(IntEnum):
    """How much a message matters to whom it is for; the smaller the more."""

    REQUIRED = 0
    PERSONAL = 1
    DEADLINE = 2
    NEWS = 3


_PERSONAL = frozenset(
    {
        NoticeKind.ITEM_RETURNED,
        NoticeKind.CERTIFICATION_WITHDRAWN,
        NoticeKind.DEADLINE_MOVED,
        NoticeKind.DEADLINE_EXTENDED,
        NoticeKind.QUESTION_ANSWERED,
        NoticeKind.QUERY_SETTLED,
        NoticeKind.APPEAL_SETTLED,
        NoticeKind.SLIP_ENTERED,
        NoticeKind.ACCOUNT_LINKED,
        NoticeKind.JOINING_PAUSED,
        NoticeKind.ANSWER_KEPT,
        NoticeKind.QUOTA_SHORT,
        NoticeKind.QUOTA_SPENT,
        NoticeKind.QUOTA_DIFFERS,
        NoticeKind.DATA_STALE,
        NoticeKind.ANNOUNCEMENT_ASKED,
    }
)
_NEWS = frozenset(
    {
        NoticeKind.ITEM_CERTIFIED,
        NoticeKind.PUPIL_NUDGED,
        NoticeKind.CLASS_DIGEST,
        NoticeKind.OFFICE_DIGEST,
        NoticeKind.SCHOOL_ANNOUNCED,
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """Counted messages that are wanted at one moment.

    `spare` of them are for people who have another chat, one that costs nothing. What has no
    deadline can wait longest.
    """

    at: datetime
    kind: NoticeKind
    required: bool
    cost: int
    spare: int = 0
    deadline_at: datetime | None = None
    window_id: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a need gets of a month: the rest goes `elsewhere`, or is cut."""

    need: Need
    granted: int
    elsewhere: int

    @property
    def cut(self) -> int:
        """Return how many messages there is no way for but free ones, people and paper."""
        return self.need.cost - self.granted - self.elsewhere


@dataclass(frozen=True, slots=True)
class Meter:
    """Where a month stands: `limit` is None without one, `used` the larger of what is known."""

    limit: int | None
    used: int

    @property
    def left(self) -> int | None:
        """Return how many counted messages may still leave; None without a limit."""
        return None if self.limit is None else max(self.limit - self.used, 0)

    @property
    def has_room_again(self) -> bool:
        """Say whether a month that was used up is worth another try: its limit was raised."""
        return self.limit is None or self.limit - self.used > self.limit // _FRESH_SHARE


def importance(kind: NoticeKind, *, required: bool) -> Importance:
    """Return how much a notice matters."""
    if required:
        return Importance.REQUIRED
    if kind in _PERSONAL:
        return Importance.PERSONAL
    return Importance.NEWS if kind in _NEWS else Importance.DEADLINE


def meter(limit: int | None, used: int, counted_then: int, counted: int) -> Meter:
    """Return where a month stands by a channel's last count, and ours at that moment and now.

    What the channel knows beyond ours was sent by others, and counts as well.
    """
    return Meter(limit, counted + max(used - counted_then, 0))


def sent_by_others(used: int, counted: int) -> int:
    """Return how many messages a channel counts that we did not send; 0 where it may be none."""
    more = used - counted
    return more if more > max(NOTICEABLE, counted // 50) else 0


def reserve(needs: Iterable[Need]) -> int:
    """Return how many messages are kept for what is required."""
    return sum(need.cost for need in needs if need.required)


def triage(needs: Iterable[Need], left: int | None) -> list[Share]:
    """Return what each need gets of what is left, in the order of time."""
    ordered = sorted(needs, key=lambda need: need.at)
    if left is None:
        return [Share(need, need.cost, 0) for need in ordered]
    granted = _granted(ordered, left)
    return [
        Share(need, firm + spare, need.spare - spare)
        for need, (firm, spare) in zip(ordered, granted, strict=True)
    ]


def _granted(needs: Sequence[Need], left: int) -> list[list[int]]:
    """Return by need how many messages are granted to who has no other chat, and to who has."""
    granted = [[0, 0] for _ in needs]
    by_rank = sorted(range(len(needs)), key=lambda place: _rank(needs[place]))
    for has_other in (0, 1):
        for place in by_rank:
            need = needs[place]
            wanted = need.spare if has_other else need.cost - need.spare
            granted[place][has_other] = min(wanted, left)
            left -= granted[place][has_other]
    return granted


def _rank(need: Need) -> tuple[Importance, timedelta, datetime]:
    """Return the place of a need among others: what is required in its order of time."""
    matters = importance(need.kind, required=need.required)
    if matters is Importance.REQUIRED:
        return matters, timedelta(0), need.at
    distance = timedelta.max if need.deadline_at is None else need.deadline_at - need.at
    return matters, distance, need.at
