"""Faults on demand: what goes wrong, how often, and where; the same again from the same seed."""

import random
from dataclasses import dataclass
from typing import Any

WIRE_KINDS = (
    "error_before",
    "error_after",
    "silence_before",
    "silence_after",
    "drip_before",
    "drip_after",
    "reset_before",
    "reset_after",
)
API_KINDS = (
    *WIRE_KINDS,
    "rate_limit",
    "concurrency_limit",
    "monthly_limit",
    "same_user_limit",
    "slow",
)
WEBHOOK_KINDS = ("duplicate", "reorder", "delay", "lose")


@dataclass(slots=True)
class Fault:
    """One plan of failure.

    With `times` it strikes the next so many calls, else each call with the probability `rate`.
    `path` is a piece of the API path it is confined to; `milliseconds` is for slow, delay, reorder.
    """

    kind: str
    times: int | None = None
    rate: float = 1.0
    path: str = ""
    milliseconds: int = 1_000

    def as_json(self) -> dict[str, Any]:
        """The plan as the phone API shows it."""
        return {
            "kind": self.kind,
            "times": self.times,
            "rate": self.rate,
            "path": self.path,
            "milliseconds": self.milliseconds,
        }


class Faults:
    """The plans in force, and what they did; `api_kinds` can strike a call of the API."""

    def __init__(self, seed: int, api_kinds: tuple[str, ...] = API_KINDS) -> None:
        self.kinds = api_kinds + WEBHOOK_KINDS
        self._api_kinds = api_kinds
        self.plans: list[Fault] = []
        self.struck: list[str] = []
        self._random = random.Random(seed)

    def reseed(self, seed: int) -> None:
        """Start the dice afresh, so that the same calls meet the same faults."""
        self._random.seed(seed)

    def add(
        self,
        kind: str,
        *,
        times: int | None = None,
        rate: float | None = None,
        path: str = "",
        milliseconds: int = 1_000,
    ) -> Fault:
        """Put a plan in force; without `times` and `rate` it strikes once. ValueError if odd."""
        if kind not in self.kinds:
            raise ValueError(f"no fault is called {kind!r}; there are: {', '.join(self.kinds)}")
        if rate is not None and not 0 <= rate <= 1:
            raise ValueError("rate is a probability between 0 and 1")
        if times is None and rate is None:
            times = 1
        fault = Fault(kind, times, 1.0 if rate is None else rate, path, milliseconds)
        self.plans.append(fault)
        return fault

    def clear(self) -> None:
        """Let everything work again."""
        self.plans.clear()

    def strike_api(self, path: str) -> Fault | None:
        """The fault this API call meets, if any."""
        return self._strike(self._api_kinds, path) if self.plans else None

    def strike_webhook(self) -> Fault | None:
        """The fault this webhook meets, if any."""
        return self._strike(WEBHOOK_KINDS, "") if self.plans else None

    def _strike(self, kinds: tuple[str, ...], path: str) -> Fault | None:
        for fault in self.plans:
            if fault.kind not in kinds or fault.path not in path:
                continue
            if fault.rate < 1 and self._random.random() >= fault.rate:
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self.plans.remove(fault)
            self.struck.append(fault.kind)
            return fault
        return None
