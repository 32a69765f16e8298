"""How calls are spread so that a channel's rate is kept by all workers together; pure.

A channel's calls are given away in slices that follow one another (GCRA): whoever takes a slice
moves the instant at which the next one may begin. Nobody has to be asked during a slice.
"""

from datetime import datetime, timedelta

AHEAD = timedelta(seconds=0.25)
"""How long before its slice begins a batch may be claimed: a claim takes about a tenth of it."""
LONGEST_BACKLOG = timedelta(minutes=1)
"""A slice that lies further ahead comes of a clock that was set back, and counts for nothing."""
LONGEST_ALONE = timedelta(hours=1)
"""How long a channel may ask to be left alone; asked for longer, it is tried again after that."""


def too_early(free_at: datetime | None, at: datetime) -> timedelta:
    """Return how long to wait until the next slice may be taken; zero where it may be now."""
    if free_at is None or free_at - at > LONGEST_BACKLOG:
        return timedelta()
    return max(free_at - AHEAD - at, timedelta())


def is_left_alone(until: datetime | None, now: datetime) -> bool:
    """Say whether a channel that wanted to be left alone `until` an instant still is."""
    return until is not None and now < until <= now + LONGEST_ALONE
