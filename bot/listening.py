"""Takes a port before anything else is done, and says in a sentence why it cannot be had."""

import errno
import socket

from bot.mistakes import Mistake
from handlers.words import N_


class CannotListen(Mistake):
    """Nobody can be served at this address; the sentence says what to change."""


def listening(host: str, port: int, *, by: str = "--port") -> socket.socket:
    """Return a bound socket, so that nobody takes the port meanwhile; raises CannotListen.

    `by` is what changes the port, such as `--port` or a variable's name.
    """
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise _refused(error, host, port, by) from None
    return sock


def _refused(error: OSError, host: str, port: int, by: str) -> CannotListen:
    if error.errno == errno.EADDRINUSE:
        return CannotListen(
            N_(
                "Something else listens on port {port} already. Choose another with {by}, for "
                "example {example}; `ss -ltnp` shows which program it is."
            ),
            port=port,
            by=by,
            example=f"{by}={port + 1}",
        )
    if error.errno == errno.EACCES:
        return CannotListen(
            N_(
                "Port {port} is kept for the system's administrator. Choose one from 1024 on with "
                "{by} and let the TLS proxy in front pass on to it."
            ),
            port=port,
            by=by,
        )
    return CannotListen(
        N_("Cannot listen on {host}, port {port} ({host_by}, {by}): {why}"),
        host=host,
        port=port,
        host_by=by.replace("PORT", "HOST").replace("port", "host"),
        by=by,
        why=error.strerror or str(error),
    )
