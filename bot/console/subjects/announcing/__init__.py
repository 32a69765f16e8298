"""Messages to the whole school or a part of it: two people let each out (decision 0039)."""

from bot.console.subjects.announcing import deciding, listing, writing
from bot.console.subjects.announcing.opening import doors

__all__ = ["deciding", "doors", "listing", "writing"]
