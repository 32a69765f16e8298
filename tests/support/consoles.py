"""The console asked as a browser would, without sockets: who signs in, and with which roles."""

import base64
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import itsdangerous
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlmodel import select
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.console.app import Console
from bot.console.lazily import AT
from bot.console.passwords import Passwords
from bot.settings import load
from bot.wiring import Installation, installed
from models.queries.console import sessions, users
from models.rules.access import Grant
from models.rules.signing_in import digest_of, token
from models.store import Store
from models.tables import ConsoleUser, School
from models.vocabulary import ConsoleRole
from tests.support.cast import Cast, settle
from tests.support.kept import served_store
from tests.support.stage import KEY, MONDAY, HandClock

HERE = "https://school.example"
_TOKEN = re.compile(r'name="token"[^>]*value="([^"]+)"')


@dataclass(slots=True)
class Office:
    """An installation with the small school, and its console."""

    installation: Installation
    app: Starlette
    clock: HandClock
    cast: Cast

    @property
    def store(self) -> Store:
        """Return the store behind the console."""
        return self.installation.store

    @property
    def at_school(self) -> str:
        """Return the path of the school's pages."""
        return f"/s/{self.cast.school.code}"

    def stranger(self) -> "Sitting":
        """Return a browser in which nobody is signed in."""
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=True)
        return Sitting(self, httpx2.AsyncClient(transport=transport, base_url=HERE))

    async def signed_in(
        self, *grants: Grant, address: str = "office@school.example", person: str = ""
    ) -> "Sitting":
        """Return a browser of somebody with these roles, both factors given."""
        key = self.installation.vault.console_key
        fresh = token()
        async with self.store.writing() as session:
            user = await users.added(session, address, "林註冊", self.clock.now(), list(grants))
            user.person_id = self.cast.people[person].id if person else None
            digest = digest_of(fresh, key)
            await sessions.opened(
                session, user.id, digest, "password", self.clock.now(), confirmed=True
            )
        sitting = self.stranger()
        content = base64.b64encode(json.dumps({"session": fresh, "csrf": "of the test"}).encode())
        signed = itsdangerous.TimestampSigner(key.hex()).sign(content).decode()
        sitting.http.cookies.set("bell", signed, domain="school.example", path="/")
        return sitting

    async def registrar(self) -> "Sitting":
        """Return a browser of the school's registrar."""
        return await self.signed_in(Grant(ConsoleRole.REGISTRAR, self.cast.school.id))

    async def administrator(self) -> "Sitting":
        """Return a browser of the installation's administrator."""
        return await self.signed_in(
            Grant(ConsoleRole.ADMINISTRATOR), address="admin@school.example"
        )

    async def user(self, address: str) -> ConsoleUser:
        """Return the row of an account."""
        async with self.store.reading() as session:
            found = await users.by_name(session, address)
        assert found is not None
        return found

    async def another_school(self) -> School:
        """Add a second school."""
        async with self.store.writing() as session:
            known = (await session.execute(select(School))).scalars().first()
            assert known is not None
            school = School(code="000001", name="別的學校", rulebook=known.rulebook)
            session.add(school)
        return school

    def passes(self, span: timedelta) -> None:
        """Let time pass."""
        self.clock.at += span


@dataclass(slots=True)
class Sitting:
    """One browser; it keeps its cookies and follows nothing by itself."""

    office: Office
    http: httpx2.AsyncClient

    async def get(self, path: str) -> httpx2.Response:
        """Open a page of the console."""
        return await self.http.get(AT + path)

    async def post(self, path: str, **sent: Any) -> httpx2.Response:
        """Send a form of the console as its page would, with the page's token."""
        return await self.http.post(AT + path, data={"token": await self.guard(), **sent})

    async def guard(self) -> str:
        """Return the token that the console's pages carry for this browser."""
        found = _TOKEN.search((await self.get("/sign-in")).text)
        assert found is not None
        return found[1]

    async def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """Go where an answer leads."""
        assert answer.status_code == 303, answer.text
        return await self.http.get(answer.headers["location"])


@asynccontextmanager
async def opened(database_url: str, at: datetime = MONDAY, **more: object) -> AsyncIterator[Office]:
    """Open the console of the small school at an instant; sessions go by the same clock."""
    clock = HandClock(at)
    settings = load(database_url=database_url, secret_key=KEY, **more)
    store = served_store(settings.database_url, threads=False)
    async with installed(settings, clock, store=store) as installation:
        cast = await settle(installation.store)
        cheap = Passwords(PasswordHasher.from_parameters(CHEAPEST))
        app = Starlette(routes=[Mount(AT, Console(installation, clock, cheap).application())])
        yield Office(installation, app, clock, cast)
