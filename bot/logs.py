"""Structured logs without personal data: one JSON line an event, on standard error."""

import logging
import sys

import structlog

TELLTALES = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "httpx",
    "httpcore",
    "urllib3",
    "linebot",
    "telegram",
    "apscheduler",
)
"""Loggers of libraries that write addresses, tokens, bodies or rows below WARNING."""


def configure(level: str) -> None:
    """Set up logging for a process; `level` is the name of the lowest level that is written."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s")
    for name in TELLTALES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )


def _to_standard_error(*_names: object) -> structlog.PrintLogger:
    """Return a logger that writes to what standard error is now, wherever it was led meanwhile."""
    return structlog.PrintLogger(sys.stderr)
