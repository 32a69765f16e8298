"""No test may bring a planted name, title or secret into a log, at DEBUG, whatever it tests (G3).

Listened to in every test: the root logger at DEBUG, every record with its traceback, and every
line that structlog writes, whoever configured it. The libraries of bot.logs.TELLTALES speak from
WARNING on, as in the product; SQLAlchemy's own loggers are at WARNING unless a test lowers them.
Processes that a test starts write elsewhere: tests/edge/test_logs.py and tests/faults read those.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from bot.logs import TELLTALES

PEOPLE = (
    *("小美", "小華", "阿明", "林老師", "王老師", "陳老師", "周老師", "張導師", "李導師"),
    *("詠晴", "柏翰", "思妤", "承恩", "語彤", "外校生", "外校老師", "外校導師"),
)
TITLES = ("斜面實驗報告", "小說改寫", "外婆的醬油", "的科展", "短講稿")
SECRETS = (
    *("a channel secret of the tests", "a channel token of the tests"),
    *("a secret key that only the tests use", "a pepper of the tests"),
    *("a_webhook_secret_of_the_tests", "a-bot-token-of-the-tests"),
    *("the_secret-of-the-webhook", "a-token-of-the-tests"),
)
PLANTED = re.compile("|".join(map(re.escape, (*PEOPLE, *TITLES, *SECRETS))))
_LINES = logging.Formatter("%(message)s")
_heard: list[str] = []
"""Where something was said since the last test ended; never what was said."""


class Listener(logging.Handler):
    """Looks at every record that reaches the root logger."""

    def emit(self, record: logging.LogRecord) -> None:
        """Note the place of a record that says something planted."""
        if PLANTED.search(_LINES.format(record)):
            _heard.append(f"{record.name}, {record.pathname}:{record.lineno}")


def pytest_configure() -> None:
    """Listen from the start of the run to its end."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    root.addHandler(Listener())
    for name in TELLTALES:
        logging.getLogger(name).setLevel(logging.WARNING)
    _overhear(structlog.PrintLogger)


@pytest.fixture(autouse=True)
def _discretion() -> Iterator[None]:
    """Fail the test that brought something planted into a log; let none silence the next one."""
    configured = structlog.get_config()
    yield
    structlog.configure(**configured)
    assert forget() == [], "a planted name, title or secret was logged"


def forget() -> list[str]:
    """Return where something planted was logged since this was asked last."""
    heard = [*_heard]
    _heard.clear()
    return heard


def _overhear(logger: type[Any]) -> None:
    """Look at every line that structlog writes, after all its processors."""
    for level in ("msg", "debug", "info", "warning", "error", "critical", "exception", "fatal"):
        setattr(logger, level, _overheard(getattr(logger, level)))


def _overheard(write: Callable[[Any, str], None]) -> Callable[[Any, str], None]:
    def listen(self: Any, message: str) -> None:
        if PLANTED.search(str(message)):
            _heard.append(f"structlog, a line of {len(message)} signs")
        write(self, message)

    return listen
