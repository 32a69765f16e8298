"""Keeps anybody from asking too often: so many times a minute for one key, per process."""

from collections import Counter
from datetime import datetime, timedelta

A_MINUTE = timedelta(minutes=1)


class Pace:
    """Counts what was asked in the running minute; keys are addresses or hashes, kept no longer."""

    def __init__(self, at_most: int) -> None:
        """Allow so many in a minute for each key."""
        self._at_most = at_most
        self._since: datetime | None = None
        self._counted: Counter[str] = Counter()

    def allows(self, key: str, now: datetime) -> bool:
        """Say whether a key has some left in this minute, without counting."""
        self._turn(now)
        return self._counted[key] < self._at_most

    def count(self, key: str, now: datetime) -> None:
        """Count one more for a key."""
        self._turn(now)
        self._counted[key] += 1

    def _turn(self, now: datetime) -> None:
        if self._since is None or now - self._since >= A_MINUTE:
            self._since = now
            self._counted.clear()
