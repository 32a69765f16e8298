"""Shows at a terminal how far long work is; a script sees nothing of it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Advance = Callable[[int, int], None]
"""Called with how many are done, of how many."""


@contextmanager
def advancing(label: str) -> Iterator[Advance]:
    """Give a function that moves a bar on standard error on, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(
        length=1, label=label, file=sys.stderr, show_pos=True, show_eta=False
    ) as bar:

        def advance(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield advance
