"""Lets the garbage collector rest while a file is compared."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep it from looking at every row again and again: it would find none, and all would wait."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
