"""Who of the demonstration school has joined in LINE: nearly all; a few blocked us since."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from bot.demo.seed import cast
from bot.demo.seed.moments import some_time
from bot.demo.seed.rows import Rows
from models.tables import ChatAccount, Person
from models.vocabulary import AccountState, PersonKind

CHANNEL = "line"
_JOINED = {PersonKind.PUPIL: 0.85, PersonKind.STAFF: 0.95}
_BLOCKED = 0.012
_JOINING = date(2024, 9, 2), date(2024, 9, 13)


def add_chats(rows: Rows, dice: Random) -> None:
    """Link LINE accounts; the cast have theirs, and nobody of the cast blocks us."""
    stage = {part.number for part in cast.EVERYBODY}
    for person in rows.of(Person):
        on_stage = person["number"] in stage
        if not on_stage and dice.random() >= _JOINED[person["kind"]]:
            continue
        linked_at = some_time(dice, *_JOINING)
        blocked = not on_stage and dice.random() < _BLOCKED
        rows.add(
            ChatAccount,
            channel=CHANNEL,
            address=address_of(person["number"]),
            person_id=person["id"],
            state=AccountState.BLOCKED if blocked else AccountState.OPEN,
            state_at=linked_at + timedelta(hours=12 if blocked else 0),
            linked_at=linked_at,
            seen_at=linked_at,
        )


def address_of(number: str) -> str:
    """Return the LINE user id that a person of the demonstration school has, or would have."""
    return "U" + sha256(f"demo/{number}".encode()).hexdigest()[:32]
