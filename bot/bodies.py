"""Drawn answers as bytes: a JSON list of a channel's messages."""

import orjson


def joined(first: bytes, second: bytes, *, most: int) -> bytes:
    """Return two answers as one of at most `most` messages; the first loses what does not fit."""
    answer = orjson.loads(second)
    room = most - len(answer)
    before = orjson.loads(first)[-room:] if room > 0 else []
    return orjson.dumps([*before, *answer])


def length(body: bytes) -> int:
    """Return of how many messages a drawn answer is made."""
    return len(orjson.loads(body))
