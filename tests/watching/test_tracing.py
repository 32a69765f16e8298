"""Traces: spans around what is done, without a word about anybody, to whoever collects them."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot import metrics, tracing
from models.vocabulary import OutcomeState
from tests.support import cast
from tests.support.cast import taipei
from tests.support.places import TELEGRAM, Place
from tests.support.stage import KEY, playing

MORNING = taipei(2024, 8, 30, 7)
TITLE = "外婆的醬油"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Collect the spans of a test in memory."""
    exporter = InMemorySpanExporter()
    tracing.trace_with(SimpleSpanProcessor(exporter))
    yield exporter
    tracing.stop()


async def test_a_day_leaves_spans_that_say_nothing_about_anybody(
    sqlite_url: str, spans: InMemorySpanExporter
) -> None:
    """A webhook, the event acted upon with its call, a batch with its calls: each in its place."""
    async with playing(Place(TELEGRAM, sqlite_url), MORNING) as stage:
        await stage.add(cast.outcome, by="小美", title=TITLE, state=OutcomeState.AWAITING)
        await stage.of("小美").types("我的進度")
        await stage.passes_to(taipei(2024, 8, 30, 8))
        await metrics.tick("plan", stage.ticks)
        secrets = [*stage.cast.people, *map(stage.cast.address, stage.cast.accounts)]
        secrets += [TITLE, "我的進度", KEY, stage.app.secret, stage.app.token]
    found = spans.get_finished_spans()

    assert {each.name for each in found} == {"webhook", "event", "call", "batch", "tick"}
    assert parents(found) >= {("call", "event"), ("call", "batch")}
    written = " ".join(each.to_json() for each in found)
    assert [secret for secret in secrets if secret in written] == []


def parents(found: tuple[ReadableSpan, ...]) -> set[tuple[str, str]]:
    """Return which kind of span was under which."""
    names = {each.context.span_id: each.name for each in found if each.context}
    return {(each.name, names[each.parent.span_id]) for each in found if each.parent}


async def test_what_breaks_leaves_its_kind_and_not_its_words(spans: InMemorySpanExporter) -> None:
    """An error's text could quote a row: neither it nor the stack is kept."""

    async def broken() -> None:
        raise KeyError(TITLE)

    with pytest.raises(KeyError):
        await metrics.tick("plan", broken)
    (span,) = spans.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "KeyError")
    assert TITLE not in span.to_json()
    assert span.events == ()


def test_nothing_is_traced_unless_the_environment_says_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without an endpoint a span is one shared block that does nothing."""
    monkeypatch.delenv(tracing.ENDPOINT, raising=False)
    tracing.configure()
    assert tracing.span("webhook") is tracing.span("tick", job="plan")


class Collector(BaseHTTPRequestHandler):
    """Takes spans as a collector of OpenTelemetry does, by OTLP over HTTP."""

    taken: ClassVar[list[ExportTraceServiceRequest]] = []

    def do_POST(self) -> None:
        """Take one batch."""
        assert self.path == "/v1/traces"
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Stay quiet."""


async def test_a_collector_gets_the_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process sends them, with the service's name, when it is told where."""
    server = HTTPServer(("127.0.0.1", 0), Collector)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    monkeypatch.setenv(tracing.ENDPOINT, f"http://127.0.0.1:{server.server_port}")
    try:
        provider = tracing.configure()
        with tracing.span("webhook", channel="line"):
            await asyncio.sleep(0)
        assert provider is not None
        await asyncio.to_thread(provider.shutdown)
    finally:
        tracing.stop()
        server.shutdown()
        serving.join()
        server.server_close()

    ((resource,),) = [list(each.resource_spans) for each in Collector.taken]
    named = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert named["service.name"] == tracing.SERVICE
    assert [each.name for scope in resource.scope_spans for each in scope.spans] == ["webhook"]
