"""Ids and tokens in LINE's forms, drawn from a seed so that a run can be repeated."""

import hashlib
import random
import zlib
from datetime import datetime

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
FIRST_MESSAGE_ID = 500_000_000_000_000_000


def bot_user_id(channel_id: str) -> str:
    """The user id an account itself has: the `destination` of its webhooks."""
    return "U" + hashlib.sha256(f"bot {channel_id}".encode()).hexdigest()[:32]


def milliseconds(at: datetime) -> int:
    """An instant as LINE writes it: whole milliseconds since 1970."""
    return round(at.timestamp() * 1_000)


class Identifiers:
    """Issues every id and token of a world."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._message_number = FIRST_MESSAGE_ID

    def message_id(self) -> str:
        """A message id: eighteen digits, rising."""
        self._message_number += 1
        return str(self._message_number)

    def token(self) -> str:
        """32 hexadecimal digits: reply tokens, mark-as-read tokens, group and menu ids."""
        return f"{self._random.getrandbits(128):032x}"

    def request_id(self) -> str:
        """A UUID for `x-line-request-id`."""
        digits = self.token()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ulid(self, at: datetime) -> str:
        """A webhook event id: 48 bits of time and 80 of chance in Crockford's base 32."""
        number = milliseconds(at) << 80 | self._random.getrandbits(80)
        return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def quote_token(channel_id: str, chat_id: str, message_id: str) -> str:
    """A quote token names its message and is good in its own chat only."""
    return f"{message_id}.{zlib.crc32(f'{channel_id}/{chat_id}/{message_id}'.encode()):08x}"


def quotes_in(channel_id: str, chat_id: str, token: str) -> bool:
    """Whether this quote token was issued for this chat."""
    return token == quote_token(channel_id, chat_id, token.partition(".")[0])
