"""The garbage collector, told what a process that stays is like."""

import gc

YOUNG = 10_000
"""New objects after which the collector looks at them: a batch of messages is some thousands, all
of which go with it."""


def spare() -> None:
    """Let the collector pass over what was imported, which stays for good, and look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
