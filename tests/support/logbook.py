"""Everything that a process of ours would write into its log at DEBUG, as one text."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import structlog

from bot import logs


@contextmanager
def logged_at_debug() -> Iterator[io.StringIO]:
    """Set logging up as the commands do, at DEBUG; hand out what is written meanwhile."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = structlog.get_config()
    root.handlers.clear()
    try:
        with mock.patch.object(sys, "stderr", written):
            logs.configure("DEBUG")
            yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**before)
