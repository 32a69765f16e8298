"""The audit's chain on both engines: every kind of tampering is found, and where it is (G1)."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.anchors import Sealer
from bot.verifying import Verdict, verify_store
from models.queries import audit
from models.rules import chain
from models.rules.chain import Flaw, FlawKind, Inspection, Link
from models.store import Store
from models.tables import AuditEntry, School
from scheduler import sealing
from tests.support.cast import taipei

KEY = b"a key that only the tests use"
NOON = taipei(2024, 9, 16, 12)
ENTRY: sa.Table = AuditEntry.__table__  # type: ignore[attr-defined]
SCHOOLS = (1, 2)
SEALED = 12


@dataclass(slots=True)
class Trail:
    """A store with audited schools, and the file of its anchors."""

    store: Store
    path: Path
    sealer: Sealer = field(init=False)

    def __post_init__(self) -> None:
        """Begin as a worker that has just started."""
        self.sealer = Sealer(self.store, KEY, self.path)

    async def enter(self, number: int, school_id: int = 1) -> None:
        """Let something be done in a transaction of its own."""
        async with self.store.writing() as session:
            await audit.record(
                session, school_id=school_id, at=NOON, deed=f"deed {number}", thing="甲", n=number
            )

    async def run(self, *statements: str) -> None:
        """Change rows as somebody with the database at hand does."""
        async with self.store.writing() as session:
            for statement in statements:
                await session.execute(sa.text(statement))

    async def verdict(self, school_id: int = 1) -> Verdict:
        """Return what is found in a school's chain."""
        verdicts = await verify_store(self.store, KEY, [self.path] if self.path.exists() else [])
        return next(each for each in verdicts if each.school_id == school_id)


@pytest.fixture
async def trail(database_url: str, tmp_path: Path) -> AsyncIterator[Trail]:
    """Give two schools with twelve entries each, in turn, without any seal."""
    store = Store(database_url)
    async with store.writing() as session:
        session.add_all(School(id=each, code=str(each), name="", rulebook="") for each in SCHOOLS)
    trail = Trail(store, tmp_path / "anchors")
    async with store.writing() as session:
        for number in range(SEALED * len(SCHOOLS)):
            school = SCHOOLS[number % len(SCHOOLS)]
            await audit.record(session, school_id=school, at=NOON, deed=f"deed {number}")
    yield trail
    await store.close()


async def test_what_nobody_touched_is_sound(trail: Trail) -> None:
    """Entries wait for their seal, then each school has a chain of its own, anchored at its end."""
    assert (await trail.verdict()).unsealed == SEALED

    await trail.sealer.tick()

    for school in SCHOOLS:
        found = await trail.verdict(school)
        assert found == Verdict(school, SEALED, 0, SEALED, ())
        assert found.sound


def flaw(kind: FlawKind, first: int, last: int | None = None) -> set[Flaw]:
    """Give what has to be found."""
    return {Flaw(kind, first, last or first)}


MINE = "school_id = 1 AND position"
SWAP = (
    f"UPDATE audit_entry SET position = 100 WHERE {MINE} = 4",
    f"UPDATE audit_entry SET position = 4 WHERE {MINE} = 5",
    f"UPDATE audit_entry SET position = 5 WHERE {MINE} = 100",
)
CLOSING_THE_GAP = tuple(
    f"UPDATE audit_entry SET position = {place - 1} WHERE {MINE} = {place}"
    for place in range(6, SEALED + 1)
)
TAMPERING: dict[str, tuple[tuple[str, ...], set[Flaw]]] = {
    **{
        f"edited {column}": (
            (f"UPDATE audit_entry SET {column} = {value} WHERE {MINE} = 5",),
            flaw(FlawKind.EDITED, 5),
        )
        for column, value in {
            "at": "at + 1",
            "deed": "'nothing'",
            "thing": "'course_outcome:7'",
            "via": "'line'",
            "clause": "'要點四'",
            "facts": """'{"n": 99}'""",
            "id": "1000",
        }.items()
    },
    "an invented seal": (
        (f"UPDATE audit_entry SET seal = '{'0' * 64}' WHERE {MINE} = 5",),
        flaw(FlawKind.EDITED, 5) | flaw(FlawKind.EDITED, 6),
    ),
    "one deleted": (
        (f"DELETE FROM audit_entry WHERE {MINE} = 5",),
        flaw(FlawKind.MISSING, 5),
    ),
    "the first deleted": (
        (f"DELETE FROM audit_entry WHERE {MINE} <= 3",),
        flaw(FlawKind.MISSING, 1, 3),
    ),
    "one deleted and the rest moved up": (
        (f"DELETE FROM audit_entry WHERE {MINE} = 5", *CLOSING_THE_GAP),
        {Flaw(FlawKind.EDITED, place, place) for place in range(5, SEALED)}
        | flaw(FlawKind.CUT, SEALED),
    ),
    "two exchanged": (
        SWAP,
        {Flaw(FlawKind.EDITED, place, place) for place in (4, 5, 6)},
    ),
    "put before the beginning": (
        (f"UPDATE audit_entry SET position = 0 WHERE {MINE} = 5",),
        flaw(FlawKind.MISPLACED, 1) | flaw(FlawKind.EDITED, 1) | flaw(FlawKind.MISSING, 5),
    ),
    "given to the other school": (
        (f"UPDATE audit_entry SET school_id = 2, position = 13 WHERE {MINE} = 5",),
        flaw(FlawKind.MISSING, 5),
    ),
    "the end cut off": (
        (f"DELETE FROM audit_entry WHERE {MINE} > 9",),
        flaw(FlawKind.CUT, 10, SEALED),
    ),
    "everything deleted": (
        ("DELETE FROM audit_entry",),
        flaw(FlawKind.CUT, 1, SEALED),
    ),
}


async def test_every_kind_of_tampering_is_found_where_it_happened(trail: Trail) -> None:
    """Edits, deletions, exchanges and cuts, one after the other on the same rows put back."""
    await trail.sealer.tick()
    async with trail.store.reading() as session:
        rows = [dict(row._mapping) for row in await session.execute(sa.select(ENTRY))]
    for name, (statements, wanted) in TAMPERING.items():
        await trail.run(*statements)
        found = await trail.verdict()
        assert set(found.flaws) == wanted, name
        assert not found.sound
        async with trail.store.writing() as session:
            await session.execute(sa.delete(ENTRY))
            await session.execute(sa.insert(ENTRY), rows)
    assert (await trail.verdict()).sound


async def test_an_end_that_is_cut_and_grows_again_is_found(trail: Trail) -> None:
    """New entries get the places of those that were cut: the anchor says they are others."""
    await trail.sealer.tick()
    await trail.run(f"DELETE FROM audit_entry WHERE {MINE} > 9")
    for number in range(5):
        await trail.enter(number)
    await trail.sealer.tick()

    found = await trail.verdict()

    assert set(found.flaws) == flaw(FlawKind.REPLACED, SEALED)
    assert found.sealed == 14


async def test_a_seal_that_is_taken_off_to_change_the_end_is_found(trail: Trail) -> None:
    """The worker seals the changed entry anew, and its anchor contradicts."""
    await trail.sealer.tick()
    await trail.run(
        f"UPDATE audit_entry SET position = NULL, seal = NULL, deed = 'x' WHERE {MINE} = {SEALED}"
    )
    await trail.sealer.tick()

    assert set((await trail.verdict()).flaws) == flaw(FlawKind.REPLACED, SEALED)


async def test_without_any_anchor_the_chain_is_not_called_sound(trail: Trail) -> None:
    """A cut end could not be seen: whoever verifies is told so."""
    await trail.sealer.tick()
    await asyncio.to_thread(trail.path.unlink)

    found = await trail.verdict()

    assert (found.flaws, found.anchored, found.sound) == ((), 0, False)


async def test_an_anchor_that_somebody_else_wrote_is_nothing(trail: Trail) -> None:
    """Only lines that this installation signed count; others of a log are passed over."""
    await trail.sealer.tick()
    forged = Sealer(trail.store, b"another key", trail.path)
    await forged.tick()
    with trail.path.open("ab") as file:
        file.write(
            b'\xff\n[]\n{"event":"audit_anchored"}\n{"event":"audit_anchored","school_id":1,'
            b'"position":99,"seal":"","mac":"0"}\n'
        )

    assert (await trail.verdict()).sound


async def test_a_worker_that_died_before_it_anchored_is_made_up_for(trail: Trail) -> None:
    """The next worker's first tick writes every head outside."""
    await sealing.seal(trail.store, KEY)
    assert not (await trail.verdict()).sound

    await trail.sealer.tick()

    assert (await trail.verdict()).sound


async def test_taps_and_two_workers_at_once_make_one_chain(trail: Trail) -> None:
    """A hundred transactions while two workers seal, some rolled back: one whole chain."""
    sealers = [trail.sealer, Sealer(trail.store, KEY, trail.path)]

    async def broken(number: int) -> None:
        async with trail.store.writing() as session:
            await audit.record(session, school_id=1, at=NOON, deed=f"broken {number}")
            await session.flush()
            raise LookupError

    async def sealing_on(sealer: Sealer) -> None:
        for _ in range(10):
            await sealer.tick()

    results = await asyncio.gather(
        *(trail.enter(number) for number in range(100)),
        *(broken(number) for number in range(10)),
        *(sealing_on(each) for each in sealers),
        return_exceptions=True,
    )
    await trail.sealer.tick()

    assert [type(each) for each in results if each is not None] == [LookupError] * 10
    found = await trail.verdict()
    assert (found.sealed, found.unsealed, found.sound) == (SEALED + 100, 0, True)


async def test_what_commits_late_is_sealed_late(postgres_url: str, tmp_path: Path) -> None:
    """PostgreSQL gives ids before it commits: the chain's order is its own."""
    trail = Trail(Store(postgres_url), tmp_path / "anchors")
    async with trail.store.writing() as session:
        session.add(School(id=1, code="1", name="", rulebook=""))
    async with trail.store.writing() as slow:
        await audit.record(slow, school_id=1, at=NOON, deed="first id")
        await slow.flush()
        await trail.enter(2)
        await trail.sealer.tick()
    await trail.sealer.tick()

    async with trail.store.reading() as session:
        found = sa.select(ENTRY.c.deed).order_by(ENTRY.c.position)
        deeds = list((await session.execute(found)).scalars())
    assert deeds == ["deed 2", "first id"]
    assert (await trail.verdict()).sound
    await trail.store.close()


def _chain(length: int) -> list[Link]:
    links, before = [], chain.BEGINNING
    for place in range(1, length + 1):
        content = (place, "什麼", None, place * 7)
        before = chain.seal(KEY, before, place, content)
        links.append(Link(place, before, content))
    return links


Tamper = Callable[[list[Link], random.Random], list[Link]]


def _edited(links: list[Link], dice: random.Random) -> list[Link]:
    at = dice.randrange(len(links))
    old = links[at]
    part = dice.randrange(len(old.content))
    content = tuple("x" if each == part else value for each, value in enumerate(old.content))
    return [*links[:at], Link(old.position, old.seal, content), *links[at + 1 :]]


def _deleted(links: list[Link], dice: random.Random) -> list[Link]:
    gone = set(dice.sample(range(len(links)), dice.randint(1, len(links))))
    return [link for at, link in enumerate(links) if at not in gone]


def _renumbered(links: list[Link], dice: random.Random) -> list[Link]:
    kept = _deleted(links, dice)
    return [Link(place, link.seal, link.content) for place, link in enumerate(kept, start=1)]


def _reordered(links: list[Link], dice: random.Random) -> list[Link]:
    first, second = sorted(dice.sample(range(len(links)), 2))
    mixed = list(links)
    mixed[first], mixed[second] = mixed[second], mixed[first]
    return [
        Link(place, link.seal if dice.random() < 0.5 else there.seal, link.content)
        for place, (link, there) in enumerate(zip(mixed, links, strict=True), start=1)
    ]


def _cut(links: list[Link], dice: random.Random) -> list[Link]:
    return links[: dice.randrange(len(links))]


@given(
    length=st.integers(2, 40),
    tamper=st.sampled_from([_edited, _deleted, _renumbered, _reordered, _cut]),
    dice=st.randoms(use_true_random=False),
)
def test_no_tampering_goes_unseen(length: int, tamper: Tamper, dice: random.Random) -> None:
    """Whatever is edited, deleted, renumbered, reordered or cut from a chain of any length."""
    links = _chain(length)
    anchors = {length: str(links[-1].seal)}
    for found, sound in ((links, True), (tamper(links, dice), False)):
        inspection = Inspection(KEY, anchors)
        inspection.follow(found)
        assert (inspection.finish() == []) is sound
