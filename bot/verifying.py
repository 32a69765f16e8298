"""Holds every school's audit chain against its seals and against the heads kept outside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot import anchors
from bot.settings import Settings
from bot.vault import Vault
from handlers.words import N_, Words
from models.queries import audit
from models.rules.chain import Flaw, FlawKind, Inspection
from models.store import Store

_SENTENCES = {
    FlawKind.EDITED: N_("Entry {first} is not what was sealed."),
    FlawKind.MISSING: N_("Entries {first} to {last} are missing."),
    FlawKind.MISPLACED: N_("An entry stands where entry {first} belongs."),
    FlawKind.CUT: N_("The end is cut off: entries {first} to {last} were there once."),
    FlawKind.REPLACED: N_("Entry {first} is another one than was seen outside before."),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in the chain of one school.

    `sealed` is the place of its last entry, `unsealed` how many wait for the worker, `anchored`
    the furthest place that was seen outside, 0 where none was: then a cut end cannot be seen.
    """

    school_id: int
    sealed: int
    unsealed: int
    anchored: int
    flaws: tuple[Flaw, ...]

    @property
    def sound(self) -> bool:
        """Say whether nothing was changed and the end was seen outside as well."""
        return not self.flaws and (self.anchored > 0 or self.sealed == 0)


async def verify(settings: Settings, files: Iterable[Path] = ()) -> list[Verdict]:
    """Return a verdict for every school that has entries, or had some when it was anchored.

    Anchors come from the installation's own file and from `files`, copies of it or of the log.
    """
    key = Vault(settings.secret_key.get_secret_value()).audit_key
    own = anchors.place(settings)
    places = [*files, *([own] if own is not None and own.exists() else [])]
    store = Store(settings.database_url)
    try:
        return await verify_store(store, key, places)
    finally:
        await store.close()


async def verify_store(store: Store, key: bytes, files: Sequence[Path]) -> list[Verdict]:
    """Return the verdicts of a store; the anchors are read first, so that none is too new."""
    seen = seen_outside(files, key)
    verdicts = []
    async with store.reading() as session:
        waiting = await audit.unsealed(session)
        for school in sorted({*await audit.schools(session), *seen}):
            inspection = Inspection(key, seen[school])
            async for links in audit.links(session, school):
                inspection.follow(links)
            flaws = tuple(inspection.finish())
            furthest = max(seen[school], default=0)
            verdicts.append(Verdict(school, inspection.at, waiting.get(school, 0), furthest, flaws))
    return verdicts


def seen_outside(files: Iterable[Path], key: bytes) -> dict[int, dict[int, str]]:
    """Return by school the seals that stand in these files, by their place."""
    seen: dict[int, dict[int, str]] = defaultdict(dict)
    for file in files:
        for head in anchors.read(file, key):
            seen[head.school_id].setdefault(head.position, head.seal)
    return seen


async def walk_on(
    session: AsyncSession, school_id: int, inspection: Inspection, *, most: int
) -> bool:
    """Inspect the next entries of a school's chain; return whether that was all there are."""
    came, before = 0, inspection.at
    async for links in audit.links(session, school_id, behind=inspection.at, most=most):
        inspection.follow(links)
        came += len(links)
    if came == most and inspection.at > before:
        return False
    inspection.finish()
    return True


def sentence(flaw: Flaw, words: Words) -> str:
    """Say what is wrong with a chain."""
    return words.say(_SENTENCES[flaw.kind], first=flaw.first, last=flaw.last)
