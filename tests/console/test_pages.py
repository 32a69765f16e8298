"""Every page of the console in a real browser, on a desk and on a phone.

No finding of axe (WCAG 2.2 AA), no error and no breach of the policy in the browser's console,
nothing that scrolls sideways, and a keyboard that shows where it is.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from bot.console import subjects
from bot.console.lazily import AT
from models.queries.console import users
from models.rules.access import Grant
from models.rules.announcing import Audience, Hearers
from models.tables import Announcement, Appeal, ExtensionGrant, Notice, Query, Question
from models.vocabulary import AnnouncementState, ConsoleRole, ExtendedTo, NoticeKind, QueryReason
from tests.imports.files import PEOPLE, STAFF, pupil
from tests.support.cast import outcome, statement, taipei
from tests.support.consoles import Office, opened
from tests.support.server import serving
from tests.support.uploads import send, worked

NOON = taipei(2024, 10, 11, 12)
DESK = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
}
ONES = {
    "{kind}/{number:int}": "appeal/1",
    "{kind}": "outcomes",
    "{announcement:int}": "1",
    "{key:path}": "112-2/receipt/all/1/2024-10-14/D-1",
    "{message}": "receipt_due",
    "{person:int}": "1",
    "{room:int}": "3",
    "{course:int}": "1",
    "{subject}": "package",
    "{sample}": "people.csv",
    "{window:int}": "1",
    "{grant:int}": "1",
}
"""What a path names, as it is in the school below; pages about something else need a line."""
ANYBODYS = ("/sign-in", "/second-factor/new")
"""Pages before signing in that a stranger can open; the others lead there."""

_WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_WHERE = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const passed = at === document.body || at.dataset.passed;
  at.dataset.passed = '1';
  return {passed, seen: ring || style.boxShadow !== 'none', first: at.classList.contains('skip'),
          html: at.outerHTML.slice(0, 160)};
}"""
_READ_BY_AXE = "rules => axe.run(rules).then(found => found.violations)"
MOST_STEPS = 60
"""Steps of the keyboard on one page; what comes after them is like what came before."""


@dataclass
class Looked:
    """A browser's page, with what its console complained about."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def complain(self, what: str) -> None:
        """Keep a complaint with its page."""
        self.complaints.append(f"{self.page.url}: {what}")

    def note(self, said: ConsoleMessage) -> None:
        """Keep what the browser warns of: an error, a breach of the policy."""
        if said.type in ("error", "warning"):
            self.complain(said.text)

    async def at(self, path: str) -> None:
        """Open a page of the console."""
        answer = await self.page.goto(self.url + AT + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)


@pytest_asyncio.fixture(loop_scope="session")
async def office(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """Open the console of a school in which something of everything has happened."""
    async with opened(sqlite_url, at=NOON, upload_dir=str(tmp_path / "tray")) as found:
        cast = found.cast
        async with found.store.writing() as session:
            about = await statement(session, cast, of="小美")
            work = await outcome(session, cast, by="小美")
            mei, school_id = cast.people["小美"].id, cast.school.id
            somebody = Grant(ConsoleRole.REGISTRAR, school_id)
            author = await users.added(session, "author@school.example", "王註冊", NOON, [somebody])
            session.add_all(
                [
                    Announcement(
                        school_id=school_id,
                        state=AnnouncementState.ASKED,
                        title="段考週作息",
                        wording="下週一到週三段考。",
                        link="https://school.example/exam",
                        audience=Audience(frozenset({Hearers.PUPILS})).as_data(),
                        undo_minutes=10,
                        author_id=author.id,
                        written_at=NOON,
                        asked_at=NOON,
                        listed=[mei],
                    ),
                    Query(
                        school_id=school_id,
                        statement_id=about.id,
                        person_id=mei,
                        reason=QueryReason.MISSING_ITEM,
                        raised_at=NOON,
                    ),
                    ExtensionGrant(
                        school_id=school_id,
                        window_id=cast.windows["upload"].id,
                        whom=ExtendedTo.SCHOOL,
                        closes_at=cast.windows["upload"].closes_at + timedelta(days=3),
                        reason="停電",
                        reference="113-1 工作小組第 2 次會議",
                        granted_at=NOON,
                    ),
                    Appeal(
                        school_id=school_id,
                        person_id=mei,
                        outcome_id=work.id,
                        wording="這是我在課堂上做的。",
                        raised_at=NOON,
                    ),
                    Question(
                        school_id=school_id,
                        person_id=mei,
                        wording="補考的作品要怎麼處理？",
                        asked_at=NOON - timedelta(days=9),
                    ),
                    Notice(
                        school_id=school_id,
                        person_id=mei,
                        kind=NoticeKind.UPLOAD_DUE,
                        occasion="upload-due",
                        window_id=cast.windows["upload"].id,
                        due_at=NOON + timedelta(days=1),
                        created_at=NOON,
                    ),
                ]
            )
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def looked(office: Office, browser: Browser) -> AsyncIterator[Looked]:
    """Sign somebody in who may see every page, in a browser."""
    school = office.cast.school.id
    grants = [
        Grant(role, None if role is ConsoleRole.ADMINISTRATOR else school) for role in ConsoleRole
    ]
    sitting = await office.signed_in(*grants, person="註冊組")
    signed = sitting.http.cookies.get("bell")
    assert signed is not None
    await send(sitting, "people", [PEOPLE, *STAFF, pupil(1, year=113)])
    await worked(sitting)
    async with serving(office.app) as url:
        context = await browser.new_context(viewport=DESK, locale="zh-TW")
        await context.add_cookies([{"name": "bell", "value": signed, "url": url}])
        yield await _watched(context, url)
        await context.close()


async def _watched(context: BrowserContext, url: str) -> Looked:
    page = await context.new_page()
    looked = Looked(page, url)
    page.on("console", looked.note)
    page.on("pageerror", lambda error: looked.complain(str(error)))
    return looked


def paths(school: str) -> list[str]:
    """Return the path of every page behind a door, and of those before signing in."""
    found = [*ANYBODYS]
    for door in subjects.kept_doors():
        if door.method != "GET":
            continue
        path = door.path.replace("{school}", school)
        for named, one in ONES.items():
            path = path.replace(named, one)
        assert "{" not in path, f"{door.path}: say in ONES which one to look at"
        found.append(path)
    return found


async def pages(looked: Looked, office: Office) -> list[str]:
    """Return the paths that answer with a page; the others hand out a file."""
    found = []
    for path in paths(office.cast.school.code):
        answer = await looked.page.request.get(looked.url + AT + path)
        assert answer.ok, (path, answer.status)
        if answer.headers["content-type"].startswith("text/html"):
            found.append(path)
    return found


@pytest.mark.timeout(300)
async def test_every_page_is_open_to_everybody(looked: Looked, office: Office) -> None:
    """On a desk and on a phone: read by axe, no wider than the screen, and gone through by keys."""
    found: list[str] = []
    for path in await pages(looked, office):
        await looked.page.set_viewport_size(DESK)
        await looked.at(path)
        await looked.page.evaluate(AXE_SCRIPT)
        for screen in (DESK, PHONE):
            await looked.page.set_viewport_size(screen)
            found += [
                f"{path} at {screen['width']}: {each}" for each in await barriers(looked.page)
            ]
        found += [f"{path} by keys: {each}" for each in await unseen(looked.page)]
    assert "\n".join([*found, *looked.complaints]) == ""


async def barriers(page: Page) -> list[str]:
    """Return what axe finds, and whether the page is wider than its screen."""
    wider = await page.evaluate(_WIDER)
    found = [f"{wider} px too wide"] if wider > 0 else []
    for each in await page.evaluate(_READ_BY_AXE, RULES):
        found += [f"{each['id']}: {node['html'][:160]}" for node in each["nodes"]]
    return found


async def unseen(page: Page) -> list[str]:
    """Go through a page by Tab; return what has no ring, and a first stop that leads nowhere."""
    await page.keyboard.press("Tab")
    first = await page.evaluate(_WHERE)
    found = [] if first["first"] else [f"begins at {first['html']}"]
    for _ in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        here = await page.evaluate(_WHERE)
        if here["passed"]:
            break
        found += [] if here["seen"] else [here["html"]]
    return found
