"""How large the benchmarks are, and on which engines they run."""

from dataclasses import dataclass

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
ENGINES = (SQLITE, POSTGRESQL)


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything; `sample` schools are enough for what is slow and linear."""

    name: str
    schools: int
    pupils: int
    rounds: int
    sample: int
    waiting: int
    file: int
    webhooks: int
    messages: int

    @property
    def people(self) -> int:
        """Return how many pupils there are in all schools together."""
        return self.schools * self.pupils


SIZES = {
    size.name: size
    for size in (
        Size(
            name="a school",
            schools=1,
            pupils=1_500,
            rounds=5,
            sample=1,
            waiting=100_000,
            file=1_500,
            webhooks=10_000,
            messages=300,
        ),
        Size(
            name="500 schools",
            schools=500,
            pupils=1_120,
            rounds=1,
            sample=20,
            waiting=100_000,
            file=60_000,
            webhooks=10_000,
            messages=300,
        ),
        Size(
            name="tiny",
            schools=2,
            pupils=60,
            rounds=1,
            sample=1,
            waiting=120,
            file=60,
            webhooks=64,
            messages=6,
        ),
    )
}
