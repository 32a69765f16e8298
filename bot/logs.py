"""Structured logs without personal data: one JSON line an event, on standard error."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

import structlog

TELLTALES = (
    "aiohttp.access",
    "aiosqlite",
    "alembic",
    "authlib",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "urllib3",
    "linebot",
    "opentelemetry",
    "telegram",
    "apscheduler",
)
"""Loggers of libraries that write addresses, tokens, bodies or rows below WARNING."""

Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class KindsOnly(logging.Formatter):
    """Writes where an error came about and of what kind it is, never what it says.

    A database quotes the row that it refuses ("Key (name)=(…) already exists"), others a value.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the message, with the stack of an error as this formatter writes it."""
        record.exc_text = None  # another formatter's is kept here, in full
        text = super().format(record)
        record.exc_text = None
        return text

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging calls it
        """Return the message; of asyncio's only the first line, since others show the error."""
        text = super().formatMessage(record)
        return text.partition("\n")[0] if record.name == "asyncio" else text

    def formatException(self, ei: Info) -> str:  # noqa: N802 - logging calls it
        """Return the stacks and kinds of an error and of what led to it, the first one first."""
        return "".join(_kinds(ei[1])).rstrip() if ei[1] is not None else ""


def configure(level: str) -> None:
    """Set up logging for a process; `level` is the name of the lowest level that is written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KindsOnly("%(message)s"))
    logging.basicConfig(handlers=[handler], level=level)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    for name in TELLTALES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
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


def _kinds(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _kinds(before)
        yield "which led to\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__module__}.{type(error).__qualname__}\n"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _kinds(each)


def _uncaught(kind: type[BaseException], error: BaseException, stack: TracebackType | None) -> None:
    """Log what ends a process; a person's own interruption is left to the interpreter."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, stack)
        return
    logging.getLogger("bot").critical("uncaught", exc_info=(kind, error, stack))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _uncaught(args.exc_type, args.exc_value, args.exc_traceback)
