"""Says what is being done, as it begins: a full run takes minutes."""

import sys
import time

_STARTED = time.monotonic()


def step(what: str) -> None:
    """Print what begins now, with the seconds since the run began."""
    sys.stderr.write(f"{time.monotonic() - _STARTED:5.0f} s  {what}\n")
    sys.stderr.flush()
