"""Who of the demonstration school has joined, and in which chat: nearly all; a few blocked us."""

from datetime import date, timedelta
from hashlib import sha256
from random import Random

from bot.demo.seed import cast
from bot.demo.seed.moments import some_time
from bot.demo.seed.rows import Rows
from models.tables import ChatAccount, Person
from models.vocabulary import AccountState, PersonKind

LINE, TELEGRAM = "line", "telegram"
CHANNELS = (LINE, TELEGRAM)
_JOINED = {PersonKind.PUPIL: 0.85, PersonKind.STAFF: 0.95}
_BLOCKED = 0.012
_ON_TELEGRAM = 24
"""One of so many has Telegram in LINE's place; the cast begin with LINE."""
_JOINING = date(2024, 9, 2), date(2024, 9, 13)
_TELEGRAM_IDS = 5_000_000_000
_SIGNS_OF_ID = 11


def add_chats(rows: Rows, dice: Random) -> None:
    """Link chat accounts; the cast have theirs, and nobody of the cast blocks us."""
    stage = {part.number for part in cast.EVERYBODY}
    for person in rows.of(Person):
        number = person["number"]
        on_stage = number in stage
        if not on_stage and dice.random() >= _JOINED[person["kind"]]:
            continue
        linked_at = some_time(dice, *_JOINING)
        blocked = not on_stage and dice.random() < _BLOCKED
        elsewhere = not on_stage and _digest(number, 8) % _ON_TELEGRAM == 0
        channel = TELEGRAM if elsewhere else LINE
        rows.add(
            ChatAccount,
            channel=channel,
            address=address_of(number, channel),
            person_id=person["id"],
            state=AccountState.BLOCKED if blocked else AccountState.OPEN,
            state_at=linked_at + timedelta(hours=12 if blocked else 0),
            linked_at=linked_at,
            seen_at=linked_at,
        )


def address_of(number: str, channel: str) -> str:
    """Return the user id that a person of the demonstration school has on a channel, or would."""
    if channel == TELEGRAM:
        return str(_TELEGRAM_IDS + _digest(number, _SIGNS_OF_ID))
    return "U" + sha256(f"demo/{number}".encode()).hexdigest()[:32]


def _digest(number: str, signs: int) -> int:
    return int(sha256(f"demo/{number}".encode()).hexdigest()[:signs], 16)
