"""The staff of the demonstration school: who teaches which class, who leads it, and the office."""

from collections import defaultdict, deque
from collections.abc import Hashable
from itertools import count
from random import Random

from bot.demo.seed import cast
from bot.demo.seed.curriculum import FAMILIES, Taught
from bot.demo.seed.names import names
from bot.demo.seed.rows import Rows
from models.tables import Person, Role
from models.vocabulary import Duty, PersonKind

_OFFICE = ("教務主任", "訓育組", "進修部教務組", "實習組")


class Staff:
    """Deals classes to teachers, a family at a time; nobody exists who teaches nothing."""

    def __init__(self, rows: Rows, dice: Random) -> None:
        """Invent the teachers; the cast comes first in each family."""
        self._rows = rows
        self._pools = _pools(dice)
        self._office = names(dice, len(_OFFICE), adult=True, taken=frozenset(cast.STAFF_NAMES))
        self._dealt: dict[Hashable, int] = {}
        self._of_class: dict[Hashable, list[int]] = defaultdict(list)
        self._ids: dict[str, int] = {}
        self._leading: set[int] = set()

    @property
    def ids(self) -> list[int]:
        """Return everybody who works at the school."""
        return list(self._ids.values())

    def teacher_of(self, class_key: Hashable, taught: Taught) -> int:
        """Return who teaches this course to this class: the same person every term."""
        key = (class_key, taught.family, taught.slot)
        if key not in self._dealt:
            pool = self._pools[taught.family]
            self._dealt[key] = self._hired(pool[0])
            pool.rotate(-1)
            self._of_class[class_key].append(self._dealt[key])
        return self._dealt[key]

    def homeroom_of(self, class_key: Hashable) -> int:
        """Return who leads this class: one of its teachers who leads no other, if there is one."""
        mine = self._of_class[class_key]
        apart = {*self._leading, self._ids.get(cast.SUBJECT_TEACHER.number)}
        at_hand = [each for each in [*mine, *self._ids.values()] if each not in apart]
        in_cast = self._ids.get(cast.HOMEROOM_TEACHER.number)
        leader = in_cast if in_cast in mine and in_cast in at_hand else at_hand[0]
        self._leading.add(leader)
        return leader

    def add_office(self) -> None:
        """Add the registrar, and those in the offices who do not teach."""
        part = cast.REGISTRAR
        registrar_id = self._add(part.number, part.name)
        self._rows.add(Role, person_id=registrar_id, duty=Duty.REGISTRAR)
        for place, name in enumerate(self._office, start=2):
            self._add(f"R{place:03}", name)

    def _hired(self, person: tuple[str, str]) -> int:
        number, name = person
        return self._ids.get(number) or self._add(number, name)

    def _add(self, number: str, name: str) -> int:
        self._ids[number] = self._rows.add(Person, kind=PersonKind.STAFF, number=number, name=name)
        return self._ids[number]


def _pools(dice: Random) -> dict[str, deque[tuple[str, str]]]:
    """Return the teachers of each family as (number, name)."""
    pools: dict[str, deque[tuple[str, str]]] = defaultdict(deque)
    for number, (family, name) in cast.TEACHERS.items():
        pools[family].append((number, name))
    missing = {family: wanted - len(pools[family]) for family, wanted in FAMILIES.items()}
    taken = frozenset(cast.STAFF_NAMES)
    invented = iter(names(dice, sum(missing.values()), adult=True, taken=taken))
    numbers = count(len(cast.TEACHERS) + 1)
    for family, wanted in missing.items():
        for _ in range(wanted):
            pools[family].append((f"T{next(numbers):03}", next(invented)))
    return pools
