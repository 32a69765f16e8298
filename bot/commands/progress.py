"""Shows at a terminal how far long work is; a script sees nothing of it."""

import sys
from collections.abc import Callable, Iterator, Mapping
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


@contextmanager
def stepping(labels: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    """Give a function that moves a bar on by the key of the step that begins; as above."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with click.progressbar(length=len(labels), file=sys.stderr, show_eta=False) as bar:

        def step(name: str) -> None:
            bar.label = labels[name]
            bar.update(list(labels).index(name) - bar.pos)

        yield step
        bar.update(len(labels) - bar.pos)
