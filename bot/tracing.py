"""Traces for whoever collects them: on where OTEL_EXPORTER_OTLP_ENDPOINT is set, else nothing.

A span has ids, words of closed sets, school codes and counts: never a person, a text or an address.
HTTP clients are not traced by themselves, since Telegram's addresses carry the token.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from bot.mistakes import Mistake
from handlers.words import N_

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.trace import Tracer

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
SERVICE = "portfolio-bell"

_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: "Tracer | None" = None


class NotInstalled(Mistake):
    """Traces are wanted, and what sends them is not there."""


def span(name: str, **facts: str | int) -> AbstractContextManager[None]:
    """Return what traces the block, under the span around it; costs next to nothing while off."""
    return _NOTHING if _tracer is None else _traced(_tracer, name, facts)


def configure() -> "TracerProvider | None":
    """Send spans where the environment says, in batches beside the work; raises NotInstalled.

    What is returned sends the last ones when it is shut down, as it is when the process ends.
    """
    if not os.environ.get(ENDPOINT):
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ModuleNotFoundError:
        raise NotInstalled(
            N_(
                "{variable} is set, but OpenTelemetry is not installed: "
                "`pip install 'portfolio-bell[otel]'`"
            ),
            variable=ENDPOINT,
        ) from None
    return trace_with(BatchSpanProcessor(OTLPSpanExporter()))


def trace_with(processor: "SpanProcessor") -> "TracerProvider":
    """Hand every span that ends from now on to a processor."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    global _tracer  # noqa: PLW0603 - one process, one place to send its spans to
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", SERVICE)})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("bot")
    return provider


def stop() -> None:
    """Trace no more."""
    global _tracer  # noqa: PLW0603
    _tracer = None


@contextmanager
def _traced(tracer: "Tracer", name: str, facts: dict[str, str | int]) -> Iterator[None]:
    """Trace a block; of what breaks it only the kind is kept: a message could hold a row."""
    from opentelemetry.trace import StatusCode

    with tracer.start_as_current_span(
        name, attributes=facts, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise
