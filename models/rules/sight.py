"""Which people somebody sees in the console: all of the school, or the pupils of their classes."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.rules.access import Grant
from models.vocabulary import ConsoleRole

_WHOLE = frozenset({ConsoleRole.REGISTRAR, ConsoleRole.VIEWER})


@dataclass(frozen=True, slots=True)
class Sight:
    """Everybody; or else the pupils of classes, by name, and of divisions, by key."""

    everybody: bool = False
    classes: frozenset[str] = frozenset()
    divisions: frozenset[str] = frozenset()

    @property
    def is_blind(self) -> bool:
        """Say whether nobody at all is seen: a submitter of a list needs no pupil's doings."""
        return not (self.everybody or self.classes or self.divisions)


def sight(held: Iterable[Grant]) -> Sight:
    """Return what these grants let somebody see together; a role without a scope sees all."""
    everybody = False
    classes: set[str] = set()
    divisions: set[str] = set()
    for each in held:
        match each.role:
            case ConsoleRole.HOMEROOM_TEACHER if each.scope:
                classes.add(each.scope)
            case ConsoleRole.DEPARTMENT_HEAD if each.scope:
                divisions.add(each.scope)
            case ConsoleRole.HOMEROOM_TEACHER | ConsoleRole.DEPARTMENT_HEAD:
                everybody = True
            case role:
                everybody = everybody or role in _WHOLE
    return Sight(everybody, frozenset(classes), frozenset(divisions))
