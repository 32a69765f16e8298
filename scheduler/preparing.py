"""Readies claimed messages for their call: leaves out what nobody wants any more, draws the rest.

All of it happens in the claiming transaction and in sets, so that a batch costs a handful of
queries whatever it says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from handlers.words import Own, Words
from models.queries import (
    claiming,
    extensions,
    outbox,
    preferences,
    subjects,
    wanted,
    windows,
    wordings,
)
from models.queries.claiming import Claimed
from models.queries.extensions import Granted
from models.queries.schools import rulebook_of
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rules.retrying import key_is_spent
from models.tables import School
from models.vocabulary import DeliveryState, Silence
from scheduler import messages
from scheduler.channel import Channel
from scheduler.messages.scene import Scene
from scheduler.waiting import put_off

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that is about to be sent: frozen, with its attempt on record."""

    claimed: Claimed
    body: bytes
    attempt_id: int


@dataclass(frozen=True, slots=True)
class Preparation:
    """One batch of one school on its way to being sent."""

    session: AsyncSession
    school: School
    channels: Mapping[str, Channel]
    words: Callable[[str], Words]
    now: datetime
    answers_tap: bool = False
    """Whether it leaves with the answer to a tap: that may be at any hour."""

    async def ready(self, claimed: Sequence[Claimed]) -> list[Ready]:
        """Return what is to be sent, with its attempts written; the rest has its reason."""
        if not claimed:
            return []
        usable = await self._usable(claimed)
        bodies = await self._bodies(usable)
        attempts = await claiming.begin_attempts(self.session, list(bodies), self.now)
        return [Ready(usable[id_], body, attempts[id_]) for id_, body in bodies.items()]

    async def _usable(self, claimed: Sequence[Claimed]) -> dict[int, Claimed]:
        """Give up keys that are too old, and chats that are no longer this person's."""
        usable = {each.id: each for each in claimed}
        spent = [e.id for e in claimed if key_is_spent(e.first_tried_at, self.now)]
        await self._give_up(spent, usable, "expired")
        lost = [e.id for e in usable.values() if not e.is_theirs or e.channel not in self.channels]
        await self._give_up(lost, usable, "unlinked")
        return usable

    async def _give_up(self, ids: Sequence[int], left: dict[int, Claimed], reason: str) -> None:
        await outbox.give_up(self.session, ids, self.now, reason=reason)
        for id_ in ids:
            del left[id_]

    async def _bodies(self, usable: dict[int, Claimed]) -> dict[int, bytes]:
        """Return what each message says: as frozen at its first try, or drawn and frozen now."""
        if not usable:
            return {}
        found = await windows.of_school(self.session, self.school.id)
        known = {window.id: window for window in found}
        people = {each.person_id for each in usable.values()}
        granted = await extensions.of_school(self.session, self.school.id, people)
        told = await self._told(usable, known, granted)
        if not self.answers_tap:
            for id_ in await put_off(self.session, self.school, usable, told, self.now):
                del told[id_]
        again = await self._said_again(usable, told)
        bodies = {
            id_: body
            for id_, said in told.items()
            if (body := usable[id_].body) is not None and self._is_frozen(usable[id_], said)
        }
        fresh = {id_: said for id_, said in told.items() if id_ not in bodies}
        return bodies | await self._drawn(usable, fresh, again, known, granted)

    def _has_key(self, claimed: Claimed) -> bool:
        return self.channels[claimed.channel].retry_key_lasts is not None

    def _is_frozen(self, claimed: Claimed, said: Sequence[Saying]) -> bool:
        """Say whether a later try says the same as the first: its key, or nothing to draw, asks."""
        return self._has_key(claimed) or any(each.kind not in messages.MESSAGES for each in said)

    async def _said_again(
        self, usable: dict[int, Claimed], told: dict[int, list[Saying]]
    ) -> frozenset[int]:
        """Return what is said once more although it may have arrived; of the rest it is unknown.

        It is about channels without retry keys: there a repetition is a second message. Only what
        the law wants to be said is worth one, and it tells that it may be the second.
        """
        tried = [id_ for id_ in told if usable[id_].attempts > 1 and not self._has_key(usable[id_])]
        in_doubt = await outbox.unsure(self.session, tried)
        once: dict[int, Silence] = {}
        for id_ in in_doubt:
            again = [each for each in told[id_] if each.required and each.kind in messages.MESSAGES]
            once |= {each.id: Silence.UNKNOWN for each in told[id_] if each not in again}
            told[id_] = again
        await outbox.silence(self.session, once)
        over = [id_ for id_ in in_doubt if not told[id_]]
        await outbox.withdraw(self.session, over, self.now)
        for id_ in over:
            del told[id_]
        return frozenset(in_doubt.difference(over))

    async def _told(
        self,
        usable: dict[int, Claimed],
        known: Mapping[int, TermWindow],
        granted: Granted,
    ) -> dict[int, list[Saying]]:
        """Give what is wanted no more its reason; return what is still to be said, by delivery.

        A frozen body of which only a part is wanted is not sent again: the rest waits anew.
        """
        sayings = await wanted.of_deliveries(self.session, list(usable))
        silent = await wanted.silences(self.session, sayings, known, self.now, granted)
        await outbox.silence(self.session, silent)
        told: dict[int, list[Saying]] = {id_: [] for id_ in usable}
        for each in sayings:
            if each.id not in silent:
                told[each.delivery_id].append(each)
        changed = {each.delivery_id for each in sayings if each.id in silent}
        stale = [
            id_
            for id_ in changed
            if told[id_] and usable[id_].body is not None and self._has_key(usable[id_])
        ]
        await self._give_up(stale, usable, "changed")
        empty = [id_ for id_ in usable if not told[id_]]
        await outbox.withdraw(self.session, empty, self.now)
        return {id_: told[id_] for id_ in usable if told[id_]}

    async def _drawn(
        self,
        usable: Mapping[int, Claimed],
        told: Mapping[int, Sequence[Saying]],
        again: frozenset[int],
        known: Mapping[int, TermWindow],
        granted: Granted,
    ) -> dict[int, bytes]:
        """Draw and freeze messages; what cannot be drawn is refused and holds up nothing else."""
        if not told:
            return {}
        sayings = [saying for said in told.values() for saying in said]
        is_open: Sequence[TermWindow] = ()
        if any("class_id" in each.facts for each in sayings):  # only digests report on them
            is_open = await extensions.all_open(self.session, known.values(), self.now)
        about = await subjects.load(
            self.session, self.school.id, sayings, known, is_open, now=self.now
        )
        data_at = await preferences.imported_at(self.session, self.school.id)
        own = Own(await wordings.of_school(self.session, self.school), self._cannot_say)
        scene = Scene(self.now, rulebook_of(self.school), known, about, granted, data_at, own)
        bodies: dict[int, bytes] = {}
        refused: dict[int, Silence] = {}
        for id_, said in told.items():
            words = self.words(usable[id_].locale)
            drawn = messages.draw(said, scene, words)
            refused |= dict.fromkeys(drawn.refused, Silence.REFUSED)
            if drawn.reply is not None:
                reply = messages.repeated(drawn.reply, words) if id_ in again else drawn.reply
                bodies[id_] = self.channels[usable[id_].channel].draw(reply)
        await outbox.silence(self.session, refused)
        undrawn = [id_ for id_ in told if id_ not in bodies]
        await outbox.end(self.session, undrawn, DeliveryState.FAILED, self.now, reason="undrawable")
        await claiming.freeze(self.session, list(bodies.items()))
        return bodies

    def _cannot_say(self, _msgid: str) -> None:
        """Report that a sentence is said in the product's words since the school's are broken."""
        log.warning("wording_broken", school=self.school.id)
