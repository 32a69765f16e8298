"""A small HTTP server that speaks both of the page's interfaces, for development and these tests.

Run it by hand with `python -m tests.simulator_page.standin 8000`.
"""

from __future__ import annotations

import json
import queue
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from . import cards
from .chats import Chats, answer
from .school import CAST, STEPS, School, people

Json = dict[str, Any]
SIMULATOR = Path(__file__).parents[2] / "bot" / "simulator"
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
LOOK_EVERY = 0.02
"""Seconds between two looks at whether to stop."""
ROOM = "<!doctype html><html lang=zh-Hant-TW><title>room</title>" + "".join(
    f"<link rel=stylesheet href=/simulator/static/{name}.css>"
    for name in ("tokens", "chat", "flex")
)
"""An empty page to draw a single message in."""
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' blob:"
MENU = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2500 843">
<rect width="2500" height="843" fill="#f6faf7"/>
<path d="M833 120v600M1667 120v600" stroke="#cfdcd4" stroke-width="4"/>
<g fill="#0b7a4b"><rect x="297" y="190" width="240" height="240" rx="60"/>
<rect x="1130" y="190" width="240" height="240" rx="60"/>
<rect x="1964" y="190" width="240" height="240" rx="60"/></g>
<g font-family="Noto Sans CJK TC" font-size="110" font-weight="700" fill="#16211c"
text-anchor="middle"><text x="417" y="620">我的成果</text><text x="1250" y="620">收訖明細</text>
<text x="2084" y="620">設定</text></g></svg>"""


class World:
    """Everything the stand-in knows, and who is listening."""

    def __init__(self) -> None:
        """Start over."""
        self.listeners: list[queue.Queue[tuple[str, Json]]] = []
        self.came = threading.Semaphore(0)
        self.requests: list[tuple[str, Json]] = []
        self.forgotten: set[str] = set()
        self.begin()

    def begin(self) -> None:
        """The first school day, with a first card on every phone of the cast."""
        self.school, self.chats = School(), Chats()
        now = self.school.now
        pupil, teacher, homeroom = (row[1] for row in CAST)
        self.chats.push(pupil, now, cards.reminder())
        self.chats.say(pupil, now, {"type": "text", "text": "看我的成果"})
        self.chats.reply(pupil, now, cards.home())
        self.chats.push(teacher, now, cards.pending())
        self.chats.push(homeroom, now, cards.progress())

    def tell(self, event: str, data: Json) -> None:
        """Send an event to every stream."""
        for listener in self.listeners:
            listener.put((event, data))

    def told(self, user: str) -> None:
        """A chat changed."""
        self.tell("chat", {"account": "caotun", "userId": user, "kind": "message"})
        self.tell("meter", self.chats.meter)

    def act(self, user: str, verb: str, body: Json) -> Json | None:
        """Do what a phone's owner does; None when the account is blocked."""
        now, chats = self.school.now, self.chats
        if chats.of(user)["blocked"] and verb != "follow":
            return None
        if verb in ("follow", "unfollow"):
            chats.block(user, verb == "unfollow")
        elif verb == "unsend":
            chats.unsend(user, body["messageId"])
        else:
            said = {"text": body.get("text"), "postback": body.get("displayText")}.get(verb)
            kind = "text" if said else verb
            if verb != "postback" or said:
                chats.say(user, now, {**body, "type": kind, "text": said})
            chats.reply(user, now, *answer(body.get("data") or said or ""))
        self.told(user)
        return {"webhookEventId": "01J", "delivered": True, "status": 200}

    def advance(self, by: str) -> Json:
        """Move the clock; on the way a push arrives on every phone of the cast."""
        self.school.now += STEPS[by]
        messages = [cards.receipt(), cards.pending(), cards.progress()]
        for sent, ((_, user, *_), message) in enumerate(zip(CAST, messages, strict=True), 1):
            self.chats.push(user, self.school.now, message)
            self.told(user)
            step = {"at": self.school.now.isoformat(), "sent": sent, "planned": 3, "total": 3}
            self.tell("progress", step)
        self.tell("state", self.school.state())
        self.tell("ledger", {})
        return self.school.state()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    @property
    def world(self) -> World:
        """The world of this moment, also on a connection that is older than it."""
        assert isinstance(self.server, StandIn)
        return self.server.world

    def do_GET(self) -> None:
        """Answer a page, a file, a question, or a stream."""
        url = urlsplit(self.path)
        path, query = unquote(url.path), parse_qs(url.query)
        if path == "/":
            self._send((SIMULATOR / "templates" / "phones.html").read_bytes(), "text/html")
        elif path == "/room":
            self._send(ROOM.encode(), "text/html")
        elif path == "/menu.svg":
            self._send(MENU.encode(), "image/svg+xml")
        elif path.startswith("/simulator/static/"):
            file = SIMULATOR / path.removeprefix("/simulator/")
            self._send(file.read_bytes(), KINDS[file.suffix])
        elif path.endswith("/stream"):
            self._stream()
        elif path.startswith("/fonts/") or path == "/favicon.ico":
            self._send(b"", "text/plain", 404)
        else:
            self._answer(self._asked(path, query))

    def do_POST(self) -> None:
        """Do something."""
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        body = json.loads(raw) if raw else {}
        path = unquote(urlsplit(self.path).path)
        self.world.requests.append((path, body))
        self._answer(self._done(path, body))

    def _asked(self, path: str, query: dict[str, list[str]]) -> Any:
        first = {key: values[0] for key, values in query.items()}
        if path == "/simulator/phone/accounts":
            return [
                {"account": "caotun", "name": "草屯歷程鈴", "basicId": "@bell", "iconUrl": None}
            ]
        if path.endswith("/meter"):
            return self.world.chats.meter
        if path == "/demo/state":
            return self.world.school.state()
        if path == "/demo/people":
            return people(first.get("q", ""), first.get("role", ""))
        if path == "/demo/ledger":
            return self.world.school.ledger(first.get("person", ""))
        chat = re.fullmatch(r"/simulator/phone/caotun/(\w+)", path)
        known = chat and chat[1] not in self.world.forgotten
        return self.world.chats.of(chat[1]) if chat and known else None

    def _done(self, path: str, body: Json) -> Any:
        world = self.world
        if act := re.fullmatch(r"/simulator/phone/caotun/(\w+)/(\w+)", path):
            return world.act(act[1], act[2], body)
        if found := re.fullmatch(r"/demo/people/(\w+)/phone", path):
            return {"userId": f"U0{found[1][1:]}", "code": "KX7P-42" if found[1] == "p5" else None}
        if path == "/demo/advance":
            return world.advance(body["by"])
        if path == "/demo/deadline":
            world.school.moved[body["windowId"]] = body["days"]
        if path == "/demo/faults":
            world.school.fault = body["kind"]
            return {}
        if path == "/demo/reset":
            world.begin()
        return world.school.state()

    def _answer(self, value: Any) -> None:
        status = 409 if value is None else 200
        self._send(json.dumps(value).encode(), "application/json", status)

    def _send(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("content-security-policy", POLICY)
        if self.path.startswith("/simulator/static/"):
            self.send_header("cache-control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        events: queue.Queue[tuple[str, Json]] = queue.Queue()
        listeners = self.world.listeners
        listeners.append(events)
        self.world.came.release()
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            while True:
                try:
                    event, data = events.get(timeout=1)
                    self.wfile.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())
                except queue.Empty:
                    self.wfile.write(b": still here\n\n")
                self.wfile.flush()
        except OSError:
            listeners.remove(events)

    def log_message(self, *_: Any) -> None:
        """Say nothing: the tests read what was asked from the world."""


class StandIn(ThreadingHTTPServer):
    """The stand-in, on one world after another."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        """Listen here, on a first world."""
        super().__init__(("127.0.0.1", port), Handler)
        self.world = World()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def begin(self) -> World:
        """Start over with a fresh world; whoever listened to the last one hears no more."""
        self.world = World()
        return self.world


def serve(port: int = 0) -> StandIn:
    """Start serving in a thread; port 0 takes a free one."""
    server = StandIn(port)
    threading.Thread(target=server.serve_forever, args=(LOOK_EVERY,), daemon=True).start()
    return server


if __name__ == "__main__":
    serve(int(sys.argv[1]))
    threading.Event().wait()
